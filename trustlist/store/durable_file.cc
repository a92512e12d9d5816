#include "trustlist/store/durable_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr size_t kReadBlockBytes = 16 * 1024;

absl::Status Unavailable(const std::string& path) {
  return MakeError(Reason::kStoreUnavailable, absl::StrCat(path, ": ", std::strerror(errno)));
}

bool WriteAll(int file, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// A rename is durable only once its folder is.
bool SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return false;
  const bool synced = fsync(opened) == 0;
  close(opened);
  return synced;
}

// Opens the file at `beside` for writing, empty, and alone among all processes until it is closed.
// Result: its descriptor; -1 when that fails.
int OpenAlone(const std::string& beside) {
  while (true) {
    const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return -1;
    int locked = 0;
    do locked = flock(file, LOCK_EX);
    while (locked < 0 && errno == EINTR);
    // Who held it before may have given it its final name, and then it is not ours to write to.
    struct stat opened = {};
    struct stat there = {};
    const bool is_ours = locked == 0 && fstat(file, &opened) == 0 &&
                         stat(beside.c_str(), &there) == 0 && opened.st_dev == there.st_dev &&
                         opened.st_ino == there.st_ino;
    if (is_ours && ftruncate(file, 0) == 0) return file;
    const int error = errno;
    close(file);
    errno = error;
    if (is_ours || locked != 0) return -1;
  }
}

}  // namespace

absl::Status WriteDurably(const std::string& path, absl::string_view bytes) {
  // A name that no target or role has here: '+' is percent-encoded in theirs.
  const std::string beside = path + "+new";
  const int file = OpenAlone(beside);
  if (file < 0) return Unavailable(beside);
  const absl::Status done =
      WriteAll(file, bytes) ? PutInPlace(file, beside, path) : Unavailable(beside);
  if (!done.ok()) unlink(beside.c_str());
  close(file);
  return done;
}

absl::Status PutInPlace(int file, const std::string& beside, const std::string& path) {
  if (fsync(file) != 0) return Unavailable(beside);
  if (std::rename(beside.c_str(), path.c_str()) != 0 || !SyncFolderOf(path)) {
    return Unavailable(path);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> ReadFileIfThere(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return std::optional<std::string>();
    return Unavailable(path);
  }
  std::string bytes;
  char block[kReadBlockBytes];
  ssize_t got = 0;
  do {
    got = read(file, block, sizeof(block));
    if (got > 0) bytes.append(block, static_cast<size_t>(got));
  } while (got > 0 || (got < 0 && errno == EINTR));
  const absl::Status result = got == 0 ? absl::OkStatus() : Unavailable(path);
  close(file);
  MRG_RETURN_IF_ERROR(result);
  return std::optional<std::string>(std::move(bytes));
}

}  // namespace mrg
