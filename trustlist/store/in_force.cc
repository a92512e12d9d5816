#include "trustlist/store/in_force.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "mrg/trustlist/v1/stored_trust.pb.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/store/stored_keys.h"

namespace mrg {
namespace {

using trustlist::v1::StoredInForceSet;

trustlist::v1::StoredTarget ToStored(const InForceTarget& target) {
  trustlist::v1::StoredTarget stored;
  stored.set_path(target.path);
  stored.set_sha256(target.sha256);
  stored.set_role(target.role);
  stored.set_length(target.length);
  stored.set_is_tree(target.is_tree);
  return stored;
}

InForceTarget FromStored(const trustlist::v1::StoredTarget& stored) {
  return {stored.path(), stored.sha256(), stored.role(), stored.length(), stored.is_tree()};
}

// Without what is withheld.
StoredInForceSet ToStored(const InForceSet& set) {
  StoredInForceSet stored;
  for (const RoleVersion& role : set.roles) {
    auto* out = stored.add_roles();
    out->set_role(role.role);
    out->set_version(role.version);
    out->set_signed_sha256(role.signed_sha256);
    out->set_expires_s(absl::ToUnixSeconds(role.expires));
  }
  for (const InForceTarget& target : set.targets) *stored.add_targets() = ToStored(target);
  for (const LeftOutRole& left_out : set.left_out) {
    auto* out = stored.add_left_out();
    out->set_through(left_out.through);
    out->set_delegator(left_out.delegator);
    out->set_role(left_out.role);
    out->set_reason(std::string(TokenOf(left_out.reason)));
  }
  return stored;
}

absl::StatusOr<InForceSet> FromStored(const MemberId& publisher, const StoredInForceSet& stored) {
  InForceSet set{publisher, {}, {}};
  for (const auto& role : stored.roles()) {
    set.roles.push_back({role.role(), role.version(), role.signed_sha256(),
                         absl::FromUnixSeconds(role.expires_s())});
  }
  for (const auto& target : stored.targets()) set.targets.push_back(FromStored(target));
  for (const auto& target : stored.withheld()) set.withheld.push_back(FromStored(target));
  for (const auto& left_out : stored.left_out()) {
    const std::optional<Reason> reason = ReasonFromToken(left_out.reason());
    if (!reason.has_value()) {
      return MakeError(Reason::kStoreCorrupt, "a role is left out for no reason that is known");
    }
    set.left_out.push_back({left_out.through(), left_out.delegator(), left_out.role(), *reason});
  }
  return set;
}

int64_t VersionOf(const InForceSet& set, absl::string_view role) {
  const RoleVersion* found = set.FindRole(role);
  return found == nullptr ? 0 : found->version;
}

// A new root may rotate keys, after which versions may start again (TUF 5.3.11); under one root
// they only rise.
absl::Status CheckNotOlder(const InForceSet& present, const InForceSet& next) {
  const int64_t root_before = VersionOf(present, kRootRole);
  const int64_t root_after = VersionOf(next, kRootRole);
  bool older = root_after < root_before;
  if (root_after == root_before) {
    for (const char* role : {kTimestampRole, kSnapshotRole, kTargetsRole}) {
      older = older || VersionOf(next, role) < VersionOf(present, role);
    }
  }
  if (older) return MakeError(Reason::kMetadataRollback, "the set is older than the one in force");
  const RoleVersion* const before = present.FindRole(kTimestampRole);
  const RoleVersion* const after = next.FindRole(kTimestampRole);
  if (root_after == root_before && before != nullptr && after != nullptr &&
      after->version == before->version && after->signed_sha256 != before->signed_sha256) {
    return MakeError(Reason::kMetadataMismatch, "this timestamp is in force with other content");
  }
  return absl::OkStatus();
}

}  // namespace

const RoleVersion* InForceSet::FindRole(absl::string_view role) const {
  auto found = std::find_if(roles.begin(), roles.end(),
                            [role](const RoleVersion& one) { return one.role == role; });
  return found == roles.end() ? nullptr : &*found;
}

const InForceTarget* InForceSet::FindTarget(absl::string_view path) const {
  auto found = std::lower_bound(
      targets.begin(), targets.end(), path,
      [](const InForceTarget& one, absl::string_view wanted) { return one.path < wanted; });
  return found == targets.end() || found->path != path ? nullptr : &*found;
}

bool SameInForce(const InForceSet& a, const InForceSet& b) {
  return a.publisher == b.publisher && CanonicalBytes(ToStored(a)) == CanonicalBytes(ToStored(b));
}

absl::StatusOr<std::optional<InForceSet>> InForceStore::Load(const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(std::optional<StoredRow> row, LoadRow(publisher));
  if (!row.has_value()) return std::optional<InForceSet>();
  return std::optional<InForceSet>(std::move(row->set));
}

absl::StatusOr<std::optional<InForceStore::StoredRow>> InForceStore::LoadRow(
    const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(const auto row,
                       store_->Get(Keyspace::kTrustInForce, PublisherKey(publisher)));
  if (!row.has_value()) return std::optional<StoredRow>();
  MRG_ASSIGN_OR_RETURN(const auto stored,
                       ParseCanonical<StoredInForceSet>(row->value, Reason::kStoreCorrupt));
  MRG_ASSIGN_OR_RETURN(InForceSet set, FromStored(publisher, stored));
  return std::optional<StoredRow>({std::move(set), row->version});
}

absl::Status InForceStore::StageOver(const InForceSet& set, std::optional<uint64_t> row_version,
                                     bool under_new_root, WriteSet* writes) const {
  MRG_ASSIGN_OR_RETURN(const std::optional<StoredRow> present, LoadRow(set.publisher));
  const std::optional<uint64_t> present_version =
      present.has_value() ? std::optional<uint64_t>(present->version) : std::nullopt;
  if (present_version != row_version) {
    return MakeError(Reason::kStoreConflict,
                     "another set was put in force since this one was computed");
  }
  const std::string key = PublisherKey(set.publisher);
  if (present.has_value()) {
    if (!under_new_root) MRG_RETURN_IF_ERROR(CheckNotOlder(present->set, set));
    writes->RequireVersion(Keyspace::kTrustInForce, key, present->version);
  } else {
    writes->RequireAbsent(Keyspace::kTrustInForce, key);
  }
  StoredInForceSet stored = ToStored(set);
  for (const InForceTarget& target : set.withheld) *stored.add_withheld() = ToStored(target);
  writes->Put(Keyspace::kTrustInForce, key, CanonicalBytes(stored));
  return absl::OkStatus();
}

absl::Status InForceStore::Commit(const InForceSet& set, std::optional<uint64_t> row_version,
                                  WriteSet writes) {
  MRG_RETURN_IF_ERROR(StageOver(set, row_version, /*under_new_root=*/false, &writes));
  return store_->Commit(writes).status;
}

}  // namespace mrg
