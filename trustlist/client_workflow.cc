#include "trustlist/client_workflow.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/repository_names.h"
#include "trustlist/role_threshold.h"
#include "trustlist/signed_envelope.h"
#include "trustlist/timestamp_metadata.h"

namespace mrg {
namespace {

// Timestamps between two trusted ones that are fetched at most.
constexpr int64_t kGapMax = 32;

// Bytes to read at most for a file whose length the parent may state.
size_t BytesMax(const MetaFile& stated, size_t limit) {
  return stated.length.has_value() ? std::min<size_t>(*stated.length, limit) : limit;
}

bool IsTimestamp(const RootMetadata& root, int64_t version, absl::string_view bytes) {
  const auto envelope = SignedEnvelope::Parse(bytes);
  if (!envelope.ok() || !CheckThreshold(*envelope, root.keys, root.roles.at(kTimestampRole)).ok()) {
    return false;
  }
  const auto timestamp = TimestampMetadata::Parse(*envelope);
  return timestamp.ok() && timestamp->header.version == version;
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
  absl::Status UpdateRoot();
  absl::Status UpdateTimestamp();
  absl::Status CloseGap();
  absl::Status UpdateSnapshot();
  absl::Status UpdateTargets(const std::string& delegator, const std::string& role);
};

absl::StatusOr<std::string> ClientStage::Session::Fetch(absl::string_view role,
                                                        std::optional<int64_t> version,
                                                        size_t bytes_max) {
  if (options.stop && options.stop()) {
    return MakeError(Reason::kFetchFailed, "the refresh was stopped");
  }
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

// Fetches the timestamps between two trusted ones, the later ones first, as far as the peer keeps
// them: in a gap another history could hide. Before the new one is kept, so that a client that is
// killed meanwhile compares the gap again.
absl::Status ClientStage::Session::CloseGap() {
  const TimestampMetadata* const before = trusted.remembered_timestamp();
  if (seams.history == nullptr || before == nullptr) return absl::OkStatus();
  const int64_t to = trusted.timestamp().header.version;
  const int64_t last = std::max(before->header.version, to - kGapMax);
  for (int64_t version = to - 1; version > last; --version) {
    const auto bytes = Fetch(kTimestampRole, version, options.limits.timestamp_bytes_max);
    // Not kept any more, a relay that never had it, or signed with keys that were rotated since.
    if (!bytes.ok() || !IsTimestamp(trusted.root(), version, *bytes)) break;
    MRG_RETURN_IF_ERROR(seams.history->Agrees(kTimestampRole, *bytes, now).status());
    MRG_RETURN_IF_ERROR(seams.history->KeepEarlier(version, *bytes));
  }
  return absl::OkStatus();
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

// 5.6 for one role: the top-level targets, or one that `delegator` delegates to.
absl::Status ClientStage::Session::UpdateTargets(const std::string& delegator,
                                                 const std::string& role) {
  const auto take = [&](const std::string& bytes) {
    return role == kTargetsRole ? trusted.UpdateTargets(bytes)
                                : trusted.UpdateDelegated(delegator, role, bytes);
  };
  MRG_ASSIGN_OR_RETURN(const auto stored, seams.files->Newest(role));
  if (stored.has_value() && take(*stored).ok()) return absl::OkStatus();
  // 5.6.1
  const auto stated = trusted.snapshot().roles.find(role);
  if (stated == trusted.snapshot().roles.end()) {
    return MakeError(Reason::kMetadataMismatch,
                     absl::StrCat("the snapshot does not name the role ", role));
  }
  MRG_ASSIGN_OR_RETURN(const std::string bytes,
                       FetchStated(role, stated->second, options.limits.targets_bytes_max));
  // 5.6.2 - 5.6.5
  MRG_RETURN_IF_ERROR(take(bytes));
  // 5.6.6
  return seams.files->Take(role, stated->second.version, bytes);
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
  MRG_RETURN_IF_ERROR(session().UpdateTargets("", kTargetsRole));
  return WithTargets(TakeSession());
}

absl::Status WithTargets::UpdateDelegated() {
  std::vector<std::string> delegators = {kTargetsRole};
  std::set<std::string> seen = {kTargetsRole};
  while (!delegators.empty()) {
    std::vector<std::string> next;
    for (const std::string& delegator : delegators) {
      for (const DelegatedRole& role : trusted().FindRole(delegator)->delegations) {
        if (!seen.insert(role.name).second) continue;
        if (seen.size() > session().options.limits.delegated_roles_max) {
          return MakeError(Reason::kMetadataTooLong, "the repository has too many delegated roles");
        }
        MRG_RETURN_IF_ERROR(session().UpdateTargets(delegator, role.name));
        next.push_back(role.name);
      }
    }
    delegators = std::move(next);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<ListedTarget>> WithTargets::Find(absl::string_view path) {
  const auto lookup = [this](
                          absl::string_view role,
                          absl::string_view delegator) -> absl::StatusOr<const TargetsMetadata*> {
    if (trusted().FindRole(role) == nullptr) {
      MRG_RETURN_IF_ERROR(session().UpdateTargets(std::string(delegator), std::string(role)));
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
