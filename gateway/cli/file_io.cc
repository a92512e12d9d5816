#include "gateway/cli/file_io.h"

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace mrg {
namespace {

// No file that the commands read is near this; it keeps a wrong path from filling the memory.
constexpr size_t kFileBytesMax = size_t{64} << 20;

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  if (bytes.size() > kFileBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is over 64 MiB"));
  }
  return bytes;
}

absl::Status WriteWholeFile(const std::string& path, absl::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return absl::UnavailableError(absl::StrCat("cannot write ", path));
  return absl::OkStatus();
}

}  // namespace mrg
