#include "trustlist/client/updater.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/client/client_workflow.h"
#include "trustlist/client/stored_files.h"
#include "trustlist/format/repository_names.h"

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

size_t TotalBytes(const std::map<std::string, std::string>& blobs) {
  size_t total = 0;
  for (const auto& [sha256, bytes] : blobs) total += bytes.size();
  return total;
}

// Result: `role`, and every role that is reached from it over delegations that hold.
std::set<std::string> RolesFrom(const TrustedMetadataSet& trusted, const std::string& role) {
  std::set<std::string> reached = {role};
  std::vector<std::string> delegators = {role};
  while (!delegators.empty()) {
    const std::string delegator = std::move(delegators.back());
    delegators.pop_back();
    for (const DelegatedRole& next : trusted.FindRole(delegator)->delegations) {
      if (trusted.IsVerified(delegator, next.name) && reached.insert(next.name).second) {
        delegators.push_back(next.name);
      }
    }
  }
  return reached;
}

// Result: the faults with the roles of the top-level targets behind which they stand: whose fault
// it is, and so whose lists are not whole, however deep the fault lies.
std::vector<LeftOutRole> LeftOut(const TrustedMetadataSet& trusted,
                                 const std::vector<DelegationFault>& faults) {
  std::vector<LeftOutRole> left_out;
  const auto add = [&left_out](const std::string& through, const DelegationFault& fault) {
    left_out.push_back({through, fault.delegator, fault.role,
                        ReasonOf(fault.status).value_or(Reason::kMetadataMalformed)});
  };
  for (const DelegationFault& fault : faults) {
    if (fault.delegator == kTargetsRole) add(fault.role, fault);
  }
  for (const DelegatedRole& top : trusted.targets().delegations) {
    if (faults.empty() || !trusted.IsVerified(kTargetsRole, top.name)) continue;
    const std::set<std::string> reached = RolesFrom(trusted, top.name);
    for (const DelegationFault& fault : faults) {
      if (reached.contains(fault.delegator)) add(top.name, fault);
    }
  }
  const auto key = [](const LeftOutRole& one) {
    return std::tie(one.through, one.delegator, one.role);
  };
  std::sort(left_out.begin(), left_out.end(),
            [&](const LeftOutRole& a, const LeftOutRole& b) { return key(a) < key(b); });
  return left_out;
}

}  // namespace

Updater::Updater(MemberId publisher, OrderedStore* store, Fetcher* fetcher, MetadataLimits limits,
                 OnForkFn on_fork, ContentLimits content)
    : publisher_(publisher),
      limits_(limits),
      fetcher_(fetcher),
      store_(store),
      history_(publisher, store, std::move(on_fork)),
      in_force_(store),
      blobs_(store),
      budget_(store, content) {}

absl::StatusOr<Updater::Verified> Updater::Verify(absl::Time now) {
  // Before the trusted root is read: who begins trust anew meanwhile (repin.h) changes this row.
  MRG_ASSIGN_OR_RETURN(auto row, in_force_.LoadRow(publisher_));
  StoredFiles files(publisher_, store_, now);
  absl::StatusOr<WithRoot> with_root = WithRoot::Begin(
      {fetcher_, &files, &history_}, {ClientRules::kFederation, limits_, stop_}, now);
  if (ReasonOf(with_root.status()) == Reason::kMetadataNotFound) {
    return MakeError(Reason::kMemberUnknown, "no first root of this publisher is stored");
  }
  MRG_RETURN_IF_ERROR(with_root.status());
  MRG_ASSIGN_OR_RETURN(WithTimestamp with_timestamp, (*std::move(with_root)).UpdateTimestamp());

  VerifiedSet verified{InForceSet{publisher_, {}, {}}, {}, std::nullopt, /*under_new_root=*/false};
  if (row.has_value()) verified.row_version = row->version;
  if (row.has_value() && StillFresh(row->set, with_timestamp.trusted(), now)) {
    verified.set = std::move(row->set);
    return Verified{false, std::move(verified)};
  }

  MRG_ASSIGN_OR_RETURN(WithSnapshot with_snapshot, std::move(with_timestamp).UpdateSnapshot());
  MRG_ASSIGN_OR_RETURN(WithTargets with_targets, std::move(with_snapshot).UpdateTargets());
  MRG_ASSIGN_OR_RETURN(const std::vector<DelegationFault> faults, with_targets.UpdateDelegated());

  MRG_ASSIGN_OR_RETURN(verified.set, ToInForceSet(publisher_, with_targets.trusted(), faults));
  if (row.has_value() && SameInForce(row->set, verified.set)) {
    return Verified{false, std::move(verified)};
  }
  const absl::Status fetched =
      FetchContent(verified.set, row.has_value() ? &row->set : nullptr, now, &verified.blobs);
  if (!fetched.ok()) {
    // The next run goes on where this one was cut.
    KeepContent(verified);
    return fetched;
  }
  return Verified{true, std::move(verified)};
}

absl::StatusOr<Updater::Outcome> Updater::Refresh(absl::Time now) {
  MRG_ASSIGN_OR_RETURN(Verified verified, Verify(now));
  if (verified.changed) {
    WriteSet writes;
    PutBlobs(verified.set.blobs, &writes);
    MRG_RETURN_IF_ERROR(
        in_force_.Commit(verified.set.set, verified.set.row_version, std::move(writes)));
  }
  return Outcome{verified.changed, std::move(verified.set.set)};
}

// Leaves in `blobs` what is not stored yet; much of it at once is stored before.
absl::Status Updater::FetchContent(const InForceSet& set, const InForceSet* present, absl::Time now,
                                   std::map<std::string, std::string>* blobs) {
  const OverlayBlobReader held(blobs, &blobs_);
  const auto keep = [&](std::map<std::string, std::string> fetched) -> absl::Status {
    MRG_RETURN_IF_ERROR(budget_.Spend(publisher_, TotalBytes(fetched), now));
    blobs->merge(fetched);
    if (TotalBytes(*blobs) < kBlobBatchBytesMax) return absl::OkStatus();
    MRG_RETURN_IF_ERROR(blobs_.Put(*blobs));
    blobs->clear();
    return absl::OkStatus();
  };
  return FetchSetContent(set, present, fetcher_, held, keep, {limits_, load_progress_, stop_});
}

absl::StatusOr<InForceSet> ToInForceSet(const MemberId& publisher,
                                        const TrustedMetadataSet& trusted,
                                        const std::vector<DelegationFault>& faults) {
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
  MRG_ASSIGN_OR_RETURN(std::vector<ListedTarget> listed, trusted.VisibleTargets());
  for (ListedTarget& target : listed) {
    set.targets.push_back({std::move(target.path), std::move(target.file.sha256),
                           std::move(target.role), target.file.length, target.file.is_tree});
  }
  set.left_out = LeftOut(trusted, faults);
  return set;
}

}  // namespace mrg
