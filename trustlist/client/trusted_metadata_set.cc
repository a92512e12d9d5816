#include "trustlist/client/trusted_metadata_set.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/format/delegation_search.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/role_threshold.h"

namespace mrg {
namespace {

absl::Status Rollback(absl::string_view role, int64_t trusted, int64_t found) {
  return MakeError(Reason::kMetadataRollback,
                   absl::StrCat(role, " version ", found, ", but ", trusted, " is trusted"));
}

absl::Status Mismatch(absl::string_view role, absl::string_view what) {
  return MakeError(Reason::kMetadataMismatch, absl::StrCat(role, ": ", what));
}

absl::Status CheckExpiry(absl::string_view role, const MetadataHeader& header, absl::Time now) {
  if (now < header.expires) return absl::OkStatus();
  return MakeError(Reason::kMetadataExpired,
                   absl::StrCat(role, " version ", header.version, " expired at ",
                                FormatTufTime(header.expires)));
}

// Length and digest, where the parent states them (TUF 5.5.2, 5.6.2).
absl::Status CheckBytes(absl::string_view role, const MetaFile& stated, absl::string_view bytes) {
  if (stated.length.has_value() && bytes.size() != *stated.length) {
    return Mismatch(role, "the length is not the stated one");
  }
  if (!stated.digests.Fit(bytes)) {
    return Mismatch(role, "the digest is not the stated one");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TrustedMetadataSet::CheckRole(const SignedEnvelope& envelope, const char* role) const {
  return CheckThreshold(envelope, root_.keys, root_.roles.at(role));
}

absl::StatusOr<TrustedMetadataSet> TrustedMetadataSet::FromTrustedRoot(absl::string_view root_bytes,
                                                                       absl::Time now,
                                                                       ClientRules rules) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(root_bytes));
  TrustedMetadataSet set(now, rules);
  MRG_ASSIGN_OR_RETURN(set.root_, RootMetadata::Parse(envelope));
  MRG_RETURN_IF_ERROR(set.CheckRole(envelope, kRootRole));
  set.root_bytes_ = std::string(root_bytes);
  return set;
}

absl::Status TrustedMetadataSet::UpdateRoot(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_ASSIGN_OR_RETURN(RootMetadata next, RootMetadata::Parse(envelope));
  // 5.3.4: signed by a threshold of the old keys and by one of the new.
  MRG_RETURN_IF_ERROR(CheckRole(envelope, kRootRole));
  MRG_RETURN_IF_ERROR(CheckThreshold(envelope, next.keys, next.roles.at(kRootRole)));
  // 5.3.5: exactly the next version.
  if (next.header.version != root_.header.version + 1) {
    return Rollback(kRootRole, root_.header.version, next.header.version);
  }
  begins_chain_ = begins_chain_ || RoleKeysDiffer(root_, next, kTimestampRole);
  // 5.3.6: the expiry of an intermediate root does not matter.
  root_ = std::move(next);
  root_bytes_ = std::string(bytes);
  return absl::OkStatus();
}

absl::Status TrustedMetadataSet::CheckRootExpiry() const {
  return CheckExpiry(kRootRole, root_.header, now_);
}

void TrustedMetadataSet::RememberTimestamp(absl::string_view bytes) {
  const auto envelope = SignedEnvelope::Parse(bytes);
  if (!envelope.ok() || !CheckRole(*envelope, kTimestampRole).ok()) {
    // A client that was cut between a root and what it makes forgotten still begins a chain.
    begins_chain_ = true;
    return;
  }
  auto timestamp = TimestampMetadata::Parse(*envelope);
  if (timestamp.ok()) remembered_timestamp_ = *std::move(timestamp);
}

void TrustedMetadataSet::RememberSnapshot(absl::string_view bytes) {
  const auto envelope = SignedEnvelope::Parse(bytes);
  if (!envelope.ok() || !CheckRole(*envelope, kSnapshotRole).ok()) return;
  auto snapshot = SnapshotMetadata::Parse(*envelope);
  if (snapshot.ok()) remembered_snapshot_ = *std::move(snapshot);
}

absl::Status TrustedMetadataSet::UpdateTimestamp(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  // 5.4.2
  MRG_RETURN_IF_ERROR(CheckRole(envelope, kTimestampRole));
  MRG_ASSIGN_OR_RETURN(TimestampMetadata next, TimestampMetadata::Parse(envelope));
  MRG_RETURN_IF_ERROR(CheckStated(kSnapshotRole, next.snapshot));
  if (rules_ == ClientRules::kFederation && next.header.version > 1 && !next.previous.has_value() &&
      !begins_chain_) {
    return MakeError(Reason::kMetadataMalformed,
                     "expected x-mrg-prev in a timestamp that begins no chain");
  }
  // 5.4.3.1
  took_timestamp_ = true;
  const bool keeps_equal = rules_ == ClientRules::kSpecification || tolerates_fork_;
  if (keeps_equal && remembered_timestamp_.has_value() &&
      next.header.version == remembered_timestamp_->header.version) {
    next = *remembered_timestamp_;
    took_timestamp_ = false;
  }
  // 5.4.3
  if (remembered_timestamp_.has_value()) {
    const TimestampMetadata& before = *remembered_timestamp_;
    if (next.header.version < before.header.version) {
      return Rollback(kTimestampRole, before.header.version, next.header.version);
    }
    if (next.snapshot.version < before.snapshot.version) {
      return Rollback(kSnapshotRole, before.snapshot.version, next.snapshot.version);
    }
    if (next.header.version == before.header.version &&
        next.header.signed_sha256 != before.header.signed_sha256) {
      return Mismatch(kTimestampRole, "the trusted version was given other content");
    }
    if (!keeps_equal && next.header.version == before.header.version + 1 &&
        (!next.previous.has_value() ||
         next.previous->signed_sha256 != before.header.signed_sha256)) {
      return Mismatch(kTimestampRole, "x-mrg-prev does not name the trusted timestamp");
    }
  }
  // 5.4.4
  MRG_RETURN_IF_ERROR(CheckExpiry(kTimestampRole, next.header, now_));
  timestamp_ = std::move(next);
  return absl::OkStatus();
}

absl::Status TrustedMetadataSet::UpdateSnapshot(absl::string_view bytes) {
  const MetaFile& stated = timestamp_->snapshot;
  // 5.5.2
  MRG_RETURN_IF_ERROR(CheckBytes(kSnapshotRole, stated, bytes));
  // 5.5.3
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_RETURN_IF_ERROR(CheckRole(envelope, kSnapshotRole));
  MRG_ASSIGN_OR_RETURN(SnapshotMetadata next, SnapshotMetadata::Parse(envelope));
  for (const auto& [role, file] : next.roles) MRG_RETURN_IF_ERROR(CheckStated(role, file));
  // 5.5.4
  if (next.header.version != stated.version) {
    return Mismatch(kSnapshotRole, "the version is not the one in the timestamp");
  }
  // 5.5.5
  if (remembered_snapshot_.has_value()) {
    for (const auto& [role, before] : remembered_snapshot_->roles) {
      auto now_listed = next.roles.find(role);
      const int64_t version = now_listed == next.roles.end() ? 0 : now_listed->second.version;
      if (version < before.version) return Rollback(role, before.version, version);
    }
  }
  // 5.5.6
  MRG_RETURN_IF_ERROR(CheckExpiry(kSnapshotRole, next.header, now_));
  snapshot_ = std::move(next);
  return absl::OkStatus();
}

// What the federation's rules demand beyond the specification of what a parent states of a file.
absl::Status TrustedMetadataSet::CheckStated(absl::string_view role, const MetaFile& stated) const {
  if (rules_ == ClientRules::kSpecification) return absl::OkStatus();
  if (stated.length.has_value() && !stated.digests.sha256.empty()) return absl::OkStatus();
  return MakeError(Reason::kMetadataMalformed,
                   absl::StrCat("expected length and sha256 of the file of ", role));
}

bool TrustedMetadataSet::FitsSnapshot(absl::string_view role, absl::string_view bytes) const {
  return CheckFile(role, bytes).ok();
}

// 5.6.2
absl::Status TrustedMetadataSet::CheckFile(absl::string_view role, absl::string_view bytes) const {
  const auto stated = snapshot_->roles.find(std::string(role));
  if (stated != snapshot_->roles.end()) return CheckBytes(role, stated->second, bytes);
  return Mismatch(role, "the snapshot does not name this role");
}

// Parses what CheckFile let pass, and checks all but who signed and until when.
absl::StatusOr<TargetsMetadata> TrustedMetadataSet::ReadTargets(
    absl::string_view role, const SignedEnvelope& envelope) const {
  MRG_ASSIGN_OR_RETURN(TargetsMetadata next, TargetsMetadata::Parse(envelope));
  if (rules_ == ClientRules::kFederation) MRG_RETURN_IF_ERROR(next.CheckNames());
  // 5.6.4
  if (next.header.version != snapshot_->roles.at(std::string(role)).version) {
    return Mismatch(role, "the version is not the one in the snapshot");
  }
  return next;
}

absl::Status TrustedMetadataSet::UpdateTargets(absl::string_view bytes) {
  MRG_RETURN_IF_ERROR(CheckFile(kTargetsRole, bytes));
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  // 5.6.3
  MRG_RETURN_IF_ERROR(CheckRole(envelope, kTargetsRole));
  MRG_ASSIGN_OR_RETURN(TargetsMetadata next, ReadTargets(kTargetsRole, envelope));
  // 5.6.5
  MRG_RETURN_IF_ERROR(CheckExpiry(kTargetsRole, next.header, now_));
  targets_ = std::move(next);
  delegated_.clear();
  envelopes_.clear();
  verified_.clear();
  return absl::OkStatus();
}

// 5.6.3, by what this delegator says.
absl::Status TrustedMetadataSet::CheckDelegation(absl::string_view delegator,
                                                 absl::string_view role,
                                                 const SignedEnvelope& envelope) const {
  const TargetsMetadata* const parent = FindRole(delegator);
  if (parent == nullptr) return Mismatch(role, "its delegator was not updated");
  auto delegation = std::find_if(parent->delegations.begin(), parent->delegations.end(),
                                 [role](const DelegatedRole& one) { return one.name == role; });
  if (delegation == parent->delegations.end()) {
    return Mismatch(role, absl::StrCat(delegator, " does not delegate to this role"));
  }
  return CheckThreshold(envelope, parent->delegation_keys, delegation->keys);
}

absl::Status TrustedMetadataSet::UpdateDelegated(absl::string_view delegator,
                                                 absl::string_view role, absl::string_view bytes) {
  MRG_RETURN_IF_ERROR(CheckFile(role, bytes));
  MRG_ASSIGN_OR_RETURN(SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  MRG_RETURN_IF_ERROR(CheckDelegation(delegator, role, envelope));
  MRG_ASSIGN_OR_RETURN(TargetsMetadata next, ReadTargets(role, envelope));
  // 5.6.5
  if (rules_ == ClientRules::kSpecification) {
    MRG_RETURN_IF_ERROR(CheckExpiry(role, next.header, now_));
  }
  const auto known = envelopes_.find(std::string(role));
  if (known != envelopes_.end() && known->second.signed_sha256() != envelope.signed_sha256()) {
    return Mismatch(role, "it had other content when another delegator was followed");
  }
  delegated_.emplace(role, std::move(next));
  envelopes_.emplace(role, std::move(envelope));
  verified_.emplace(delegator, role);
  return absl::OkStatus();
}

absl::Status TrustedMetadataSet::VerifyDelegated(absl::string_view delegator,
                                                 absl::string_view role) {
  if (IsVerified(delegator, role)) return absl::OkStatus();
  MRG_RETURN_IF_ERROR(CheckDelegation(delegator, role, envelopes_.at(std::string(role))));
  verified_.emplace(delegator, role);
  return absl::OkStatus();
}

bool TrustedMetadataSet::IsVerified(absl::string_view delegator, absl::string_view role) const {
  return verified_.contains({std::string(delegator), std::string(role)});
}

const TargetsMetadata* TrustedMetadataSet::FindRole(absl::string_view role) const {
  if (role == kTargetsRole) return targets_.has_value() ? &*targets_ : nullptr;
  const auto found = delegated_.find(std::string(role));
  return found == delegated_.end() ? nullptr : &found->second;
}

absl::StatusOr<std::vector<ListedTarget>> TrustedMetadataSet::VisibleTargets() const {
  std::set<std::string> paths;
  for (const auto& [path, file] : targets_->targets) paths.insert(path);
  for (const auto& [name, role] : delegated_) {
    for (const auto& [path, file] : role.targets) paths.insert(path);
  }
  const auto lookup = [this](
                          absl::string_view role,
                          absl::string_view delegator) -> absl::StatusOr<const TargetsMetadata*> {
    if (role != kTargetsRole && !IsVerified(delegator, role)) {
      return Mismatch(role, "it was not verified by this delegator");
    }
    return FindRole(role);
  };
  MatchWork work;
  std::vector<ListedTarget> listed;
  for (const std::string& path : paths) {
    absl::StatusOr<std::optional<ListedTarget>> found = FindTarget(path, lookup, &work);
    if (ReasonOf(found.status()) == Reason::kMetadataTooLong) return found.status();
    if (found.ok() && found->has_value()) listed.push_back(**std::move(found));
  }
  return listed;
}

}  // namespace mrg
