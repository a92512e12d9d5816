#ifndef MRG_GATEWAY_CLI_BACKUP_MANIFEST_H_
#define MRG_GATEWAY_CLI_BACKUP_MANIFEST_H_

// The manifest of a backup: what it is a copy of, and each of its files. It is written last, so
// that a folder without one is no backup, and read with nothing taken on trust: whoever carried the
// folder may have changed it.
//
// Thread-safe: pure functions.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace mrg {

inline constexpr char kManifestFile[] = "manifest.json";
// Beside it, of a backup with keys: proof that whoever wrote the manifest knew the passphrase.
inline constexpr char kManifestSealFile[] = "manifest.seal";
// Bytes of a manifest: so many files with the longest names.
inline constexpr size_t kManifestBytesMax = size_t{32} << 20;
inline constexpr size_t kBackupFilesMax = 65536;
inline constexpr size_t kBackupNameBytesMax = 255;

struct BackupFile {
  std::string name;  // below the backup's folder, as IsBackupName has it
  uint64_t bytes = 0;
  std::string sha256;  // 32 raw bytes

  bool operator==(const BackupFile&) const = default;
};

struct BackupManifest {
  std::string member;
  std::string log;          // origin of the decision log
  std::string log_key_pem;  // its public key
  uint64_t log_size = 0;    // leaves
  std::string log_root;     // 32 raw bytes
  absl::Time made;          // UTC, in whole seconds
  std::string config;       // name of the configuration among the files
  std::string data_dir;     // where the store is put again, by the names of the files
  std::string key_salt;     // 32 raw bytes; empty: the backup holds no keys
  // Of the timestamp, snapshot and log keys, which sign on after the copy: SHA-256 of each
  // SubjectPublicKeyInfo, 32 raw bytes.
  std::vector<std::string> spent_keys;
  std::vector<BackupFile> files;  // all but the manifest and its seal; names rise

  bool operator==(const BackupManifest&) const = default;
};

// Result: whether `name` is a relative path of segments [A-Za-z0-9._@+,=-]{1,} with none that is
// "." or "..", at most 255 bytes.
bool IsBackupName(absl::string_view name);

// Result: the manifest's text, JSON. REQUIRES: what ParseManifest demands.
std::string ManifestText(const BackupManifest& manifest);

// Errors: STORE_CORRUPT naming what is wrong: another form or format, a name that leads out of the
// folder or stands twice, too much of anything.
absl::StatusOr<BackupManifest> ParseManifest(absl::string_view text);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_BACKUP_MANIFEST_H_
