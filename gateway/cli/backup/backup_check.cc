#include "gateway/cli/backup/backup_check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/passphrase.h"
#include "gateway/storage/store_view.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

constexpr size_t kReadBytes = size_t{1} << 20;
constexpr size_t kSealedBytesMax = size_t{128} << 10;
constexpr char kPurpose[] = "mrg backup of keys";

absl::Status Corrupt(absl::string_view name, absl::string_view what) {
  return MakeError(Reason::kStoreCorrupt, absl::StrCat(name, ": ", what));
}

absl::Status Unavailable(absl::string_view path, absl::string_view what) {
  return MakeError(Reason::kStoreUnavailable, absl::StrCat(path, ": ", what));
}

// Result: names and lengths, digests empty.
absl::StatusOr<std::vector<BackupFile>> ListFiles(const std::string& folder) {
  std::vector<BackupFile> files;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error), end;
  for (; !error && at != end; at.increment(error)) {
    const std::string name = at->path().lexically_relative(folder).string();
    // What a link leads to is not in the backup.
    const fs::file_status status = at->symlink_status(error);
    if (error) break;
    if (fs::is_directory(status)) continue;
    if (name == kManifestFile || name == kManifestSealFile) continue;
    if (!fs::is_regular_file(status) || !IsBackupName(name)) {
      return Corrupt(name, "expected files with names of [A-Za-z0-9._@+,=-] alone");
    }
    if (files.size() == kBackupFilesMax) {
      return Corrupt(name, absl::StrCat("expected at most ", kBackupFilesMax, " files"));
    }
    files.push_back({name, at->file_size(error), ""});
    if (error) break;
  }
  if (error) return Unavailable(folder, error.message());
  std::sort(files.begin(), files.end(),
            [](const BackupFile& a, const BackupFile& b) { return a.name < b.name; });
  return files;
}

absl::StatusOr<std::string> DigestOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Sha256Stream digest;
  std::string bytes(kReadBytes, '\0');
  while (file) {
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    digest.Update(absl::string_view(bytes.data(), static_cast<size_t>(file.gcount())));
  }
  if (!file.eof()) return Unavailable(path, "cannot be read");
  return digest.Finish();
}

absl::StatusOr<BackupManifest> ReadManifest(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", kManifestFile);
  auto text = ReadWholeFile(path, kManifestBytesMax);
  if (!text.ok())
    return Unavailable(path, "no manifest: not a backup, or one that was not finished");
  return ParseManifest(*text);
}

// Errors: STORE_CORRUPT for the first file that one of the two lists has alone, or differently.
absl::Status CompareLengths(const std::vector<BackupFile>& listed,
                            const std::vector<BackupFile>& found) {
  for (size_t i = 0; i < std::max(listed.size(), found.size()); ++i) {
    if (i == found.size() || (i < listed.size() && listed[i].name < found[i].name)) {
      return Corrupt(listed[i].name, "missing");
    }
    if (i == listed.size() || found[i].name < listed[i].name) {
      return Corrupt(found[i].name, "not in the manifest");
    }
    if (listed[i].bytes != found[i].bytes) {
      return Corrupt(found[i].name,
                     absl::StrCat("expected ", listed[i].bytes, " bytes, found ", found[i].bytes));
    }
  }
  return absl::OkStatus();
}

// Errors: STORE_CORRUPT.
absl::Status CheckFiles(const std::string& folder, const BackupManifest& manifest,
                        const Progress& progress) {
  MRG_ASSIGN_OR_RETURN(const std::vector<BackupFile> found, ListFiles(folder));
  MRG_RETURN_IF_ERROR(CompareLengths(manifest.files, found));
  size_t read = 0;
  for (const BackupFile& file : manifest.files) {
    MRG_ASSIGN_OR_RETURN(const std::string digest, DigestOf(absl::StrCat(folder, "/", file.name)));
    if (digest != file.sha256) return Corrupt(file.name, "its bytes are not those of the manifest");
    progress(absl::StrCat("read ", ++read, " of ", manifest.files.size(), " files"));
  }
  return absl::OkStatus();
}

