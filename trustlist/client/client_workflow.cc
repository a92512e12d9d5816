#include "trustlist/client/client_workflow.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/role_threshold.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/timestamp_metadata.h"

namespace mrg {
namespace {

// Bytes to read at most for a file whose length the parent may state.
size_t BytesMax(const MetaFile& stated, size_t limit) {
  return stated.length.has_value() ? std::min<size_t>(*stated.length, limit) : limit;
}

// Timestamps behind the newest that are compared, as many as heads are exchanged of.
constexpr int64_t kComparedTimestamps = 32;
constexpr int64_t kBatch = static_cast<int64_t>(kTimestampsPerFetchMax);
// Answers with which a batch is complete: one that ends early, by its bytes, lacks no more than one
// timestamp to its bound. A source that gives them one by one would hold up the others for hours.
constexpr size_t kAnswersABatchMax =
    kTimestampsPerFetchMax * MetadataLimits().timestamp_bytes_max / kTimestampAnswerBytesMax + 2;

absl::Status GapUnproven(absl::string_view what) { return MakeError(Reason::kGapUnproven, what); }

// Result: true when the timestamp that states `previous` goes on from the one of `header`.
bool LeadsTo(const std::optional<PreviousTimestamp>& previous, const MetadataHeader& header) {
  return previous.has_value() && previous->signed_sha256 == header.signed_sha256;
}

}  // namespace

struct ClientStage::Session {
  ClientSeams seams;
  ClientOptions options;
  absl::Time now;
  TrustedMetadataSet trusted;

  // Fetches a file other than root and timestamp, which have a version in their names only with
  // consistent snapshots (TUF 6.2.1).
  absl::StatusOr<std::string> FetchStated(absl::string_view role, const MetaFile& stated,
                                          size_t limit);
  absl::StatusOr<std::string> Fetch(absl::string_view role, std::optional<int64_t> version,
                                    size_t bytes_max);
  absl::Status CheckNotStopped() const;
  absl::Status UpdateRoot();
  absl::Status UpdateTimestamp();
  // Timestamps between two trusted ones, as far as they have been gone through.
  struct Gap {
    int64_t first;                              // the version that follows the trusted one
    int64_t newest;                             // the version that is about to be trusted
    std::optional<PreviousTimestamp> previous;  // what the last one seen says comes before it
    bool ends_at_fork = false;
  };
  absl::Status CloseGap();
  absl::StatusOr<int64_t> GoBack(int64_t begin, const std::vector<std::string>& batch, Gap* gap);
  absl::StatusOr<std::vector<std::string>> FetchTimestamps(int64_t first, int64_t last);
  absl::Status UpdateSnapshot();
  absl::Status UpdateTargets();
  // What became of a role for one delegator.
  struct Outcome {
    absl::Status status;
    bool is_signed_so = false;  // it does not hold by what was signed, whoever hands it out
  };
  Outcome UpdateDelegated(const std::string& delegator, const std::string& role);
};

absl::Status ClientStage::Session::CheckNotStopped() const {
  if (!options.stop || !options.stop()) return absl::OkStatus();
  return MakeError(Reason::kFetchFailed, "the refresh was stopped");
}

absl::StatusOr<std::string> ClientStage::Session::Fetch(absl::string_view role,
                                                        std::optional<int64_t> version,
                                                        size_t bytes_max) {
  MRG_RETURN_IF_ERROR(CheckNotStopped());
  return seams.fetcher->FetchMetadata(role, version, bytes_max);
}

absl::StatusOr<std::string> ClientStage::Session::FetchStated(absl::string_view role,
                                                              const MetaFile& stated,
                                                              size_t limit) {
  std::optional<int64_t> version;
  if (trusted.root().consistent_snapshot) version = stated.version;
  return Fetch(role, version, BytesMax(stated, limit));
}

// 5.3: from root to root, each signed under the one before.
absl::Status ClientStage::Session::UpdateRoot() {
  for (int rotation = 0; rotation < options.limits.root_rotations_max; ++rotation) {
    // 5.3.3: the next version, or the end of the chain.
    const RootMetadata before = trusted.root();
    const int64_t next = before.header.version + 1;
    const auto bytes = Fetch(kRootRole, next, options.limits.root_bytes_max);
    if (ReasonOf(bytes.status()) == Reason::kMetadataNotFound) break;
    MRG_RETURN_IF_ERROR(bytes.status());
    // 5.3.4 - 5.3.7
    MRG_RETURN_IF_ERROR(trusted.UpdateRoot(*bytes));
    // 5.3.8 and 5.3.11
    const bool rotated = RoleKeysDiffer(before, trusted.root(), kTimestampRole) ||
                         RoleKeysDiffer(before, trusted.root(), kSnapshotRole);
    MRG_RETURN_IF_ERROR(rotated ? seams.files->TakeRootAndForget(next, *bytes)
                                : seams.files->Take(kRootRole, next, *bytes));
  }
  // 5.3.10
  return trusted.CheckRootExpiry();
}

// 5.4
absl::Status ClientStage::Session::UpdateTimestamp() {
  MRG_ASSIGN_OR_RETURN(const auto stored, seams.files->Newest(kTimestampRole));
  if (stored.has_value()) trusted.RememberTimestamp(*stored);
  // 5.4.1
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       Fetch(kTimestampRole, std::nullopt, options.limits.timestamp_bytes_max));
  const bool is_new = stored != bytes;
  if (is_new && seams.history != nullptr) {
    // A history that contradicts the trusted one stops the refresh, before an equal version is
    // discarded, unless an operator has answered.
    MRG_ASSIGN_OR_RETURN(const bool agrees, seams.history->Agrees(kTimestampRole, bytes, now));
    if (!agrees) trusted.TolerateFork();
  }
  // 5.4.2 - 5.4.4
  MRG_RETURN_IF_ERROR(trusted.UpdateTimestamp(bytes));
  if (!is_new || !trusted.took_timestamp()) return absl::OkStatus();
  MRG_RETURN_IF_ERROR(CloseGap());
  // 5.4.5
  return seams.files->Take(kTimestampRole, trusted.timestamp().header.version, bytes);
}

