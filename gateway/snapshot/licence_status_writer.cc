#include "gateway/snapshot/licence_status_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/recognition/licence_status.h"
#include "trustlist/blob_store.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusEntry;
using gateway::v1::LicenceStatusInterval;
using gateway::v1::LicenceStatusKind;

constexpr int kIntervalsMax = 256;
constexpr char kStatusRole[] = "status";

bool IsOpen(const LicenceStatusInterval& interval, absl::Time now) {
  return !interval.has_until() || now < ToTime(interval.until());
}

bool IsAuthoritys(LicenceStatusKind kind) {
  return kind == gateway::v1::LICENCE_STATUS_KIND_REVOKED ||
         kind == gateway::v1::LICENCE_STATUS_KIND_SUSPENDED ||
         kind == gateway::v1::LICENCE_STATUS_KIND_CANCELLED;
}

bool Restore(absl::Time now, LicenceStatusEntry* entry) {
  bool changed = false;
  for (LicenceStatusInterval& interval : *entry->mutable_intervals()) {
    if (!IsAuthoritys(interval.kind()) || !IsOpen(interval, now)) continue;
    *interval.mutable_until() = ToTimestamp(now);
    changed = true;
  }
  return changed;
}

bool Begin(LicenceStatusKind kind, absl::Time now, LicenceStatusEntry* entry) {
  for (const LicenceStatusInterval& interval : entry->intervals()) {
    if (interval.kind() == kind && IsOpen(interval, now)) return false;
  }
  LicenceStatusInterval* interval = entry->add_intervals();
  interval->set_kind(kind);
  *interval->mutable_from() = ToTimestamp(now);
  return true;
}

}  // namespace

bool ApplyStatusAction(gateway::v1::LicenceStatusAction action, absl::Time now,
                       LicenceStatusEntry* entry) {
  switch (action) {
    case gateway::v1::LICENCE_STATUS_ACTION_REVOKE:
      return Begin(gateway::v1::LICENCE_STATUS_KIND_REVOKED, now, entry);
    case gateway::v1::LICENCE_STATUS_ACTION_SUSPEND:
      return Begin(gateway::v1::LICENCE_STATUS_KIND_SUSPENDED, now, entry);
    case gateway::v1::LICENCE_STATUS_ACTION_CANCEL:
      return Begin(gateway::v1::LICENCE_STATUS_KIND_CANCELLED, now, entry);
    case gateway::v1::LICENCE_STATUS_ACTION_RESTORE:
      return Restore(now, entry);
    default:
      return false;
  }
}

bool ApplyDisputeMark(bool set, absl::Time at, LicenceStatusEntry* entry) {
  if (set) return Begin(gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE, at, entry);
  bool changed = false;
  for (LicenceStatusInterval& interval : *entry->mutable_intervals()) {
    if (interval.kind() != gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE || interval.has_until()) {
      continue;
    }
    *interval.mutable_until() = ToTimestamp(std::max(at, ToTime(interval.from())));
    changed = true;
  }
  return changed;
}

absl::StatusOr<int64_t> LicenceStatusWriter::SetStatus(const LicenceKey& licence,
                                                       gateway::v1::LicenceStatusAction action,
                                                       absl::Time now) {
  return Edit(licence, now, [action, now](LicenceStatusEntry* entry) {
    return ApplyStatusAction(action, now, entry);
  });
}

absl::StatusOr<int64_t> LicenceStatusWriter::ChangeMark(const LicenceKey& licence, bool set,
                                                        absl::Time at, absl::Time now) {
  return Edit(licence, now,
              [set, at](LicenceStatusEntry* entry) { return ApplyDisputeMark(set, at, entry); });
}

template <typename Change>
absl::StatusOr<int64_t> LicenceStatusWriter::Edit(const LicenceKey& licence, absl::Time now,
                                                  const Change& change) {
  const std::string path = absl::StrCat(licence.jurisdiction.value(), "/status/licences");
  const std::string id = LicenceStatusId(licence.epoch, licence.tag);
  MutexLock lock(mu_);
  MRG_ASSIGN_OR_RETURN(const std::optional<InForceSet> set, publisher_->InForce());
  const InForceTarget* tree = set.has_value() ? set->FindTarget(path) : nullptr;
  if (tree == nullptr) {
    return MakeError(Reason::kTargetNotFound, absl::StrCat(path, " is not in force here"));
  }
  const BlobNodes nodes(blobs_);
  MRG_ASSIGN_OR_RETURN(const auto bytes, LookupEntry(tree->sha256, nodes, id));
  LicenceStatusEntry entry;
  entry.set_epoch(licence.epoch);
  entry.set_tag(licence.tag);
  if (bytes.has_value()) {
    MRG_ASSIGN_OR_RETURN(entry,
                         ParseCanonical<LicenceStatusEntry>(*bytes, Reason::kStatusListInvalid));
  }
  if (!change(&entry)) {
    const RoleVersion* role = set->FindRole(kStatusRole);
    return role == nullptr ? 0 : role->version;
  }
  if (entry.intervals_size() > kIntervalsMax) {
    return MakeError(Reason::kStatusListInvalid, "expected at most 256 intervals of one licence");
  }
  MRG_ASSIGN_OR_RETURN(const BuiltTree changed,
                       UpdateTree(tree->sha256, nodes, {{id, CanonicalBytes(entry)}}, {}));
  MRG_ASSIGN_OR_RETURN(
      const InForceSet published,
      publisher_->PublishOnlineTree(path, changed.root_bytes(), changed.nodes, now));
  return published.FindRole(kStatusRole)->version;
}

}  // namespace mrg
