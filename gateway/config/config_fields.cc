#include "gateway/config/config_fields.h"

#include <sys/stat.h>

#include <cstdint>
#include <fstream>
#include <iterator>

#include "gateway/base/host_port.h"

namespace mrg {
namespace {

// CA bundles and root metadata are a few KiB.
constexpr int64_t kFileBytesMax = 1 << 20;
constexpr int32_t kNanosPerSecond = 1000000000;

}  // namespace

absl::Status ConfigInvalid(absl::string_view field, absl::string_view expected) {
  return MakeError(Reason::kConfigInvalid, absl::StrCat(field, ": expected ", expected));
}

absl::Status CheckAddress(absl::string_view field, absl::string_view address, bool port_required) {
  if (IsHostPort(address, port_required)) return absl::OkStatus();
  return ConfigInvalid(field, absl::StrCat("host:port, got \"", address, "\""));
}

absl::StatusOr<absl::Duration> ConfigDuration(absl::string_view field,
                                              const google::protobuf::Duration& duration,
                                              absl::Duration min, absl::Duration max) {
  const absl::Duration value =
      absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
  if (duration.seconds() < 0 || duration.nanos() < 0 || duration.nanos() >= kNanosPerSecond ||
      value < min || value > max) {
    return ConfigInvalid(field, absl::StrCat("a duration between ", absl::FormatDuration(min),
                                             " and ", absl::FormatDuration(max)));
  }
  return value;
}

absl::StatusOr<std::string> ConfigPath(absl::string_view field, const std::string& path,
                                       const std::string& folder) {
  if (path.empty()) return ConfigInvalid(field, "a path");
  return path.front() == '/' ? path : absl::StrCat(folder, "/", path);
}

absl::StatusOr<std::string> ReadConfigFile(absl::string_view field, const std::string& path,
                                           Reason refusal) {
  struct stat status;
  if (stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
      status.st_size <= kFileBytesMax) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (file.is_open() && !file.bad() && static_cast<int64_t>(bytes.size()) == status.st_size) {
      return bytes;
    }
  }
  return MakeError(refusal,
                   absl::StrCat(field, ": expected a readable file of at most 1 MiB at ", path));
}

}  // namespace mrg
