#include "gateway/cli/backup/backup_create.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/backup/node_files.h"
#include "gateway/cli/new_file.h"
#include "gateway/config/node_config.h"
#include "gateway/crypto/passphrase.h"
#include "gateway/crypto/private_key_file.h"
#include "gateway/crypto/random.h"
#include "gateway/crypto/signer_file.h"
#include "gateway/storage/restore_mark.h"
#include "gateway/storage/store_view.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

constexpr char kRepositoryPrefix[] = "repository/";

// A backup that is being made.
class Making {
 public:
  Making(const BackupOrder& order, const Progress& progress) : order_(order), progress_(progress) {}

  absl::StatusOr<BackupManifest> Run() {
    MRG_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(order_.config_path));
    MRG_ASSIGN_OR_RETURN(const gateway::v1::NodeConfig config, ParseNodeConfigText(text));
    const fs::path config_path = fs::absolute(order_.config_path).lexically_normal();
    const std::string folder = config_path.parent_path().string();
    MRG_ASSIGN_OR_RETURN(const NodeFiles files, FilesOf(config, folder));
    MRG_RETURN_IF_ERROR(CheckApart("data_dir", files.data_dir.path));
    MRG_RETURN_IF_ERROR(CheckApart("--repository", order_.repository));
    MRG_ASSIGN_OR_RETURN(const NodeFile own,
                         NamedFile("--config", config_path.filename().string(), folder));
    manifest_.member = config.member();
    manifest_.log = absl::StrCat(config.member(), "/", config.log_id());
    manifest_.made = absl::FromUnixSeconds(absl::ToUnixSeconds(order_.now));
    manifest_.config = own.name;
    manifest_.data_dir = files.data_dir.name;
    MRG_RETURN_IF_ERROR(NoteKeys(config.keys(), folder));
    MRG_RETURN_IF_ERROR(NoteKeysOfMark(files.data_dir.path));
    MRG_RETURN_IF_ERROR(CopyStore(files.data_dir.path));
    MRG_RETURN_IF_ERROR(Put(own.name, text, kPrivateFileMode));
    for (const NodeFile& file : files.open) MRG_RETURN_IF_ERROR(Copy(file.path, file.name));
    if (!order_.repository.empty()) MRG_RETURN_IF_ERROR(CopyRepository());
    if (!order_.passphrase.empty()) MRG_RETURN_IF_ERROR(SealKeys(files));
    MRG_ASSIGN_OR_RETURN(manifest_.files, DescribeFiles(order_.out));
    const std::string last = ManifestText(manifest_);
    // What could not be read again is no backup.
    MRG_ASSIGN_OR_RETURN(const BackupManifest read, ParseManifest(last));
    if (read != manifest_)
      return MakeError(Reason::kInvariantBroken, "the manifest reads otherwise");
    if (key_.has_value()) {
      MRG_RETURN_IF_ERROR(Put(kManifestSealFile, SealManifest(*key_, manifest_), kPrivateFileMode));
    }
    MRG_RETURN_IF_ERROR(Put(kManifestFile, last, kPrivateFileMode));
    return manifest_;
  }

 private:
  // The backup would hold itself.
  absl::Status CheckApart(absl::string_view field, const std::string& copied) const {
    if (copied.empty()) return absl::OkStatus();
    std::error_code error;
    const fs::path from = fs::weakly_canonical(copied, error);
    const std::string below = fs::weakly_canonical(order_.out, error).lexically_relative(from);
    if (!error && !below.empty() && !absl::StartsWith(below, "..")) {
      return MakeFieldError(Reason::kConfigInvalid, "--out",
                            absl::StrCat("expected a folder outside ", field));
    }
    return error ? MakeError(Reason::kStoreUnavailable, error.message()) : absl::OkStatus();
  }

  absl::Status Put(const std::string& name, absl::string_view bytes, int mode) {
    const fs::path path = fs::path(order_.out) / name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error)
      return MakeError(Reason::kStoreUnavailable, absl::StrCat(name, ": ", error.message()));
    return WriteNewFile("--out", path.string(), bytes, mode);
  }

  absl::Status Copy(const std::string& path, const std::string& name) {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path));
    return Put(name, bytes, kPrivateFileMode);
  }

  // Which keys have signed what the copy may not hold.
  absl::Status NoteKeys(const gateway::v1::KeyFiles& keys, const std::string& folder) {
    for (const auto& [field, path] : {std::pair("keys.timestamp_path", keys.timestamp_path()),
                                      std::pair("keys.snapshot_path", keys.snapshot_path()),
                                      std::pair("keys.log_path", keys.log_path())}) {
      MRG_ASSIGN_OR_RETURN(const NodeFile file, NamedFile(field, path, folder));
      MRG_ASSIGN_OR_RETURN(const auto signer, SignerFromFile(file.path));
      manifest_.spent_keys.push_back(signer->public_key().spki_sha256());
      log_key_ = signer->public_key();
    }
    manifest_.log_key_pem = PublicKeyToPem(*log_key_);
    return absl::OkStatus();
  }

  // Those that signed what an earlier restore lost sign no more than these.
  absl::Status NoteKeysOfMark(const std::string& data_dir) {
    MRG_ASSIGN_OR_RETURN(const std::optional<RestoreMark> mark, ReadRestoreMark(data_dir));
    if (!mark.has_value()) return absl::OkStatus();
    std::vector<std::string>& keys = manifest_.spent_keys;
    for (const std::string& key : mark->spent_keys) {
      if (std::count(keys.begin(), keys.end(), key) == 0) keys.push_back(key);
    }
    return absl::OkStatus();
  }

  absl::Status CopyStore(const std::string& data_dir) {
    MRG_ASSIGN_OR_RETURN(const auto view, OpenStoreView(data_dir));
    MRG_ASSIGN_OR_RETURN(const LogCheckReport log, CheckWholeLog(*view, manifest_.log, *log_key_));
    manifest_.log_size = log.leaf_count;
    manifest_.log_root = log.root;
    return view->CopyTo(absl::StrCat(order_.out, "/", kBackupStore), [this](uint64_t rows) {
      progress_(absl::StrCat("copied ", rows, " rows of the store"));
    });
  }

  absl::Status CopyRepository() {
    std::error_code error;
    fs::recursive_directory_iterator at(order_.repository, error), end;
    for (; !error && at != end; at.increment(error)) {
      if (!at->is_regular_file(error) || error) continue;
      const std::string name = absl::StrCat(
          kRepositoryPrefix, at->path().lexically_relative(order_.repository).string());
      if (!IsBackupName(name)) {
        return MakeFieldError(Reason::kConfigInvalid, "--repository",
                              absl::StrCat("expected names of [A-Za-z0-9._@+,=-], found ", name));
      }
      MRG_RETURN_IF_ERROR(Copy(at->path().string(), name));
    }
    if (!error) return absl::OkStatus();
    return MakeFieldError(Reason::kConfigInvalid, "--repository", error.message());
  }

  absl::Status SealKeys(const NodeFiles& files) {
    manifest_.key_salt = RandomBytes(kPassphraseSaltBytes);
    key_.emplace(KeyOfPassphrase(order_.passphrase, manifest_.key_salt));
    for (const NodeFile& file : files.secrets) {
      MRG_ASSIGN_OR_RETURN(const std::string secret, ReadPrivateKeyFile(file.field, file.path));
      const std::string name = kKeysPrefix + file.name;
      MRG_RETURN_IF_ERROR(Put(name, key_->Seal(secret, name), kPrivateFileMode));
    }
    return absl::OkStatus();
  }

  const BackupOrder& order_;
  const Progress& progress_;
  BackupManifest manifest_;
  std::optional<PublicKey> log_key_;
  std::optional<SealingKey> key_;  // of a backup with keys
};

}  // namespace

absl::StatusOr<BackupManifest> CreateBackup(const BackupOrder& order, const Progress& progress) {
  std::error_code error;
  if (!fs::create_directory(order.out, error)) {
    return absl::AlreadyExistsError(absl::StrCat("--out: expected a folder that can be made, ",
                                                 order.out, ": ",
                                                 error ? error.message() : "it is there"));
  }
  absl::Cleanup unfinished = [&order] {
    std::error_code ignored;
    fs::remove_all(order.out, ignored);
  };
  fs::permissions(order.out, fs::perms::owner_all, error);
  if (error) return MakeError(Reason::kStoreUnavailable, error.message());
  MRG_ASSIGN_OR_RETURN(BackupManifest manifest, Making(order, progress).Run());
  std::move(unfinished).Cancel();
  return manifest;
}

}  // namespace mrg
