#include "gateway/cli/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/crypto/random.h"

namespace mrg {
namespace {

constexpr size_t kNameBytes = 8;

absl::Status CannotWrite(absl::string_view flag, const std::string& path) {
  return absl::UnavailableError(
      absl::StrCat(flag, ": cannot write ", path, ": ", std::strerror(errno)));
}

absl::Status IsTaken(absl::string_view flag, const std::string& path) {
  return absl::AlreadyExistsError(
      absl::StrCat(flag, ": expected a name that is not taken, ", path, " is there"));
}

bool WriteAndKeep(int file, absl::string_view bytes, int mode) {
  while (!bytes.empty()) {
    const ssize_t put = write(file, bytes.data(), bytes.size());
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return fchmod(file, static_cast<mode_t>(mode)) == 0 && fsync(file) == 0;
}

}  // namespace

absl::Status WriteNewFile(absl::string_view flag, const std::string& path, absl::string_view bytes,
                          int mode) {
  struct stat info;
  if (lstat(path.c_str(), &info) == 0) return IsTaken(flag, path);
  const std::string scratch =
      absl::StrCat(path, ".", absl::BytesToHexString(RandomBytes(kNameBytes)));
  const int file = open(scratch.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kPrivateFileMode);
  if (file < 0) return CannotWrite(flag, path);
  const bool written = WriteAndKeep(file, bytes, mode);
  close(file);
  // A link, because a rename would replace what somebody else put there meanwhile.
  const bool named = written && link(scratch.c_str(), path.c_str()) == 0;
  const int error = errno;
  unlink(scratch.c_str());
  errno = error;
  if (named) return absl::OkStatus();
  return written && error == EEXIST ? IsTaken(flag, path) : CannotWrite(flag, path);
}

}  // namespace mrg
