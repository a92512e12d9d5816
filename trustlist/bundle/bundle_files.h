#ifndef MRG_TRUSTLIST_BUNDLE_BUNDLE_FILES_H_
#define MRG_TRUSTLIST_BUNDLE_BUNDLE_FILES_H_

// The files of a bundle while a node imports it: in one unnamed file on disk, with an index in
// memory. Nothing of it outlives the process, however that ends. BundleFetcher shows one
// publisher's files to the TUF client as a peer would.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "trustlist/client/fetcher.h"

namespace mrg {

// Threads: an object belongs to one thread at a time.
class BundleFiles {
 public:
  // `folder` is where the unnamed file takes its space. Errors: STORE_UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<BundleFiles>> Create(const std::string& folder);
  ~BundleFiles();
  BundleFiles(const BundleFiles&) = delete;
  BundleFiles& operator=(const BundleFiles&) = delete;

  // Takes one file. Errors: BUNDLE_MALFORMED when the name is none of bundle_name.h or was there
  // before, METADATA_TOO_LONG when the file is longer than its kind allows, BUNDLE_TOO_LARGE,
  // STORE_UNAVAILABLE.
  absl::Status Add(const std::string& name, absl::string_view bytes);

  // Result: the publishers of which there are files, by name.
  std::vector<MemberId> Publishers() const;

  // Result: the file of that name; nullopt when there is none.
  // Errors: METADATA_TOO_LONG (more than `bytes_max`), STORE_UNAVAILABLE.
  absl::StatusOr<std::optional<std::string>> Read(const std::string& name, size_t bytes_max) const;

 private:
  struct Extent {
    uint64_t offset = 0;
    uint64_t bytes = 0;
  };

  explicit BundleFiles(int file) : file_(file) {}

  const int file_;
  uint64_t bytes_ = 0;
  absl::flat_hash_map<std::string, Extent> extents_;  // by name
  std::vector<MemberId> publishers_;                  // sorted
};

// Threads: as Fetcher. FETCH_FAILED when the unnamed file cannot be read.
class BundleFetcher : public Fetcher {
 public:
  // `files` must outlive this.
  BundleFetcher(MemberId publisher, const BundleFiles* files)
      : publisher_(std::move(publisher)), files_(files) {}

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override;
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override;
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override;

 private:
  absl::StatusOr<std::string> Read(const std::string& name, size_t bytes_max, Reason absent) const;

  const MemberId publisher_;
  const BundleFiles* const files_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_BUNDLE_BUNDLE_FILES_H_
