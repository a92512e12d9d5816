#ifndef MRG_TRUSTLIST_REPOSITORY_MEMORY_REPOSITORY_H_
#define MRG_TRUSTLIST_REPOSITORY_MEMORY_REPOSITORY_H_

// The files of one repository in memory, behind the Fetcher interface: what a publisher is about to
// publish, shown to the client workflow before anybody else sees it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trustlist/client/fetcher.h"

namespace mrg {

// Threads: as Fetcher.
class MemoryRepository : public Fetcher {
 public:
  // Serves a metadata file, which states `version`; the highest version of a role is its newest.
  void ServeMetadata(absl::string_view role, int64_t version, std::string bytes);
  // Serves a target file or tree node under its digest.
  void ServeContent(std::string bytes);

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override;
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view digest,
                                          size_t bytes_max) override;
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override;

 private:
  std::map<std::string, std::map<int64_t, std::string>> metadata_;  // role -> version -> file
  std::map<std::string, std::string> content_;                      // SHA-256 -> bytes
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_REPOSITORY_MEMORY_REPOSITORY_H_
