#ifndef MRG_GATEWAY_CLI_BACKUP_BACKUP_RESTORE_H_
#define MRG_GATEWAY_CLI_BACKUP_BACKUP_RESTORE_H_

// Lays a member's folder out from a backup. The store gets the mark of a restore, so that no node
// signs in it with the keys that signed what was lost (ADR-0035).
//
// Threads: one at a time for one folder.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/cli/backup/backup_check.h"
#include "gateway/cli/backup/manifest.h"

namespace mrg {

struct RestoreOrder {
  std::string backup;
  std::string passphrase;  // opens the keys; empty: none are put back
  std::string log_id;      // the log that begins; empty: the configuration's line stays
  std::string out;         // the member's folder: missing or empty
};

struct Restored {
  BackupManifest manifest;
  // What belongs outside the folder, by its path there; it stands below "elsewhere".
  std::vector<std::string> elsewhere;
};

// The folder appears whole or not at all. Errors: those of CheckBackup, before anything is written;
// AlreadyExists (the folder holds something); CONFIG_INVALID (no line `log_id` of its own);
// STORE_UNAVAILABLE.
absl::StatusOr<Restored> RestoreBackup(const RestoreOrder& order, const Progress& progress);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_BACKUP_BACKUP_RESTORE_H_
