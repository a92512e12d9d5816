#ifndef MRG_TESTS_SIMULATION_STORE_FETCHER_H_
#define MRG_TESTS_SIMULATION_STORE_FETCHER_H_

// Fetches one publisher's files from the store of another node of the same process, as that node
// would serve them; whether it is reached is asked anew for every file.
//
// Threads: belongs to one thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/client/fetcher.h"
#include "trustlist/repository/repository_reader.h"

namespace mrg {

// Result: the store that answers; null when the peer is not reached.
using Door = std::function<OrderedStore*()>;

class StoreFetcher : public Fetcher {
 public:
  StoreFetcher(MemberId publisher, Door door)
      : publisher_(std::move(publisher)), door_(std::move(door)) {}

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override {
    OrderedStore* const store = door_();
    if (store == nullptr) return Unreached();
    return Bounded(RepositoryReader(store).ReadMetadata(publisher_, role, version), bytes_max);
  }
  absl::StatusOr<std::string> FetchSigned(absl::string_view role, int64_t version,
                                          absl::string_view signed_sha256,
                                          size_t bytes_max) override {
    OrderedStore* const store = door_();
    if (store == nullptr) return Unreached();
    return Bounded(RepositoryReader(store).ReadSigned(publisher_, role, version, signed_sha256),
                   bytes_max);
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override {
    OrderedStore* const store = door_();
    if (store == nullptr) return Unreached();
    return Bounded(RepositoryReader(store).ReadTarget(publisher_, path, sha256), bytes_max);
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    OrderedStore* const store = door_();
    if (store == nullptr) return Unreached();
    return RepositoryReader(store).ReadNodes(sha256);
  }

 private:
  static absl::Status Unreached() {
    return MakeError(Reason::kFetchFailed, "the simulated peer is not reached");
  }
  static absl::StatusOr<std::string> Bounded(absl::StatusOr<std::string> file, size_t bytes_max) {
    if (file.ok() && file->size() > bytes_max) {
      return MakeError(Reason::kMetadataTooLong, "the file is longer than asked for");
    }
    return file;
  }

  const MemberId publisher_;
  const Door door_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_STORE_FETCHER_H_
