#include "trustlist/updater.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/repository_names.h"
#include "trustlist/tree_sync.h"

namespace mrg {
namespace {

// Result: true when the set is from this very timestamp and nothing in it has run out.
bool StillFresh(const InForceSet& set, const TrustedMetadataSet& trusted, absl::Time now) {
  const RoleVersion* timestamp = set.FindRole(kTimestampRole);
  const RoleVersion* root = set.FindRole(kRootRole);
  if (timestamp == nullptr || root == nullptr) return false;
  return timestamp->signed_sha256 == trusted.timestamp().header.signed_sha256 &&
         root->signed_sha256 == trusted.root().header.signed_sha256 &&
         std::all_of(set.roles.begin(), set.roles.end(),
                     [now](const RoleVersion& role) { return now < role.expires; });
}

// Bytes to read at most for a file whose length the parent may state.
size_t BytesMax(const MetaFile& stated, size_t limit) {
  return stated.length.has_value() ? std::min<size_t>(*stated.length, limit) : limit;
}

size_t TotalBytes(const std::map<std::string, std::string>& blobs) {
  size_t total = 0;
  for (const auto& [sha256, bytes] : blobs) total += bytes.size();
  return total;
}

}  // namespace

Updater::Updater(MemberId publisher, OrderedStore* store, Fetcher* fetcher, MetadataLimits limits)
    : publisher_(std::move(publisher)),
      limits_(limits),
      fetcher_(fetcher),
      metadata_(store),
      in_force_(store),
      blobs_(store) {}

absl::StatusOr<Updater::Outcome> Updater::Refresh(absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const auto root, metadata_.Newest(publisher_, kRootRole));
  if (!root.has_value()) {
    return MakeError(Reason::kMemberUnknown, "no first root of this publisher is stored");
  }
  // 5.1: one reference time for all that follows. 5.2: the trusted root.
  MRG_ASSIGN_OR_RETURN(TrustedMetadataSet trusted, TrustedMetadataSet::FromTrustedRoot(*root, now));
  MRG_RETURN_IF_ERROR(UpdateRoot(&trusted));
  MRG_RETURN_IF_ERROR(UpdateTimestamp(&trusted));

  MRG_ASSIGN_OR_RETURN(std::optional<InForceSet> present, in_force_.Load(publisher_));
  if (present.has_value() && StillFresh(*present, trusted, now)) {
    return Outcome{false, *std::move(present)};
  }

  MRG_RETURN_IF_ERROR(UpdateSnapshot(&trusted));
  MRG_RETURN_IF_ERROR(UpdateAllTargets(&trusted));

  InForceSet set = ToInForceSet(publisher_, trusted);
  if (present.has_value() && SameInForce(*present, set)) return Outcome{false, std::move(set)};
  std::map<std::string, std::string> blobs;
  const absl::Status fetched = FetchTargets(set, present, &blobs);
  if (!fetched.ok()) {
    // Each is what its digest says; kept, so that the next refresh goes on where this one was cut.
    blobs_.Put(blobs).IgnoreError();
    return fetched;
  }
  WriteSet writes;
  PutBlobs(blobs, &writes);
  MRG_RETURN_IF_ERROR(in_force_.Commit(set, std::move(writes)));
  return Outcome{true, std::move(set)};
}

// 5.3: from root to root, each signed under the one before.
absl::Status Updater::UpdateRoot(TrustedMetadataSet* trusted) {
  for (int rotation = 0; rotation < limits_.root_rotations_max; ++rotation) {
    // 5.3.3: the next version, or the end of the chain.
    const RootMetadata before = trusted->root();
    const int64_t next = before.header.version + 1;
    const auto bytes = fetcher_->FetchMetadata(kRootRole, next, limits_.root_bytes_max);
    if (ReasonOf(bytes.status()) == Reason::kMetadataNotFound) break;
    MRG_RETURN_IF_ERROR(bytes.status());
    // 5.3.4 - 5.3.7
    MRG_RETURN_IF_ERROR(trusted->UpdateRoot(*bytes));
    // 5.3.8, and 5.3.11 in the same commit: what rotated keys signed no longer counts, so that
    // versions set very high with a stolen key do not block the publisher for ever.
    WriteSet writes;
    if (RoleKeysDiffer(before, trusted->root(), kTimestampRole) ||
        RoleKeysDiffer(before, trusted->root(), kSnapshotRole)) {
      MRG_RETURN_IF_ERROR(metadata_.StageForgetAllButRoot(publisher_, &writes));
    }
    MRG_RETURN_IF_ERROR(metadata_.Stage(publisher_, kRootRole, next, *bytes, &writes));
    MRG_RETURN_IF_ERROR(metadata_.Commit(writes));
  }
  // 5.3.10
  return trusted->CheckRootExpiry();
}

