#ifndef MRG_GATEWAY_CLI_BACKUP_BACKUP_CHECK_H_
#define MRG_GATEWAY_CLI_BACKUP_BACKUP_CHECK_H_

// Whether a folder is the backup that its manifest says: each file, nothing more and nothing less,
// and a decision log that can be computed again.
//
// Threads: one at a time for one folder. Reads only.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/log_check.h"
#include "gateway/cli/backup/manifest.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/sealing_key.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Where the store's copy and the sealed keys are in a backup.
inline constexpr char kBackupStore[] = "store";
inline constexpr char kKeysPrefix[] = "keys/";

using Progress = std::function<void(const std::string& what)>;

// Result: all files below the folder but the manifest and its seal, with their digests; names rise.
// Errors: STORE_CORRUPT (a link or another thing that is no file, a name that IsBackupName does not
// take, too many), STORE_UNAVAILABLE.
absl::StatusOr<std::vector<BackupFile>> DescribeFiles(const std::string& folder);

// Result: the report of a whole and sound log. Errors: as CheckLog; STORE_CORRUPT with the first
// finding.
absl::StatusOr<LogCheckReport> CheckWholeLog(const StoreReader& store, const std::string& origin,
                                             const PublicKey& key);

// Result: the key under which the backup's keys and manifest are sealed.
SealingKey KeyOfPassphrase(absl::string_view passphrase, absl::string_view salt);

// Result: the seal of a manifest, for kManifestSealFile. Without it a manifest says only that
// nothing was damaged: whoever changes a file can change the manifest, too.
std::string SealManifest(const SealingKey& key, const BackupManifest& manifest);

struct CheckedBackup {
  BackupManifest manifest;
  std::optional<SealingKey> key;  // with a passphrase
};

// Checks with a non-empty passphrase first that who wrote the manifest knew it, before anything
// else is read, and in the end that each key opens.
// Errors: STORE_CORRUPT naming the file that is missing, too many, of another length or of other
// bytes, or what is wrong with the log; those of ParseManifest; STORE_UNAVAILABLE when there is no
// manifest; KEY_FILE_INVALID when the passphrase is another, or the backup holds no keys.
absl::StatusOr<CheckedBackup> CheckBackup(const std::string& folder, absl::string_view passphrase,
                                          const Progress& progress);

// Result: what the sealed file of the backup holds. Errors: KEY_FILE_INVALID when it does not open.
absl::StatusOr<std::string> OpenSealed(const SealingKey& key, const std::string& folder,
                                       const std::string& name);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_BACKUP_BACKUP_CHECK_H_
