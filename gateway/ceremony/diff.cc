#include "gateway/ceremony/diff.h"

#include <map>
#include <utility>

#include "gateway/base/status_macros.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/role_threshold.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {
namespace {

bool SameSigners(const RoleKeys& a, const RoleKeys& b) {
  return a.threshold == b.threshold && a.keyids == b.keyids;
}

// Sets `enough` to OK, or to what is missing. Errors: of reading.
absl::Status CheckSignatures(const RepositoryFolder& folder, const std::string& role,
                             absl::Status* enough) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, folder.ReadBytes(role));
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_ASSIGN_OR_RETURN(const ListedSigners signers, folder.SignersOf(role));
  *enough = CheckThreshold(envelope, signers.keys, signers.role);
  return absl::OkStatus();
}

absl::StatusOr<RootMetadata> RootOf(const MetadataDraft& draft) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(draft.Bytes()));
  return RootMetadata::Parse(envelope);
}

absl::Status DiffRoot(const MetadataDraft& staged, const std::optional<MetadataDraft>& published,
                      RoleDiff* diff) {
  MRG_ASSIGN_OR_RETURN(const RootMetadata after, RootOf(staged));
  std::optional<RootMetadata> before;
  if (published.has_value()) {
    MRG_ASSIGN_OR_RETURN(before, RootOf(*published));
  }
  diff->root_sha256 = staged.SignedSha256();
  for (const char* role : {kRootRole, kTimestampRole, kSnapshotRole, kTargetsRole}) {
    SignersDiff signers{role, std::nullopt, after.roles.at(role)};
    if (before.has_value()) signers.before = before->roles.at(role);
    diff->signers.push_back(std::move(signers));
  }
  return absl::OkStatus();
}

void DiffDelegations(const TargetsMetadata& before, const TargetsMetadata& after, RoleDiff* diff) {
  std::map<std::string, const DelegatedRole*> old;
  for (const DelegatedRole& role : before.delegations) old[role.name] = &role;
  for (const DelegatedRole& role : after.delegations) {
    const auto found = old.find(role.name);
    if (found == old.end()) {
      diff->delegations.push_back({role.name, std::nullopt, role});
      continue;
    }
    if (!SameSigners(found->second->keys, role.keys) || found->second->paths != role.paths) {
      diff->delegations.push_back({role.name, *found->second, role});
    }
    old.erase(found);
  }
  for (const auto& [name, role] : old) diff->delegations.push_back({name, *role, std::nullopt});
}

void DiffTargets(const TargetsMetadata& before, const TargetsMetadata& after, RoleDiff* diff) {
  for (const auto& [path, file] : after.targets) {
    const auto old = before.targets.find(path);
    if (old == before.targets.end()) {
      diff->targets.push_back({path, std::nullopt, file});
    } else if (old->second.sha256 != file.sha256 || old->second.is_tree != file.is_tree) {
      diff->targets.push_back({path, old->second, file});
    }
  }
  for (const auto& [path, file] : before.targets) {
    if (!after.targets.contains(path)) diff->targets.push_back({path, file, std::nullopt});
  }
}

// Result: nullopt when the role is the same as published.
absl::StatusOr<std::optional<RoleDiff>> DiffRole(const RepositoryFolder& folder,
                                                 const std::string& role) {
  MRG_ASSIGN_OR_RETURN(const MetadataDraft staged, folder.Read(role));
  MRG_ASSIGN_OR_RETURN(const auto published, folder.ReadPublished(role));
  if (published.has_value() && published->SignedSha256() == staged.SignedSha256()) {
    return std::optional<RoleDiff>();
  }
  MRG_ASSIGN_OR_RETURN(RoleDiff diff, DiffVersions(role, published, staged));
  MRG_RETURN_IF_ERROR(CheckSignatures(folder, role, &diff.signatures));
  return std::optional<RoleDiff>(std::move(diff));
}

}  // namespace

absl::StatusOr<RoleDiff> DiffVersions(const std::string& role,
                                      const std::optional<MetadataDraft>& before,
                                      const MetadataDraft& after) {
  RoleDiff diff;
  diff.role = role;
  diff.version = after.version();
  MRG_ASSIGN_OR_RETURN(diff.expires, StringMember(after.signed_part(), "expires"));
  if (before.has_value()) {
    diff.version_before = before->version();
    MRG_ASSIGN_OR_RETURN(diff.expires_before, StringMember(before->signed_part(), "expires"));
  }
  if (role == kRootRole) {
    MRG_RETURN_IF_ERROR(DiffRoot(after, before, &diff));
    return diff;
  }
  TargetsMetadata was;
  if (before.has_value()) {
    MRG_ASSIGN_OR_RETURN(was, TargetsOf(*before));
  }
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata is, TargetsOf(after));
  DiffDelegations(was, is, &diff);
  DiffTargets(was, is, &diff);
  return diff;
}

bool SignersDiff::IsSame() const { return before.has_value() && SameSigners(*before, after); }

absl::StatusOr<std::vector<RoleDiff>> DiffRepository(const RepositoryFolder& folder) {
  MRG_ASSIGN_OR_RETURN(std::vector<std::string> roles, folder.TargetsRoles());
  roles.insert(roles.begin(), kRootRole);
  std::vector<RoleDiff> diffs;
  for (const std::string& role : roles) {
    MRG_ASSIGN_OR_RETURN(std::optional<RoleDiff> diff, DiffRole(folder, role));
    if (diff.has_value()) diffs.push_back(*std::move(diff));
  }
  return diffs;
}

absl::StatusOr<std::string> ContentAfter(const RepositoryFolder& folder, const TargetDiff& target) {
  return folder.ReadTarget(target.path, target.after->sha256);
}

std::optional<std::string> ContentBefore(const RepositoryFolder& folder, const TargetDiff& target) {
  if (!target.before.has_value() || target.before->is_tree) return std::nullopt;
  absl::StatusOr<std::string> content =
      folder.ReadPublishedTarget(target.path, target.before->sha256);
  if (!content.ok()) return std::nullopt;
  return *std::move(content);
}

absl::Status ForEachEntryDiff(const RepositoryFolder& folder, const TargetDiff& target,
                              const std::function<absl::Status(const EntryDifference&)>& take) {
  const bool was_tree = target.before.has_value() && target.before->is_tree;
  return ForEachDifference(was_tree ? target.before->sha256 : "", target.after->sha256,
                           FolderNodes(&folder), take);
}

}  // namespace mrg