// 5.4
absl::Status Updater::UpdateTimestamp(TrustedMetadataSet* trusted) {
  MRG_ASSIGN_OR_RETURN(const auto stored, metadata_.Newest(publisher_, kTimestampRole));
  if (stored.has_value()) trusted->RememberTimestamp(*stored);
  // 5.4.1
  MRG_ASSIGN_OR_RETURN(
      const std::string bytes,
      fetcher_->FetchMetadata(kTimestampRole, std::nullopt, limits_.timestamp_bytes_max));
  // 5.4.2 - 5.4.4
  MRG_RETURN_IF_ERROR(trusted->UpdateTimestamp(bytes));
  if (stored == bytes) return absl::OkStatus();
  // 5.4.5
  return metadata_.Save(publisher_, kTimestampRole, trusted->timestamp().header.version, bytes);
}

// 5.5
absl::Status Updater::UpdateSnapshot(TrustedMetadataSet* trusted) {
  MRG_ASSIGN_OR_RETURN(const auto stored, metadata_.Newest(publisher_, kSnapshotRole));
  if (stored.has_value()) {
    trusted->RememberSnapshot(*stored);
    if (trusted->UpdateSnapshot(*stored).ok()) return absl::OkStatus();
  }
  // 5.5.1
  const MetaFile& stated = trusted->timestamp().snapshot;
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       fetcher_->FetchMetadata(kSnapshotRole, stated.version,
                                               BytesMax(stated, limits_.snapshot_bytes_max)));
  // 5.5.2 - 5.5.6
  MRG_RETURN_IF_ERROR(trusted->UpdateSnapshot(bytes));
  // 5.5.7
  return metadata_.Save(publisher_, kSnapshotRole, stated.version, bytes);
}

// 5.6: the top-level targets, then every role that can be reached from it, each once.
absl::Status Updater::UpdateAllTargets(TrustedMetadataSet* trusted) {
  const auto update = [this, trusted](const std::string& delegator,
                                      const std::string& role) -> absl::Status {
    const auto take = [&](const std::string& bytes) {
      return role == kTargetsRole ? trusted->UpdateTargets(bytes)
                                  : trusted->UpdateDelegated(delegator, role, bytes);
    };
    MRG_ASSIGN_OR_RETURN(const auto stored, metadata_.Newest(publisher_, role));
    if (stored.has_value() && take(*stored).ok()) return absl::OkStatus();
    // 5.6.1
    auto stated = trusted->snapshot().roles.find(role);
    if (stated == trusted->snapshot().roles.end()) {
      return MakeError(Reason::kMetadataMismatch,
                       absl::StrCat("the snapshot does not name the role ", role));
    }
    MRG_ASSIGN_OR_RETURN(
        const std::string bytes,
        fetcher_->FetchMetadata(role, stated->second.version,
                                BytesMax(stated->second, limits_.targets_bytes_max)));
    // 5.6.2 - 5.6.5
    MRG_RETURN_IF_ERROR(take(bytes));
    // 5.6.6
    return metadata_.Save(publisher_, role, stated->second.version, bytes);
  };
  MRG_RETURN_IF_ERROR(update("", kTargetsRole));
  // 5.6.7: by generations, so that a cycle of delegations ends.
  std::vector<std::string> delegators = {kTargetsRole};
  std::set<std::string> seen = {kTargetsRole};
  while (!delegators.empty()) {
    std::vector<std::string> next;
    for (const std::string& delegator : delegators) {
      for (const DelegatedRole& role : trusted->FindRole(delegator)->delegations) {
        if (!seen.insert(role.name).second) continue;
        if (seen.size() > limits_.delegated_roles_max) {
          return MakeError(Reason::kMetadataTooLong, "the repository has too many delegated roles");
        }
        MRG_RETURN_IF_ERROR(update(delegator, role.name));
        next.push_back(role.name);
      }
    }
    delegators = std::move(next);
  }
  return absl::OkStatus();
}

