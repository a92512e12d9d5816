#include "gateway/answer/repository_answers.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

using trustlist::v1::GetMetadataRequest;
using trustlist::v1::GetMetadataResponse;
using trustlist::v1::GetTargetRequest;
using trustlist::v1::GetTargetResponse;
using trustlist::v1::GetTreeNodesRequest;
using trustlist::v1::GetTreeNodesResponse;
using trustlist::v1::ListTimestampsRequest;
using trustlist::v1::ListTimestampsResponse;
using trustlist::v1::WatchRequest;

constexpr size_t kRoleBytesMax = 64;
constexpr size_t kPathBytesMax = 256;
constexpr size_t kWatchedMax = 64;

}  // namespace

absl::StatusOr<GetMetadataResponse> GetMetadata(const RepositoryReader& reader,
                                                const GetMetadataRequest& message) {
  MRG_ASSIGN_OR_RETURN(const MemberId publisher,
                       RequireId<MemberId>("publisher", message.publisher()));
  MRG_RETURN_IF_ERROR(RequireText("role", message.role(), kRoleBytesMax));
  if (!CheckRoleName(message.role()).ok()) {
    return MakeFieldError(Reason::kFieldMalformed, "role",
                          "expected a role name, [a-z0-9][a-z0-9-]{0,63}");
  }
  if (message.version() < 0) {
    return MakeFieldError(Reason::kFieldMalformed, "version", "expected 0 or more");
  }
  std::optional<int64_t> version;
  if (message.version() > 0) version = message.version();
  absl::StatusOr<std::string> found;
  if (message.signed_sha256().empty()) {
    found = reader.ReadMetadata(publisher, message.role(), version);
  } else {
    MRG_RETURN_IF_ERROR(RequireBytesOfSize("signed_sha256", message.signed_sha256(), kDigestBytes));
    found =
        reader.ReadSigned(publisher, message.role(), message.version(), message.signed_sha256());
  }
  MRG_ASSIGN_OR_RETURN(std::string content, std::move(found));
  GetMetadataResponse response;
  response.set_content(std::move(content));
  return response;
}

absl::StatusOr<ListTimestampsResponse> ListTimestamps(const RepositoryReader& reader,
                                                      const ListTimestampsRequest& message) {
  MRG_ASSIGN_OR_RETURN(const MemberId publisher,
                       RequireId<MemberId>("publisher", message.publisher()));
  if (message.first_version() < 1) {
    return MakeFieldError(Reason::kFieldMalformed, "first_version", "expected 1 or more");
  }
  if (message.last_version() < message.first_version()) {
    return MakeFieldError(Reason::kFieldMalformed, "last_version",
                          "expected first_version or more");
  }
  MRG_ASSIGN_OR_RETURN(
      std::vector<std::string> timestamps,
      reader.ReadTimestamps(publisher, message.first_version(), message.last_version()));
  ListTimestampsResponse response;
  const int64_t after = message.first_version() + static_cast<int64_t>(timestamps.size());
  if (after <= message.last_version()) response.set_next_version(after);
  for (std::string& timestamp : timestamps) response.add_timestamps(std::move(timestamp));
  return response;
}

absl::StatusOr<GetTargetResponse> GetTarget(const RepositoryReader& reader,
                                            const GetTargetRequest& message) {
  MRG_ASSIGN_OR_RETURN(const MemberId publisher,
                       RequireId<MemberId>("publisher", message.publisher()));
  MRG_RETURN_IF_ERROR(RequireText("path", message.path(), kPathBytesMax));
  if (!CheckTargetPath(message.path()).ok()) {
    return MakeFieldError(Reason::kFieldMalformed, "path",
                          "expected segments of [A-Za-z0-9._-]+, none of them \".\" or \"..\"");
  }
  MRG_RETURN_IF_ERROR(RequireBytesOfSize("sha256", message.sha256(), kDigestBytes));
  MRG_ASSIGN_OR_RETURN(std::string content,
                       reader.ReadTarget(publisher, message.path(), message.sha256()));
  GetTargetResponse response;
  response.set_content(std::move(content));
  return response;
}

absl::StatusOr<GetTreeNodesResponse> GetTreeNodes(const RepositoryReader& reader,
                                                  const GetTreeNodesRequest& message) {
  MRG_RETURN_IF_ERROR(RequireId<MemberId>("publisher", message.publisher()).status());
  if (message.sha256().empty()) {
    return MakeFieldError(Reason::kFieldRequired, "sha256", "expected at least one digest");
  }
  MRG_RETURN_IF_ERROR(
      RequireAtMost("sha256", static_cast<size_t>(message.sha256_size()), kNodesPerFetchMax));
  for (int i = 0; i < message.sha256_size(); ++i) {
    MRG_RETURN_IF_ERROR(
        RequireBytesOfSize(absl::StrCat("sha256[", i, "]"), message.sha256(i), kDigestBytes));
  }
  const std::vector<std::string> digests(message.sha256().begin(), message.sha256().end());
  MRG_ASSIGN_OR_RETURN(std::vector<std::string> nodes, reader.ReadNodes(digests));
  GetTreeNodesResponse response;
  for (std::string& node : nodes) response.add_nodes(std::move(node));
  return response;
}

absl::StatusOr<std::set<std::string>> WatchedPublishers(const WatchRequest& message) {
  MRG_RETURN_IF_ERROR(
      RequireAtMost("publishers", static_cast<size_t>(message.publishers_size()), kWatchedMax));
  std::set<std::string> publishers;
  for (int i = 0; i < message.publishers_size(); ++i) {
    MRG_ASSIGN_OR_RETURN(
        const MemberId publisher,
        RequireId<MemberId>(absl::StrCat("publishers[", i, "]"), message.publishers(i)));
    publishers.insert(publisher.value());
  }
  return publishers;
}

}  // namespace mrg
