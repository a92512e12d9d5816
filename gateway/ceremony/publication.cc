#include "gateway/ceremony/publication.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/prefix_tree/tree_diff.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/role_threshold.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {
namespace {

absl::Status AddTarget(const RepositoryFolder& folder, const std::string& path,
                       const TargetFile* before, const TargetFile& after,
                       const TakeContentFn& take) {
  MRG_ASSIGN_OR_RETURN(std::string content, folder.ReadTarget(path, after.sha256));
  MRG_RETURN_IF_ERROR(take(std::move(content)));
  if (!after.is_tree) return absl::OkStatus();
  const bool was_tree = before != nullptr && before->is_tree;
  return ForEachNewNode(was_tree ? before->sha256 : "", after.sha256, FolderNodes(&folder),
                        [&](absl::string_view sha256, absl::string_view bytes) {
                          // The root is the target itself.
                          return sha256 == after.sha256 ? absl::OkStatus()
                                                        : take(std::string(bytes));
                        });
}

absl::Status CheckSigned(const RepositoryFolder& folder, const std::string& role) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, folder.ReadBytes(role));
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_ASSIGN_OR_RETURN(const ListedSigners signers, folder.SignersOf(role));
  const absl::Status enough = CheckThreshold(envelope, signers.keys, signers.role);
  if (enough.ok()) return enough;
  return absl::FailedPreconditionError(absl::StrCat(role, ": ", enough.message()));
}

absl::Status AddRole(const RepositoryFolder& folder, const std::string& role, bool everything,
                     const TakeContentFn& take, gateway::v1::PublishRequest* request) {
  MRG_ASSIGN_OR_RETURN(const MetadataDraft staged, folder.Read(role));
  std::optional<MetadataDraft> published;
  if (!everything) {
    MRG_ASSIGN_OR_RETURN(published, folder.ReadPublished(role));
  }
  if (published.has_value() && published->SignedSha256() == staged.SignedSha256()) {
    return absl::OkStatus();
  }
  MRG_RETURN_IF_ERROR(CheckSigned(folder, role));
  MRG_ASSIGN_OR_RETURN(const std::string bytes, folder.ReadBytes(role));
  gateway::v1::SignedFile* file = request->add_metadata();
  file->set_name(role == kRootRole ? absl::StrCat(staged.version(), ".root") : role);
  file->set_content(bytes);
  if (role == kRootRole) return absl::OkStatus();

  TargetsMetadata before;
  if (published.has_value()) {
    MRG_ASSIGN_OR_RETURN(before, TargetsOf(*published));
  }
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata after, TargetsOf(staged));
  for (const auto& [path, target] : after.targets) {
    const auto found = before.targets.find(path);
    const TargetFile* old = found == before.targets.end() ? nullptr : &found->second;
    if (old != nullptr && old->sha256 == target.sha256) continue;
    MRG_RETURN_IF_ERROR(AddTarget(folder, path, old, target, take));
  }
  return absl::OkStatus();
}

// Earlier roots, for a node that starts empty.
absl::Status AddEarlierRoots(const RepositoryFolder& folder, gateway::v1::PublishRequest* request) {
  for (int64_t version = 1; version < folder.RootVersion(); ++version) {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, folder.ReadRoot(version));
    gateway::v1::SignedFile* file = request->add_metadata();
    file->set_name(absl::StrCat(version, ".root"));
    file->set_content(bytes);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<gateway::v1::PublishRequest> MakePublication(const RepositoryFolder& folder,
                                                            const PublicationScope& scope,
                                                            const TakeContentFn& take) {
  gateway::v1::PublishRequest request;
  if (scope.everything) MRG_RETURN_IF_ERROR(AddEarlierRoots(folder, &request));
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> roles, folder.RolesFor(scope.role));
  for (const std::string& role : roles) {
    MRG_RETURN_IF_ERROR(AddRole(folder, role, scope.everything, take, &request));
  }
  if (request.metadata().empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "nothing ", scope.role.empty() ? "" : absl::StrCat("of ", scope.role, " "), "is staged"));
  }
  return request;
}

absl::Status NoteInForce(const gateway::v1::PublishRequest& published, absl::Time at,
                         const RepositoryFolder& folder) {
  for (const gateway::v1::SignedFile& file : published.metadata()) {
    MRG_ASSIGN_OR_RETURN(const MetadataDraft draft, MetadataDraft::FromBytes(file.content()));
    const bool is_root = absl::EndsWith(file.name(), absl::StrCat(".", kRootRole));
    MRG_RETURN_IF_ERROR(folder.NoteInForce(is_root ? kRootRole : file.name(), draft.version(), at));
  }
  return absl::OkStatus();
}

}  // namespace mrg
