#ifndef MRG_TRUSTLIST_TESTING_READER_FETCHER_H_
#define MRG_TRUSTLIST_TESTING_READER_FETCHER_H_

// A follower's way to a node in the same process: what the node's store serves, without gRPC.
//
// Threads: of one test.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/client/fetcher.h"
#include "trustlist/repository/repository_reader.h"

namespace mrg {

// Fetches from what a node serves, as gRPC would.
class ReaderFetcher : public Fetcher {
 public:
  ReaderFetcher(MemberId publisher, OrderedStore* store)
      : publisher_(std::move(publisher)), reader_(store) {}
  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t) override {
    return reader_.ReadMetadata(publisher_, role, version);
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t) override {
    return reader_.ReadTarget(publisher_, path, sha256);
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    return reader_.ReadNodes(sha256);
  }

  absl::StatusOr<std::vector<std::string>> FetchTimestamps(int64_t first, int64_t last,
                                                           size_t) override {
    ++timestamp_calls_;
    return reader_.ReadTimestamps(publisher_, first, last);
  }

  // How often timestamps were asked for by range.
  int timestamp_calls() const { return timestamp_calls_; }

 private:
  const MemberId publisher_;
  const RepositoryReader reader_;
  int timestamp_calls_ = 0;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_TESTING_READER_FETCHER_H_
