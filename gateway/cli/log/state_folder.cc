#include "gateway/cli/log/state_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

absl::Status Refused(absl::string_view path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("--state ", path, ": ", why));
}

// Result: the value; empty when it is no absolute path, which the XDG specification has ignored.
std::string PathIn(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && value[0] == '/' ? value : "";
}

}  // namespace

absl::Status MakePrivateFolder(const std::string& path) {
  std::error_code error;
  const std::filesystem::path above = std::filesystem::path(path).parent_path();
  if (!above.empty()) std::filesystem::create_directories(above, error);
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return Refused(path, std::strerror(errno));
  }
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return Refused(path, std::strerror(errno));
  if (!S_ISDIR(info.st_mode) || (info.st_mode & 0077) != 0 || info.st_uid != geteuid()) {
    return Refused(path, "expected a folder of mode 0700 that is the caller's own");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> OpenStateFolder(const std::string& given) {
  std::string path = given;
  if (path.empty()) {
    const std::string state = PathIn("XDG_STATE_HOME");
    const std::string home = PathIn("HOME");
    if (state.empty() && home.empty()) {
      return absl::FailedPreconditionError(
          "--state: expected a folder, since neither XDG_STATE_HOME nor HOME names one");
    }
    path = state.empty() ? home + "/.local/state/mrg" : state + "/mrg";
  }
  MRG_RETURN_IF_ERROR(MakePrivateFolder(path));
  return path;
}

}  // namespace mrg
