#ifndef MRG_GATEWAY_CLI_BACKUP_BACKUP_CREATE_H_
#define MRG_GATEWAY_CLI_BACKUP_BACKUP_CREATE_H_

// Makes a backup of a node, which may run meanwhile: its store as it was at one moment, its
// configuration with the files that it names, its ceremony's folder, and its keys when they are
// asked for, sealed.
//
// Threads: one at a time for one node.

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/cli/backup/backup_check.h"
#include "gateway/cli/backup/manifest.h"

namespace mrg {

struct BackupOrder {
  std::string config_path;
  std::string repository;  // folder; empty: not with it
  std::string passphrase;  // seals the keys; empty: without them
  std::string out;         // a folder that is made
  absl::Time now;
};

// Result: the manifest, the last file to be written. A backup that fails leaves nothing behind.
// Errors: AlreadyExists (the folder), CONFIG_INVALID, KEY_FILE_INVALID, those of OpenStoreView and
// CheckWholeLog: of a log that is not sound no backup is made.
absl::StatusOr<BackupManifest> CreateBackup(const BackupOrder& order, const Progress& progress);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_BACKUP_BACKUP_CREATE_H_
