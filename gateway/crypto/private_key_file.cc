#include "gateway/crypto/private_key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr off_t kFileBytesMax = 64 << 10;
constexpr size_t kSecretBytesMin = 32;
constexpr mode_t kOthersMask = 077;

absl::Status Invalid(const std::string& path, absl::string_view detail) {
  return MakeError(Reason::kKeyFileInvalid, absl::StrCat(path, ": ", detail));
}

absl::Status InvalidField(absl::string_view field, const std::string& path,
                          absl::string_view detail) {
  return Invalid(absl::StrCat(field, ": ", path), detail);
}

// Closes a descriptor when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

}  // namespace

absl::StatusOr<std::string> ReadPrivateKeyFile(absl::string_view field, const std::string& path) {
  // Non-blocking, so that a FIFO in a file's place cannot make the node wait for a writer.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info;
  if (file.get() < 0 || fstat(file.get(), &info) != 0)
    return InvalidField(field, path, "cannot be read");
  if (!S_ISREG(info.st_mode)) return InvalidField(field, path, "expected a regular file");
  if ((info.st_mode & kOthersMask) != 0) return InvalidField(field, path, "expected mode 0600");
  if (info.st_size > kFileBytesMax) return InvalidField(field, path, "expected at most 64 KiB");
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got <= 0) return InvalidField(field, path, "cannot be read");
    done += static_cast<size_t>(got);
  }
  return bytes;
}

absl::StatusOr<std::string> ReadSecretFile(absl::string_view field, const std::string& path) {
  MRG_ASSIGN_OR_RETURN(std::string bytes, ReadPrivateKeyFile(field, path));
  if (bytes.size() < kSecretBytesMin)
    return InvalidField(field, path, "expected at least 32 bytes");
  return bytes;
}

absl::Status WritePrivateFile(const std::string& path, absl::string_view bytes) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0) return Invalid(path, "exists or cannot be created");
  bool written = true;
  while (written && !bytes.empty()) {
    const ssize_t put = write(file.get(), bytes.data(), bytes.size());
    written = put > 0;
    if (written) bytes.remove_prefix(static_cast<size_t>(put));
  }
  if (!written || fsync(file.get()) != 0) {
    unlink(path.c_str());  // half a key is worse than none
    return Invalid(path, "cannot be written");
  }
  return absl::OkStatus();
}

}  // namespace mrg
