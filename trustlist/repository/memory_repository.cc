#include "trustlist/repository/memory_repository.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

absl::StatusOr<std::string> Bounded(absl::string_view what, const std::string& bytes,
                                    size_t bytes_max) {
  if (bytes.size() <= bytes_max) return bytes;
  return MakeError(Reason::kMetadataTooLong, absl::StrCat(what, " has ", bytes.size(),
                                                          " bytes, expected at most ", bytes_max));
}

}  // namespace

void MemoryRepository::ServeMetadata(absl::string_view role, int64_t version, std::string bytes) {
  metadata_[std::string(role)][version] = std::move(bytes);
}

void MemoryRepository::ServeContent(std::string bytes) {
  std::string sha256 = Sha256(bytes);
  content_[std::move(sha256)] = std::move(bytes);
}

absl::StatusOr<std::string> MemoryRepository::FetchMetadata(absl::string_view role,
                                                            std::optional<int64_t> version,
                                                            size_t bytes_max) {
  const auto versions = metadata_.find(std::string(role));
  if (versions != metadata_.end()) {
    const auto file =
        version.has_value() ? versions->second.find(*version) : std::prev(versions->second.end());
    if (file != versions->second.end()) return Bounded(role, file->second, bytes_max);
  }
  return MakeError(Reason::kMetadataNotFound,
                   absl::StrCat("there is no ", role, " of version ", version.value_or(0)));
}

absl::StatusOr<std::string> MemoryRepository::FetchTarget(absl::string_view path,
                                                          absl::string_view digest,
                                                          size_t bytes_max) {
  const auto found = content_.find(std::string(digest));
  if (found != content_.end()) return Bounded(path, found->second, bytes_max);
  return MakeError(Reason::kTargetNotFound, absl::StrCat("the content of ", path, " is missing"));
}

absl::StatusOr<std::vector<std::string>> MemoryRepository::FetchNodes(
    const std::vector<std::string>& sha256) {
  std::vector<std::string> nodes;
  for (const std::string& digest : sha256) {
    const auto found = content_.find(digest);
    if (found == content_.end()) {
      return MakeError(Reason::kTreeNodeNotFound, "a node of a listed tree is missing");
    }
    nodes.push_back(found->second);
  }
  return nodes;
}

}  // namespace mrg
