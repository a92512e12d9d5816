#include "gateway/base/whole_file.h"

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace mrg {
namespace {

constexpr size_t kChunkBytes = size_t{1} << 20;

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& path, size_t bytes_max) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::string bytes;
  std::string chunk(kChunkBytes, '\0');
  while (bytes.size() <= bytes_max) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    bytes.append(chunk, 0, static_cast<size_t>(file.gcount()));
    if (!file) break;
  }
  if (file.bad()) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  // Keeps a wrong path from filling the memory.
  if (bytes.size() > bytes_max) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is over ", bytes_max, " bytes"));
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
