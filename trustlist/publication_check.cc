#include "trustlist/publication_check.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/first_trust.h"
#include "trustlist/repository_names.h"
#include "trustlist/tree_sync.h"
#include "trustlist/trusted_metadata_set.h"
#include "trustlist/updater.h"

namespace mrg {
namespace {

absl::Status CheckLength(absl::string_view role, const std::string& bytes, size_t bytes_max) {
  if (bytes.size() <= bytes_max) return absl::OkStatus();
  return MakeError(Reason::kMetadataTooLong, absl::StrCat(role, " is too long"));
}

// 5.3: from the trusted root, or the first one, to the newest.
absl::StatusOr<TrustedMetadataSet> FollowRoots(const RepositoryWork& work,
                                               const MetadataLimits& limits,
                                               const std::optional<std::string>& first_root_sha256,
                                               absl::Time now) {
  auto next_root = work.new_roots.begin();
  std::string root = work.root;
  if (root.empty()) {
    MRG_ASSIGN_OR_RETURN(const std::string digest, RootDigest(next_root->second));
    if (first_root_sha256.value_or(digest) != digest) {
      return MakeError(Reason::kMemberRootUnconfirmed,
                       "the first root is not the one that the configuration names");
    }
    root = (next_root++)->second;
  }
  MRG_ASSIGN_OR_RETURN(TrustedMetadataSet trusted, TrustedMetadataSet::FromTrustedRoot(root, now));
  if (work.new_roots.size() > static_cast<size_t>(limits.root_rotations_max)) {
    return MakeError(Reason::kMetadataTooLong, "more roots than a client follows at once");
  }
  for (; next_root != work.new_roots.end(); ++next_root) {
    MRG_RETURN_IF_ERROR(CheckLength(kRootRole, next_root->second, limits.root_bytes_max));
    MRG_RETURN_IF_ERROR(trusted.UpdateRoot(next_root->second));
  }
  MRG_RETURN_IF_ERROR(trusted.CheckRootExpiry());
  return trusted;
}

// 5.6.7: every role that can be reached, by generations.
absl::Status TakeDelegatedRoles(const RepositoryWork& work, const MetadataLimits& limits,
                                absl::Time now, TrustedMetadataSet* trusted) {
  std::vector<std::string> delegators = {kTargetsRole};
  std::set<std::string> seen = {kTargetsRole};
  while (!delegators.empty()) {
    std::vector<std::string> next;
    for (const std::string& delegator : delegators) {
      for (const DelegatedRole& role : trusted->FindRole(delegator)->delegations) {
        if (!seen.insert(role.name).second) continue;
        if (seen.size() > limits.delegated_roles_max) {
          return MakeError(Reason::kMetadataTooLong, "the repository has too many delegated roles");
        }
        const auto file = work.files.find(role.name);
        if (file == work.files.end()) {
          return MakeError(Reason::kMetadataNotFound,
                           absl::StrCat("the role ", role.name, " that ", delegator,
                                        " delegates to was not published yet"));
        }
        const std::string& bytes = file->second.file.bytes;
        MRG_RETURN_IF_ERROR(CheckLength(role.name, bytes, limits.targets_bytes_max));
        MRG_RETURN_IF_ERROR(trusted->UpdateDelegated(delegator, role.name, bytes));
        // A client takes a role that has expired, so that one province does not stop the others; a
        // new file of that kind can only be a mistake.
        if (file->second.is_new && trusted->delegated().at(role.name).header.expires <= now) {
          return MakeError(Reason::kMetadataExpired,
                           absl::StrCat("the new ", role.name, " has expired already"));
        }
        next.push_back(role.name);
      }
    }
    delegators = std::move(next);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<InForceSet> VerifyAsClient(const MemberId& publisher, const RepositoryWork& work,
                                          const MetadataLimits& limits,
                                          const std::optional<std::string>& first_root_sha256,
                                          absl::Time now) {
  MRG_ASSIGN_OR_RETURN(TrustedMetadataSet trusted,
                       FollowRoots(work, limits, first_root_sha256, now));
  // 5.3.11: what a client forgets, this one does too.
  if (!work.forgets_versions) {
    if (!work.stored_timestamp.empty()) trusted.RememberTimestamp(work.stored_timestamp);
    if (!work.stored_snapshot.empty()) trusted.RememberSnapshot(work.stored_snapshot);
  }
  const std::string& timestamp = work.timestamp.file.bytes;
  MRG_RETURN_IF_ERROR(CheckLength(kTimestampRole, timestamp, limits.timestamp_bytes_max));
  MRG_RETURN_IF_ERROR(trusted.UpdateTimestamp(timestamp));
  const std::string& snapshot = work.snapshot.file.bytes;
  MRG_RETURN_IF_ERROR(CheckLength(kSnapshotRole, snapshot, limits.snapshot_bytes_max));
  MRG_RETURN_IF_ERROR(trusted.UpdateSnapshot(snapshot));
  const std::string& targets = work.files.at(kTargetsRole).file.bytes;
  MRG_RETURN_IF_ERROR(CheckLength(kTargetsRole, targets, limits.targets_bytes_max));
  MRG_RETURN_IF_ERROR(trusted.UpdateTargets(targets));
  MRG_RETURN_IF_ERROR(TakeDelegatedRoles(work, limits, now, &trusted));
  return ToInForceSet(publisher, trusted);
}

absl::Status CheckPublishedContent(const InForceSet& set, const RepositoryWork& work,
                                   const BlobReader& held, const MetadataLimits& limits) {
  if (set.targets.size() > limits.targets_max) {
    return MakeError(Reason::kMetadataTooLong, "the repository has too many targets");
  }
  for (const InForceTarget& target : set.targets) {
    const InForceTarget* const before =
        work.present.has_value() ? work.present->set.FindTarget(target.path) : nullptr;
    if (target.length > limits.target_bytes_max) {
      return MakeError(Reason::kMetadataTooLong, absl::StrCat(target.path, " is too long"));
    }
    const absl::StatusOr<std::string> bytes = held.ReadBlob(target.sha256);
    if (ReasonOf(bytes.status()) == Reason::kTreeNodeNotFound) {
      return MakeError(Reason::kTargetNotFound,
                       absl::StrCat("the content of ", target.path, " is missing"));
    }
    MRG_RETURN_IF_ERROR(bytes.status());
    if (bytes->size() != target.length) {
      return MakeError(Reason::kMetadataMismatch,
                       absl::StrCat(target.path, " has another length than listed"));
    }
    if (!target.is_tree) continue;
    TreeSyncOptions options;
    if (before != nullptr && before->is_tree) options.complete_root = before->sha256;
    const auto fetch = [](const std::vector<std::string>&) {
      return absl::StatusOr<std::vector<std::string>>(
          MakeError(Reason::kTreeNodeNotFound, "a node of a published tree is missing"));
    };
    const auto keep = [](std::map<std::string, std::string>) { return absl::OkStatus(); };
    options.nodes_max = limits.tree_nodes_max;
    MRG_RETURN_IF_ERROR(SyncTree(target.sha256, held, fetch, keep, options));
  }
  return absl::OkStatus();
}

}  // namespace mrg
