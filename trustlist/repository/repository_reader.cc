#include "trustlist/repository/repository_reader.h"

#include <algorithm>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {
namespace {

// Nodes read from the store in one go. Not all that are asked for: an answer ends by its bytes, and
// what is read beyond them is read in vain.
constexpr size_t kNodesAtOnce = 16;

}  // namespace

absl::StatusOr<std::string> RepositoryReader::ReadMetadata(const MemberId& publisher,
                                                           absl::string_view role,
                                                           std::optional<int64_t> version) const {
  MRG_RETURN_IF_ERROR(CheckRoleName(role));
  if (!version.has_value()) {
    MRG_ASSIGN_OR_RETURN(const std::optional<InForceSet> set, in_force_.Load(publisher));
    const RoleVersion* found = set.has_value() ? set->FindRole(role) : nullptr;
    if (found == nullptr) {
      return MakeError(Reason::kMetadataNotFound, "nothing of this role is in force");
    }
    version = found->version;
  }
  MRG_ASSIGN_OR_RETURN(std::optional<std::string> content,
                       metadata_.Read(publisher, role, *version));
  if (!content.has_value()) {
    return MakeError(Reason::kMetadataNotFound, "the role's version is not held");
  }
  return *std::move(content);
}

absl::StatusOr<std::string> RepositoryReader::ReadSigned(const MemberId& publisher,
                                                         absl::string_view role, int64_t version,
                                                         absl::string_view signed_sha256) const {
  MRG_RETURN_IF_ERROR(CheckRoleName(role));
  std::vector<std::string> files;
  if (role == kTimestampRole) {
    MRG_ASSIGN_OR_RETURN(const std::vector<TimestampChain> chains, timestamps_.Chains(publisher));
    for (const TimestampChain& chain : chains) {
      MRG_ASSIGN_OR_RETURN(auto file, timestamps_.Read(publisher, chain.serial, version));
      if (file.has_value()) files.push_back(*std::move(file));
    }
  } else {
    MRG_ASSIGN_OR_RETURN(auto file, metadata_.Read(publisher, role, version));
    if (file.has_value()) files.push_back(*std::move(file));
  }
  for (std::string& file : files) {
    const auto envelope = SignedEnvelope::Parse(file);
    if (envelope.ok() && envelope->signed_sha256() == signed_sha256) return std::move(file);
  }
  return MakeError(Reason::kMetadataNotFound, "no such content of the role's version is held");
}

absl::StatusOr<std::vector<std::string>> RepositoryReader::ReadTimestamps(const MemberId& publisher,
                                                                          int64_t first,
                                                                          int64_t last) const {
  // What is kept above it was not yet shown to lead anywhere.
  MRG_ASSIGN_OR_RETURN(const int64_t newest, TimestampVersion(publisher));
  MRG_ASSIGN_OR_RETURN(std::vector<std::string> timestamps,
                       timestamps_.ReadRange(publisher, first, std::min(last, newest),
                                             kTimestampsPerFetchMax, kTimestampAnswerBytesMax));
  if (timestamps.empty()) {
    return MakeError(Reason::kMetadataNotFound, "the first timestamp of the range is not held");
  }
  return timestamps;
}

absl::StatusOr<std::string> RepositoryReader::ReadTarget(const MemberId& publisher,
                                                         absl::string_view path,
                                                         absl::string_view sha256) const {
  MRG_ASSIGN_OR_RETURN(const std::optional<InForceSet> set, in_force_.Load(publisher));
  if (!CheckTargetPath(path).ok() || !set.has_value()) {
    return MakeError(Reason::kTargetNotFound, "the publisher has no such target in force");
  }
  absl::StatusOr<std::string> content = blobs_.ReadBlob(sha256);
  if (ReasonOf(content.status()) == Reason::kTreeNodeNotFound) {
    return MakeError(Reason::kTargetNotFound, "no target of this digest is held");
  }
  return content;
}

absl::StatusOr<std::vector<std::string>> RepositoryReader::ReadNodes(
    std::span<const std::string> sha256) const {
  std::vector<std::string> nodes;
  size_t bytes = 0;
  while (nodes.size() < sha256.size()) {
    const size_t batch = std::min(kNodesAtOnce, sha256.size() - nodes.size());
    MRG_ASSIGN_OR_RETURN(auto found, blobs_.ReadBlobs(sha256.subspan(nodes.size(), batch)));
    for (std::optional<std::string>& node : found) {
      if (!node.has_value()) {
        return MakeError(Reason::kTreeNodeNotFound, "no blob of this digest is stored");
      }
      bytes += node->size();
      if (!nodes.empty() && bytes > kNodeAnswerBytesMax) return nodes;
      nodes.push_back(*std::move(node));
    }
  }
  return nodes;
}

absl::StatusOr<int64_t> RepositoryReader::TimestampVersion(const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(const std::optional<InForceSet> set, in_force_.Load(publisher));
  const RoleVersion* timestamp = set.has_value() ? set->FindRole(kTimestampRole) : nullptr;
  return timestamp == nullptr ? 0 : timestamp->version;
}

}  // namespace mrg