absl::Status CheckStoredLog(const std::string& folder, const BackupManifest& manifest) {
  const auto key = PublicKeyFromPem(Scheme::kEd25519, manifest.log_key_pem);
  if (!key.ok()) return Corrupt(kManifestFile, "expected the log's public key");
  MRG_ASSIGN_OR_RETURN(const auto store, OpenStoreView(absl::StrCat(folder, "/", kBackupStore)));
  MRG_ASSIGN_OR_RETURN(const LogCheckReport report, CheckWholeLog(*store, manifest.log, *key));
  if (report.leaf_count == manifest.log_size && report.root == manifest.log_root) {
    return absl::OkStatus();
  }
  return Corrupt(kManifestFile, "its log has another size or root than the store's");
}

// Result: the key of the passphrase. Errors: KEY_FILE_INVALID.
absl::StatusOr<SealingKey> OpenManifestSeal(const std::string& folder,
                                            const BackupManifest& manifest,
                                            absl::string_view passphrase) {
  if (manifest.key_salt.empty()) {
    return MakeError(Reason::kKeyFileInvalid, "the backup holds no keys: made without --with-keys");
  }
  SealingKey key = KeyOfPassphrase(passphrase, manifest.key_salt);
  const auto seal = ReadWholeFile(absl::StrCat(folder, "/", kManifestSealFile), kSealBytes);
  if (seal.ok() && key.Open(*seal, Sha256(ManifestText(manifest))).has_value()) return key;
  return MakeError(
      Reason::kKeyFileInvalid,
      absl::StrCat(kManifestSealFile, ": the manifest was not sealed under this passphrase"));
}

}  // namespace

absl::StatusOr<std::vector<BackupFile>> DescribeFiles(const std::string& folder) {
  MRG_ASSIGN_OR_RETURN(std::vector<BackupFile> files, ListFiles(folder));
  for (BackupFile& file : files) {
    MRG_ASSIGN_OR_RETURN(file.sha256, DigestOf(absl::StrCat(folder, "/", file.name)));
  }
  return files;
}

absl::StatusOr<LogCheckReport> CheckWholeLog(const StoreReader& store, const std::string& origin,
                                             const PublicKey& key) {
  MRG_ASSIGN_OR_RETURN(LogCheckReport report, CheckLog(store, origin, {&key, 1},
                                                       [&origin](uint64_t, absl::string_view leaf) {
                                                         return CheckLeafForm(leaf, origin);
                                                       }));
  if (!report.sound()) return Corrupt(origin, report.findings.front());
  return report;
}

SealingKey KeyOfPassphrase(absl::string_view passphrase, absl::string_view salt) {
  return SealingKey::Derive(SecretOfPassphrase(passphrase, salt), kPurpose);
}

std::string SealManifest(const SealingKey& key, const BackupManifest& manifest) {
  return key.Seal("", Sha256(ManifestText(manifest)));
}

absl::StatusOr<CheckedBackup> CheckBackup(const std::string& folder, absl::string_view passphrase,
                                          const Progress& progress) {
  CheckedBackup checked;
  MRG_ASSIGN_OR_RETURN(checked.manifest, ReadManifest(folder));
  if (!passphrase.empty()) {
    MRG_ASSIGN_OR_RETURN(SealingKey key, OpenManifestSeal(folder, checked.manifest, passphrase));
    checked.key.emplace(std::move(key));
  }
  MRG_RETURN_IF_ERROR(CheckFiles(folder, checked.manifest, progress));
  MRG_RETURN_IF_ERROR(CheckStoredLog(folder, checked.manifest));
  if (!checked.key.has_value()) return checked;
  for (const BackupFile& file : checked.manifest.files) {
    if (!absl::StartsWith(file.name, kKeysPrefix)) continue;
    MRG_RETURN_IF_ERROR(OpenSealed(*checked.key, folder, file.name).status());
  }
  return checked;
}

absl::StatusOr<std::string> OpenSealed(const SealingKey& key, const std::string& folder,
                                       const std::string& name) {
  MRG_ASSIGN_OR_RETURN(const std::string sealed,
                       ReadWholeFile(absl::StrCat(folder, "/", name), kSealedBytesMax));
  std::optional<std::string> opened = key.Open(sealed, name);
  if (opened.has_value()) return *std::move(opened);
  return MakeError(Reason::kKeyFileInvalid,
                   absl::StrCat(name, ": the passphrase does not open it"));
}

}  // namespace mrg