// 5.7: every listed target and every node of the listed trees that is not held yet.
absl::Status Updater::FetchTargets(const InForceSet& set, const std::optional<InForceSet>& present,
                                   std::map<std::string, std::string>* blobs) {
  if (set.targets.size() > limits_.targets_max) {
    return MakeError(Reason::kMetadataTooLong, "the repository has too many targets");
  }
  const OverlayBlobReader held(blobs, &blobs_);
  const auto store_when_many = [this, blobs]() -> absl::Status {
    if (TotalBytes(*blobs) < kBlobBatchBytesMax) return absl::OkStatus();
    MRG_RETURN_IF_ERROR(blobs_.Put(*blobs));
    blobs->clear();
    return absl::OkStatus();
  };
  for (const InForceTarget& target : set.targets) {
    const InForceTarget* before = present.has_value() ? present->FindTarget(target.path) : nullptr;
    if (before != nullptr && before->sha256 == target.sha256 && before->length == target.length &&
        before->is_tree == target.is_tree) {
      continue;
    }
    if (target.length > limits_.target_bytes_max) {
      return MakeError(Reason::kMetadataTooLong, absl::StrCat(target.path, " is too long"));
    }
    absl::StatusOr<std::string> bytes = held.ReadBlob(target.sha256);
    if (ReasonOf(bytes.status()) == Reason::kTreeNodeNotFound) {
      bytes = fetcher_->FetchTarget(target.path, target.sha256, target.length);
    }
    MRG_RETURN_IF_ERROR(bytes.status());
    if (bytes->size() != target.length || Sha256(*bytes) != target.sha256) {
      return MakeError(Reason::kMetadataMismatch,
                       absl::StrCat(target.path, " is not the content that was listed"));
    }
    (*blobs)[target.sha256] = *std::move(bytes);
    MRG_RETURN_IF_ERROR(store_when_many());
    if (!target.is_tree) continue;
    TreeSyncOptions options{std::nullopt, limits_.tree_nodes_max};
    if (before != nullptr && before->is_tree) options.complete_root = before->sha256;
    options.progress = [&](const TreeSyncProgress& progress) {
      if (load_progress_) load_progress_(target.path, progress);
    };
    const auto fetch = [this](const std::vector<std::string>& sha256) {
      return fetcher_->FetchNodes(sha256);
    };
    const auto keep = [&](std::map<std::string, std::string> nodes) {
      blobs->merge(nodes);
      return store_when_many();
    };
    MRG_RETURN_IF_ERROR(SyncTree(target.sha256, held, fetch, keep, options));
  }
  return absl::OkStatus();
}

InForceSet ToInForceSet(const MemberId& publisher, const TrustedMetadataSet& trusted) {
  InForceSet set{publisher, {}, {}};
  const auto add = [&set](absl::string_view role, const MetadataHeader& header) {
    set.roles.push_back({std::string(role), header.version, header.signed_sha256, header.expires});
  };
  add(kRootRole, trusted.root().header);
  add(kTimestampRole, trusted.timestamp().header);
  add(kSnapshotRole, trusted.snapshot().header);
  add(kTargetsRole, trusted.targets().header);
  for (const auto& [role, metadata] : trusted.delegated()) add(role, metadata.header);
  std::sort(set.roles.begin(), set.roles.end(),
            [](const RoleVersion& a, const RoleVersion& b) { return a.role < b.role; });
  for (ListedTarget& target : trusted.VisibleTargets()) {
    set.targets.push_back({std::move(target.path), std::move(target.file.sha256),
                           std::move(target.role), target.file.length, target.file.is_tree});
  }
  return set;
}

}  // namespace mrg
