#include "gateway/cli/backup/backup_restore.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/backup/node_files.h"
#include "gateway/cli/new_file.h"
#include "gateway/storage/restore_mark.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

absl::Status Unavailable(absl::string_view path, absl::string_view what) {
  return MakeError(Reason::kStoreUnavailable, absl::StrCat(path, ": ", what));
}

// Result: where the member's folder has what the backup names so.
std::string Placed(absl::string_view name) {
  return std::string(absl::StripPrefix(name, kFolderPrefix));
}

// Result: the configuration with another log; nullopt when it has no line of its own for `before`.
std::optional<std::string> WithLog(const std::string& config, const std::string& before,
                                   const std::string& log_id) {
  std::vector<std::string> lines = absl::StrSplit(config, '\n');
  for (std::string& line : lines) {
    absl::string_view rest = line;
    if (!absl::ConsumePrefix(&rest, absl::StrCat("log_id: \"", before, "\""))) continue;
    const absl::string_view behind = absl::StripAsciiWhitespace(rest);
    if (!behind.empty() && behind.front() != '#') continue;  // another field, which would go too
    line = absl::StrCat("log_id: \"", log_id, "\"", rest);
    return absl::StrJoin(lines, "\n");
  }
  return std::nullopt;
}

absl::Status CopyOne(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (!error) fs::copy_file(from, to, error);
  return error ? Unavailable(to.string(), error.message()) : absl::OkStatus();
}

// Has all that was written below the folder reach the disk.
absl::Status SyncAll(const std::string& folder) {
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = opened >= 0 && syncfs(opened) == 0;
  const absl::Status status = synced ? absl::OkStatus() : Unavailable(folder, std::strerror(errno));
  if (opened >= 0) close(opened);
  return status;
}

class Laying {
 public:
  Laying(const RestoreOrder& order, const CheckedBackup& checked, std::string folder)
      : order_(order), manifest_(checked.manifest), key_(checked.key), folder_(std::move(folder)) {}

  absl::Status Run() {
    const std::string store = absl::StrCat(kBackupStore, "/");
    for (const BackupFile& file : manifest_.files) {
      absl::string_view name = file.name;
      if (absl::ConsumePrefix(&name, kKeysPrefix)) {
        if (key_.has_value()) MRG_RETURN_IF_ERROR(PutKey(file.name, name));
      } else if (absl::ConsumePrefix(&name, store)) {
        MRG_RETURN_IF_ERROR(Put(file.name, absl::StrCat(manifest_.data_dir, "/", name)));
      } else if (file.name == manifest_.config && !order_.log_id.empty()) {
        MRG_RETURN_IF_ERROR(PutConfig());
      } else {
        MRG_RETURN_IF_ERROR(Put(file.name, file.name));
      }
    }
    std::error_code error;
    const std::string data = absl::StrCat(folder_, "/", Placed(manifest_.data_dir));
    fs::permissions(data, fs::perms::owner_all, error);
    if (error) return Unavailable(data, error.message());
    MRG_RETURN_IF_ERROR(WriteRestoreMark(data, {manifest_.made, manifest_.spent_keys}));
    return SyncAll(folder_);
  }

 private:
  std::string At(absl::string_view name) const { return absl::StrCat(folder_, "/", Placed(name)); }

  absl::Status Put(const std::string& from, absl::string_view name) {
    return CopyOne(absl::StrCat(order_.backup, "/", from), At(name));
  }

  absl::Status Write(absl::string_view name, absl::string_view bytes) {
    std::error_code error;
    fs::create_directories(fs::path(At(name)).parent_path(), error);
    if (error) return Unavailable(At(name), error.message());
    return WriteNewFile("--dir", At(name), bytes, kPrivateFileMode);
  }

  absl::Status PutKey(const std::string& sealed, absl::string_view name) {
    MRG_ASSIGN_OR_RETURN(const std::string secret, OpenSealed(*key_, order_.backup, sealed));
    return Write(name, secret);
  }

  absl::Status PutConfig() {
    MRG_ASSIGN_OR_RETURN(const std::string config,
                         ReadWholeFile(absl::StrCat(order_.backup, "/", manifest_.config)));
    const size_t slash = manifest_.log.rfind('/');
    const std::string before = manifest_.log.substr(slash == manifest_.log.npos ? 0 : slash + 1);
    const std::optional<std::string> changed = WithLog(config, before, order_.log_id);
    if (!changed.has_value()) {
      return MakeFieldError(Reason::kConfigInvalid, "--log-id",
                            absl::StrCat("expected a line of its own, log_id: \"", before,
                                         "\", in the configuration"));
    }
    return Write(manifest_.config, *changed);
  }

  const RestoreOrder& order_;
  const BackupManifest& manifest_;
  const std::optional<SealingKey>& key_;
  const std::string folder_;
};

std::vector<std::string> Elsewhere(const BackupManifest& manifest, bool with_keys) {
  std::vector<std::string> paths;
  for (const BackupFile& file : manifest.files) {
    absl::string_view name = file.name;
    const bool is_key = absl::ConsumePrefix(&name, kKeysPrefix);
    if (absl::ConsumePrefix(&name, kElsewherePrefix) && (with_keys || !is_key)) {
      paths.push_back(absl::StrCat("/", name));
    }
  }
  absl::string_view data = manifest.data_dir;
  if (absl::ConsumePrefix(&data, kElsewherePrefix)) paths.push_back(absl::StrCat("/", data));
  return paths;
}

}  // namespace

absl::StatusOr<Restored> RestoreBackup(const RestoreOrder& order, const Progress& progress) {
  std::error_code error;
  if (fs::exists(order.out, error) &&
      !(fs::is_directory(order.out, error) && fs::is_empty(order.out, error))) {
    return absl::AlreadyExistsError(
        absl::StrCat("--dir: expected a folder that is missing or empty, ", order.out));
  }
  MRG_ASSIGN_OR_RETURN(CheckedBackup checked,
                       CheckBackup(order.backup, order.passphrase, progress));
  fs::path out = fs::absolute(order.out).lexically_normal();
  if (!out.has_filename()) out = out.parent_path();
  const std::string beside = out.string() + ".restoring";
  fs::remove_all(beside, error);  // of an attempt that was cut off
  if (!fs::create_directory(beside, error)) return Unavailable(beside, error.message());
  absl::Cleanup unfinished = [&beside] {
    std::error_code ignored;
    fs::remove_all(beside, ignored);
  };
  fs::permissions(beside, fs::perms::owner_all, error);
  if (error) return Unavailable(beside, error.message());
  MRG_RETURN_IF_ERROR(Laying(order, checked, beside).Run());
  fs::rename(beside, out, error);  // onto an empty folder, too
  if (error) return Unavailable(out.string(), error.message());
  std::move(unfinished).Cancel();
  std::vector<std::string> elsewhere = Elsewhere(checked.manifest, checked.key.has_value());
  return Restored{std::move(checked.manifest), std::move(elsewhere)};
}

}  // namespace mrg
