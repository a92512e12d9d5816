#ifndef MRG_TRUSTLIST_CLIENT_MIRROR_FETCHER_H_
#define MRG_TRUSTLIST_CLIENT_MIRROR_FETCHER_H_

// A repository on a static mirror, whoever wrote it (TUF 1.0 section 6.2):
//   metadata   <n>.<role>.json, timestamp.json; without consistent snapshots <role>.json
//   targets    <folder>/<hex digest>.<name>; without consistent snapshots <folder>/<name>
//   nodes      <hex sha256>, of our members only

#include <string>
#include <vector>

#include "trustlist/client/fetcher.h"
#include "trustlist/client/file_source.h"

namespace mrg {

// Threads: as Fetcher.
class MirrorFetcher : public Fetcher {
 public:
  // The mirror's bases; each must outlive this. Without `targets` or `nodes` nothing of that kind
  // is found.
  explicit MirrorFetcher(FileSource* metadata, FileSource* targets = nullptr,
                         FileSource* nodes = nullptr)
      : metadata_(metadata), targets_(targets), nodes_(nodes) {}

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override;
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view digest,
                                          size_t bytes_max) override;
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override;

 private:
  FileSource* const metadata_;
  FileSource* const targets_;
  FileSource* const nodes_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_MIRROR_FETCHER_H_
