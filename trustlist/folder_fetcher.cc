#include "trustlist/folder_fetcher.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/metadata_limits.h"
#include "trustlist/repository_names.h"

namespace mrg {
namespace {

// Reads a regular file. Errors: `absent`, METADATA_TOO_LONG, FETCH_FAILED.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max, Reason absent) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error).type();
  if (kind == std::filesystem::file_type::not_found) {
    return MakeError(absent, absl::StrCat(path, " does not exist"));
  }
  if (kind != std::filesystem::file_type::regular) {
    return MakeError(Reason::kFetchFailed, absl::StrCat(path, " is no regular file"));
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes(bytes_max + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.is_open() || file.bad()) {
    return MakeError(Reason::kFetchFailed, absl::StrCat(path, " cannot be read"));
  }
  bytes.resize(static_cast<size_t>(file.gcount()));
  if (bytes.size() > bytes_max) {
    return MakeError(Reason::kMetadataTooLong, absl::StrCat(path, " is longer than allowed"));
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> FolderFetcher::FetchMetadata(absl::string_view role,
                                                         std::optional<int64_t> version,
                                                         size_t bytes_max) {
  MRG_RETURN_IF_ERROR(CheckRoleName(role));
  const std::string name =
      version.has_value() ? MetadataFileName(role, *version) : absl::StrCat(role, ".json");
  return ReadFile(absl::StrCat(folder_, "/metadata/", name), bytes_max, Reason::kMetadataNotFound);
}

absl::StatusOr<std::string> FolderFetcher::FetchTarget(absl::string_view path,
                                                       absl::string_view sha256, size_t bytes_max) {
  MRG_RETURN_IF_ERROR(CheckTargetPath(path));
  return ReadFile(absl::StrCat(folder_, "/targets/", TargetFileName(path, sha256)), bytes_max,
                  Reason::kTargetNotFound);
}

absl::StatusOr<std::vector<std::string>> FolderFetcher::FetchNodes(
    const std::vector<std::string>& sha256) {
  std::vector<std::string> nodes;
  for (const std::string& digest : sha256) {
    MRG_ASSIGN_OR_RETURN(std::string node,
                         ReadFile(absl::StrCat(folder_, "/nodes/", absl::BytesToHexString(digest)),
                                  kTreeNodeBytesMax, Reason::kTreeNodeNotFound));
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace mrg
