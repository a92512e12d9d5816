#ifndef MRG_TRUSTLIST_FOLDER_FETCHER_H_
#define MRG_TRUSTLIST_FOLDER_FETCHER_H_

// A repository in a folder, as a static mirror or an air-gapped copy holds it:
//   metadata/<n>.<role>.json, metadata/timestamp.json
//   targets/<folder>/<hex sha256>.<name>
//   nodes/<hex sha256>

#include <string>

#include "trustlist/fetcher.h"

namespace mrg {

class FolderFetcher : public Fetcher {
 public:
  explicit FolderFetcher(std::string folder) : folder_(std::move(folder)) {}

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override;
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override;
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override;

 private:
  const std::string folder_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FOLDER_FETCHER_H_
