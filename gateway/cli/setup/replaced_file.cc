#include "gateway/cli/setup/replaced_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/new_file.h"
#include "gateway/crypto/random.h"

namespace mrg {
namespace {

constexpr size_t kNameBytes = 8;

}  // namespace

absl::Status ReplaceFile(absl::string_view flag, const std::string& path, absl::string_view bytes) {
  const auto cannot = [&](absl::string_view why) {
    return absl::UnavailableError(absl::StrCat(flag, ": cannot write ", path, ": ", why));
  };
  std::error_code error;
  const std::string place = std::filesystem::canonical(path, error).string();
  if (error) return cannot(error.message());
  struct stat before;
  if (stat(place.c_str(), &before) != 0) return cannot(std::strerror(errno));
  const std::string next =
      absl::StrCat(place, ".", absl::BytesToHexString(RandomBytes(kNameBytes)));
  MRG_RETURN_IF_ERROR(WriteNewFile(flag, next, bytes, kPrivateFileMode));
  // The mode last: a change of owner may take bits of it away.
  const bool is_like = (geteuid() != 0 || chown(next.c_str(), before.st_uid, before.st_gid) == 0) &&
                       chmod(next.c_str(), before.st_mode & 07777) == 0;
  if (is_like && std::rename(next.c_str(), place.c_str()) == 0) return absl::OkStatus();
  const int fault = errno;
  unlink(next.c_str());
  return cannot(std::strerror(fault));
}

}  // namespace mrg