// Goes back from the new timestamp to the trusted one. Before the new one is kept, so that a client
// that is killed meanwhile goes through the gap again.
absl::Status ClientStage::Session::CloseGap() {
  const TimestampMetadata* const before = trusted.remembered_timestamp();
  if (options.rules != ClientRules::kFederation || before == nullptr || trusted.tolerates_fork()) {
    return absl::OkStatus();
  }
  const int64_t first = before->header.version + 1;
  const int64_t newest = trusted.timestamp().header.version;
  if (newest - first > kTimestampGapMax) {
    return GapUnproven(absl::StrCat("timestamp ", newest, " is further from ", first - 1,
                                    " than a publisher keeps"));
  }
  Gap gap{first, newest, trusted.timestamp().previous};
  for (int64_t last = newest - 1; last >= first && !gap.ends_at_fork; last -= kBatch) {
    const int64_t begin = std::max(first, last - kBatch + 1);
    MRG_ASSIGN_OR_RETURN(const std::vector<std::string> batch, FetchTimestamps(begin, last));
    MRG_ASSIGN_OR_RETURN(const int64_t proven, GoBack(begin, batch, &gap));
    if (seams.history == nullptr || proven > last) continue;
    const std::span<const std::string> all = batch;
    MRG_RETURN_IF_ERROR(
        seams.history->KeepEarlier(proven, all.subspan(static_cast<size_t>(proven - begin))));
  }
  if (first < newest && !gap.ends_at_fork && !LeadsTo(gap.previous, before->header)) {
    return GapUnproven(absl::StrCat("timestamp ", first, " does not go on from the trusted one"));
  }
  return absl::OkStatus();
}

// Goes back through `batch`, the versions from `begin` on. Result: the lowest one that leads to the
// newest timestamp; one above the batch's last when none does.
absl::StatusOr<int64_t> ClientStage::Session::GoBack(int64_t begin,
                                                     const std::vector<std::string>& batch,
                                                     Gap* gap) {
  const int64_t last = begin + static_cast<int64_t>(batch.size()) - 1;
  for (int64_t version = last; version >= begin; --version) {
    const std::string& bytes = batch[static_cast<size_t>(version - begin)];
    MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
    MRG_ASSIGN_OR_RETURN(const TimestampMetadata timestamp, TimestampMetadata::Parse(envelope));
    const bool is_compared = version == gap->first || gap->newest - version < kComparedTimestamps;
    if (seams.history != nullptr && is_compared) {
      MRG_ASSIGN_OR_RETURN(const bool agrees, seams.history->Agrees(kTimestampRole, bytes, now));
      // An operator has decided that history goes on behind a fork.
      gap->ends_at_fork = !agrees;
      if (!agrees) return version + 1;
    }
    if (timestamp.header.version != version || !LeadsTo(gap->previous, timestamp.header)) {
      return GapUnproven(absl::StrCat("timestamp ", version + 1,
                                      " does not go on from what was given as ", version));
    }
    gap->previous = timestamp.previous;
  }
  return begin;
}

