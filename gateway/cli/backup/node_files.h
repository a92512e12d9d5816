#ifndef MRG_GATEWAY_CLI_BACKUP_NODE_FILES_H_
#define MRG_GATEWAY_CLI_BACKUP_NODE_FILES_H_

// Which files a node's configuration names, and under which names a backup holds them.
//
// Thread-safe: pure functions.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mrg/gateway/v1/config.pb.h"

namespace mrg {

// What lies below the configuration's folder, and what lies elsewhere by its absolute path.
inline constexpr char kFolderPrefix[] = "folder/";
inline constexpr char kElsewherePrefix[] = "elsewhere/";

struct NodeFile {
  std::string field;  // of the configuration, which names it
  std::string path;   // where it is
  std::string name;   // in the backup
};

struct NodeFiles {
  std::vector<NodeFile> open;     // certificates, lists, roots
  std::vector<NodeFile> secrets;  // private keys and secrets
  NodeFile data_dir;
};

// Result: the backup's name of `path`, which counts from `folder` when it is relative.
// Errors: CONFIG_INVALID naming `field` when the path has other characters than IsBackupName takes.
absl::StatusOr<NodeFile> NamedFile(absl::string_view field, const std::string& path,
                                   const std::string& folder);

// Result: each file once. Errors: as NamedFile.
absl::StatusOr<NodeFiles> FilesOf(const gateway::v1::NodeConfig& config, const std::string& folder);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_BACKUP_NODE_FILES_H_
