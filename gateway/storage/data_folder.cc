#include "gateway/storage/data_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

// A mark that was being written when the process died; it says nothing.
constexpr char kUnfinishedFile[] = "FORMAT.new";
// The file system's own, where the folder is the root of a disk.
constexpr char kLostAndFound[] = "lost+found";
constexpr size_t kMarkBytesMax = 64;
// A store that opens writes a few files before it takes a commit.
constexpr char kTrialFile[] = "TRIAL.";
constexpr int kTrialFiles = 32;
constexpr size_t kTrialBytes = size_t{256} << 10;

std::string Mark() { return absl::StrCat("mrg data format ", kDataFormatVersion, "\n"); }

absl::Status Unavailable(const std::string& path, absl::string_view why) {
  return MakeError(Reason::kStoreUnavailable, absl::StrCat("data folder ", path, ": ", why));
}

absl::Status Refused(const std::string& path, absl::string_view why) {
  return MakeError(Reason::kConfigInvalid, absl::StrCat("data folder ", path, ": ", why));
}

// Result: whether anything but the file system's own stands in the folder; false when it is
// missing.
absl::StatusOr<bool> HoldsAnything(const std::string& path) {
  std::error_code error;
  fs::directory_iterator entries(path, error);
  if (error == std::errc::no_such_file_or_directory) return false;
  while (!error && entries != fs::directory_iterator()) {
    const std::string name = entries->path().filename().string();
    if (name != kUnfinishedFile && name != kLostAndFound) return true;
    entries.increment(error);
  }
  if (error) return Unavailable(path, error.message());
  return false;
}

// Result: the first bytes of the mark; nullopt when there is none.
absl::StatusOr<std::optional<std::string>> ReadMark(const std::string& path) {
  const int file = open((path + "/" + kDataFormatFile).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    if (errno == ENOENT) return std::optional<std::string>();
    return Unavailable(path, std::strerror(errno));
  }
  std::string bytes(kMarkBytesMax, '\0');
  const ssize_t count = read(file, bytes.data(), bytes.size());
  const int code = errno;
  close(file);
  if (count < 0) return Unavailable(path, std::strerror(code));
  bytes.resize(static_cast<size_t>(count));
  return std::optional<std::string>(std::move(bytes));
}

absl::Status Synced(const std::string& path, int flags) {
  const int file = open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return Unavailable(path, std::strerror(errno));
  const bool synced = fsync(file) == 0;
  const int code = errno;
  close(file);
  return synced ? absl::OkStatus() : Unavailable(path, std::strerror(code));
}

absl::Status WriteMark(const std::string& path) {
  const std::string unfinished = path + "/" + kUnfinishedFile;
  const int file = open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return Unavailable(path, std::strerror(errno));
  const std::string mark = Mark();
  const bool written = write(file, mark.data(), mark.size()) == static_cast<ssize_t>(mark.size()) &&
                       fsync(file) == 0;
  const int code = errno;
  close(file);
  if (!written) return Unavailable(path, std::strerror(code));
  std::error_code error;
  fs::rename(unfinished, path + "/" + kDataFormatFile, error);
  if (error) return Unavailable(path, error.message());
  return Synced(path, O_RDONLY | O_DIRECTORY);
}

absl::Status CheckMark(const std::string& path, const std::string& mark) {
  if (mark == Mark()) return absl::OkStatus();
  return Refused(
      path,
      absl::StrCat("it states \"", absl::CHexEscape(mark.substr(0, mark.find('\n'))),
                   "\", and this version reads only \"mrg data format ", kDataFormatVersion, "\""));
}

bool IsOfThisUserAlone(const struct stat& status) {
  return (status.st_mode & 0077) == 0 && status.st_uid == geteuid();
}

// What stands in it is no one else's: licence-tag keys, with which licence numbers could be
// guessed. A file that is opened to others now may be copied out of a folder that is opened later.
absl::Status CheckPrivate(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return Unavailable(path, std::strerror(errno));
  if (!IsOfThisUserAlone(status)) {
    return Refused(path, "expected mode 0700 and the node's own user as its owner");
  }
  std::error_code error;
  fs::directory_iterator entries(path, error);
  while (!error && entries != fs::directory_iterator()) {
    const std::string file = entries->path().string();
    // One that is gone meanwhile is nobody's to read.
    const bool is_file = lstat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode);
    if (is_file && !IsOfThisUserAlone(status)) {
      return Refused(path,
                     absl::StrCat("expected mode 0600 and the node's own user as the owner of ",
                                  absl::CHexEscape(entries->path().filename().string())));
    }
    entries.increment(error);
  }
  return error ? Unavailable(path, error.message()) : absl::OkStatus();
}

}  // namespace

absl::Status ClaimDataFolder(const std::string& path) {
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> mark, ReadMark(path));
  if (mark.has_value()) {
    MRG_RETURN_IF_ERROR(CheckMark(path, *mark));
    return CheckPrivate(path);
  }
  MRG_ASSIGN_OR_RETURN(const bool holds_anything, HoldsAnything(path));
  if (holds_anything) {
    return Refused(path, absl::StrCat("it is not empty and does not state its format (no file ",
                                      kDataFormatFile, ")"));
  }
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);
  if (error) return Unavailable(path, error.message());
  MRG_RETURN_IF_ERROR(CheckPrivate(path));
  return WriteMark(path);
}

absl::Status CheckDataFolder(const std::string& path) {
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> mark, ReadMark(path));
  if (mark.has_value()) return CheckMark(path, *mark);
  return Refused(path,
                 absl::StrCat("it does not state its format (no file ", kDataFormatFile, ")"));
}

absl::Status TryWriting(const std::string& path) {
  const std::string chunk(kTrialBytes, 'x');
  std::vector<int> files;
  absl::Status status;
  for (int i = 0; i < kTrialFiles && status.ok(); ++i) {
    const std::string name = absl::StrCat(path, "/", kTrialFile, i);
    const int file = open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) {
      status = Unavailable(path, std::strerror(errno));
      break;
    }
    files.push_back(file);
    if (write(file, chunk.data(), chunk.size()) != static_cast<ssize_t>(chunk.size()) ||
        fsync(file) != 0) {
      status = Unavailable(path, std::strerror(errno));
    }
  }
  for (size_t i = 0; i < files.size(); ++i) {
    close(files[i]);
    unlink(absl::StrCat(path, "/", kTrialFile, i).c_str());
  }
  return status;
}

}  // namespace mrg