// Result: all timestamps from `first` to `last`.
absl::StatusOr<std::vector<std::string>> ClientStage::Session::FetchTimestamps(int64_t first,
                                                                               int64_t last) {
  std::vector<std::string> timestamps;
  for (size_t answers = 0; first <= last; ++answers) {
    MRG_RETURN_IF_ERROR(CheckNotStopped());
    if (answers == kAnswersABatchMax) {
      return MakeError(Reason::kFetchFailed,
                       "the source gives fewer timestamps than an answer has");
    }
    absl::StatusOr<std::vector<std::string>> got =
        seams.fetcher->FetchTimestamps(first, last, options.limits.timestamp_bytes_max);
    if (ReasonOf(got.status()) == Reason::kMetadataNotFound) {
      return GapUnproven(absl::StrCat("timestamp ", first, " is not to be had"));
    }
    MRG_RETURN_IF_ERROR(got.status());
    if (got->empty() || static_cast<int64_t>(got->size()) > last - first + 1) {
      return MakeError(Reason::kFetchFailed, "expected one to all of the timestamps asked for");
    }
    first += static_cast<int64_t>(got->size());
    std::move(got->begin(), got->end(), std::back_inserter(timestamps));
  }
  return timestamps;
}

// 5.5
absl::Status ClientStage::Session::UpdateSnapshot() {
  MRG_ASSIGN_OR_RETURN(const auto stored, seams.files->Newest(kSnapshotRole));
  if (stored.has_value()) {
    trusted.RememberSnapshot(*stored);
    if (trusted.UpdateSnapshot(*stored).ok()) return absl::OkStatus();
  }
  // 5.5.1
  const MetaFile& stated = trusted.timestamp().snapshot;
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       FetchStated(kSnapshotRole, stated, options.limits.snapshot_bytes_max));
  // 5.5.2 - 5.5.6
  MRG_RETURN_IF_ERROR(trusted.UpdateSnapshot(bytes));
  // 5.5.7
  return seams.files->Take(kSnapshotRole, stated.version, bytes);
}

// 5.6 for the top-level targets.
absl::Status ClientStage::Session::UpdateTargets() {
  MRG_ASSIGN_OR_RETURN(const auto stored, seams.files->Newest(kTargetsRole));
  if (stored.has_value() && trusted.UpdateTargets(*stored).ok()) return absl::OkStatus();
  // 5.6.1
  const MetaFile& stated = trusted.snapshot().roles.at(kTargetsRole);
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       FetchStated(kTargetsRole, stated, options.limits.targets_bytes_max));
  // 5.6.2 - 5.6.5
  MRG_RETURN_IF_ERROR(trusted.UpdateTargets(bytes));
  // 5.6.6
  return seams.files->Take(kTargetsRole, stated.version, bytes);
}

// 5.6 for a role that `delegator` delegates to.
ClientStage::Session::Outcome ClientStage::Session::UpdateDelegated(const std::string& delegator,
                                                                    const std::string& role) {
  if (trusted.FindRole(role) != nullptr) return {trusted.VerifyDelegated(delegator, role), true};
  const auto stored = seams.files->Newest(role);
  if (!stored.ok()) return {stored.status()};
  if (stored->has_value() && trusted.UpdateDelegated(delegator, role, **stored).ok()) return {};
  // 5.6.1
  const auto stated = trusted.snapshot().roles.find(role);
  if (stated == trusted.snapshot().roles.end()) {
    return {MakeError(Reason::kMetadataMismatch,
                      absl::StrCat("the snapshot does not name the role ", role)),
            true};
  }
  if (stated->second.length.value_or(0) > options.limits.targets_bytes_max) {
    return {MakeError(Reason::kMetadataTooLong, absl::StrCat("the file of ", role, " is too long")),
            true};
  }
  const auto bytes = FetchStated(role, stated->second, options.limits.targets_bytes_max);
  if (!bytes.ok()) return {bytes.status()};
  // 5.6.2 - 5.6.5
  absl::Status taken = trusted.UpdateDelegated(delegator, role, *bytes);
  if (!taken.ok()) return {std::move(taken), trusted.FitsSnapshot(role, *bytes)};
  // 5.6.6
  return {seams.files->Take(role, stated->second.version, *bytes)};
}

ClientStage::ClientStage(std::unique_ptr<Session>&& session) : session_(std::move(session)) {}
ClientStage::ClientStage(ClientStage&& other) noexcept = default;
ClientStage& ClientStage::operator=(ClientStage&& other) noexcept = default;
ClientStage::~ClientStage() = default;

const TrustedMetadataSet& ClientStage::trusted() const { return session_->trusted; }
std::unique_ptr<ClientStage::Session> ClientStage::TakeSession() { return std::move(session_); }

absl::StatusOr<WithRoot> WithRoot::Begin(const ClientSeams& seams, const ClientOptions& options,
                                         absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const auto root, seams.files->Newest(kRootRole));
  if (!root.has_value()) {
    return MakeError(Reason::kMetadataNotFound, "there is no trusted root: init comes first");
  }
  if (seams.history != nullptr) MRG_RETURN_IF_ERROR(seams.history->CheckNotFrozen());
  // 5.1: one reference time for all that follows. 5.2: the trusted root.
  MRG_ASSIGN_OR_RETURN(TrustedMetadataSet trusted,
                       TrustedMetadataSet::FromTrustedRoot(*root, now, options.rules));
  auto session = std::make_unique<Session>(Session{seams, options, now, std::move(trusted)});
  MRG_RETURN_IF_ERROR(session->UpdateRoot());
  return WithRoot(std::move(session));
}

absl::StatusOr<WithTimestamp> WithRoot::UpdateTimestamp() && {
  MRG_RETURN_IF_ERROR(session().UpdateTimestamp());
  return WithTimestamp(TakeSession());
}

absl::StatusOr<WithSnapshot> WithTimestamp::UpdateSnapshot() && {
  MRG_RETURN_IF_ERROR(session().UpdateSnapshot());
  return WithSnapshot(TakeSession());
}

absl::StatusOr<WithTargets> WithSnapshot::UpdateTargets() && {
  MRG_RETURN_IF_ERROR(session().UpdateTargets());
  return WithTargets(TakeSession());
}

absl::StatusOr<std::vector<DelegationFault>> WithTargets::UpdateDelegated() {
  std::vector<DelegationFault> faults;
  std::set<std::string> named = {kTargetsRole};
  std::set<std::string> followed = {kTargetsRole};
  std::vector<std::string> delegators = {kTargetsRole};
  while (!delegators.empty()) {
    std::vector<std::string> next;
    for (const std::string& delegator : delegators) {
      for (const DelegatedRole& role : trusted().FindRole(delegator)->delegations) {
        named.insert(role.name);
        if (named.size() > session().options.limits.delegated_roles_max) {
          return MakeError(Reason::kMetadataTooLong, "the repository has too many delegated roles");
        }
        MRG_RETURN_IF_ERROR(session().CheckNotStopped());
        Session::Outcome outcome = session().UpdateDelegated(delegator, role.name);
        if (outcome.status.ok()) {
          if (followed.insert(role.name).second) next.push_back(role.name);
        } else if (outcome.is_signed_so) {
          faults.push_back({delegator, role.name, std::move(outcome.status)});
        } else {
          return outcome.status;
        }
      }
    }
    delegators = std::move(next);
  }
  return faults;
}

absl::StatusOr<std::optional<ListedTarget>> WithTargets::Find(absl::string_view path) {
  const auto lookup = [this](
                          absl::string_view role,
                          absl::string_view delegator) -> absl::StatusOr<const TargetsMetadata*> {
    if (role != kTargetsRole) {
      MRG_RETURN_IF_ERROR(
          session().UpdateDelegated(std::string(delegator), std::string(role)).status);
    }
    return trusted().FindRole(role);
  };
  return FindTarget(path, lookup);
}

absl::StatusOr<WithTargets> RefreshTopLevel(const ClientSeams& seams, const ClientOptions& options,
                                            absl::Time now) {
  MRG_ASSIGN_OR_RETURN(WithRoot root, WithRoot::Begin(seams, options, now));
  MRG_ASSIGN_OR_RETURN(WithTimestamp timestamp, std::move(root).UpdateTimestamp());
  MRG_ASSIGN_OR_RETURN(WithSnapshot snapshot, std::move(timestamp).UpdateSnapshot());
  return std::move(snapshot).UpdateTargets();
}

}  // namespace mrg
