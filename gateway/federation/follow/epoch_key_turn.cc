#include "gateway/federation/follow/epoch_key_turn.h"

#include <optional>
#include <utility>

#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

using trustlist::v1::EpochTerm;
using trustlist::v1::GetEpochKeyResponse;

constexpr absl::Duration kRefetchAfter = absl::Hours(1);
// While a key is lacking although nothing failed.
constexpr absl::Duration kAskAgainAfter = absl::Seconds(1);
constexpr size_t kKeyBytesMin = 32;
constexpr size_t kKeyBytesMax = 64;

// Result: whether the answer is one to the question about `epoch`.
bool IsAnswer(const GetEpochKeyResponse& response, uint32_t epoch) {
  return response.epoch() != 0 && (epoch == 0 || response.epoch() == epoch) &&
         response.key().size() >= kKeyBytesMin && response.key().size() <= kKeyBytesMax &&
         static_cast<size_t>(response.epochs_size()) <= kTagEpochsMax &&
         PathOfWrongTime(response).empty();
}

absl::Time StartOf(const EpochTerm& term) {
  return term.has_from() ? ToTime(term.from()) : absl::InfinitePast();
}

EpochKey KeyOf(const GetEpochKeyResponse& response) {
  EpochKey key{response.epoch(), response.key()};
  for (const EpochTerm& term : response.epochs()) {
    if (term.epoch() == response.epoch()) key.from = StartOf(term);
  }
  return key;
}

// The peer lacks this one key, or gave another than before; its other keys may be had all the same.
bool IsOfOneEpoch(const absl::Status& status) {
  const std::optional<Reason> reason = ReasonOf(status);
  return reason == Reason::kEpochKeyUnavailable || reason == Reason::kEpochKeyConflict;
}

// Result: the epochs of the status list in force whose keys are not held.
std::set<uint32_t> NeededOf(const RecognitionSnapshot& snapshot, const JurisdictionId& jurisdiction,
                            const EpochKeys& held) {
  std::set<uint32_t> needed;
  const JurisdictionFacts* const facts = snapshot.FindJurisdiction(jurisdiction);
  if (facts == nullptr) return needed;
  for (const auto& [epoch, entry_count] : facts->statuses->epochs()) {
    if (!held.contains(epoch)) needed.insert(epoch);
  }
  return needed;
}

}  // namespace

EpochKeyTurn::EpochKeyTurn(MemberId peer, PeerConnection* connection, RetrySchedule retry,
                           const SnapshotHolder* snapshots, EpochKeyring* epoch_keys,
                           EventLog* events)
    : peer_(std::move(peer)),
      connection_(connection),
      retry_(retry),
      snapshots_(snapshots),
      epoch_keys_(epoch_keys),
      events_(events) {}

void EpochKeyTurn::RunOnce(absl::Time now) {
  const auto snapshot = snapshots_->Current();
  if (snapshot == nullptr) return;
  for (const auto& [jurisdiction, member] : snapshot->known_jurisdictions()) {
    if (member != peer_) continue;
    const EpochKeys held = epoch_keys_->KeysOf(jurisdiction, peer_);
    const std::set<uint32_t> needed = NeededOf(*snapshot, jurisdiction, held);
    const bool is_waiting = held.empty() || !needed.empty();
    Work& work =
        works_.try_emplace(jurisdiction, Work{Turn(kRefetchAfter, retry_), {}}).first->second;
    if (!(is_waiting ? work.turn.DueWhenAsked(now, kAskAgainAfter) : work.turn.Due(now))) continue;
    const absl::Status status = Fetch(jurisdiction, needed);
    if (status.ok()) {
      work.turn.Succeeded(now);
    } else {
      work.turn.Failed(now);
      if (status != work.told) {
        events_->WriteFailure(Event::kEpochKeyFetchFailed, status, "peer", peer_);
      }
    }
    work.told = status;
  }
}

absl::Status EpochKeyTurn::Fetch(const JurisdictionId& jurisdiction,
                                 const std::set<uint32_t>& needed) {
  MRG_ASSIGN_OR_RETURN(const GetEpochKeyResponse in_use, AskFor(jurisdiction, 0));
  absl::Status first_failure = Keep(jurisdiction, KeyOf(in_use));
  std::set<uint32_t> wanted = needed;
  const EpochKeys held = epoch_keys_->GivenBy(peer_, jurisdiction);
  for (const EpochTerm& term : in_use.epochs()) {
    const auto key = held.find(term.epoch());
    if (key == held.end()) {
      wanted.insert(term.epoch());
    } else {
      // Its use may have been put off or brought forward.
      first_failure.Update(Keep(jurisdiction, {term.epoch(), key->second.key, StartOf(term)}));
    }
  }
  wanted.erase(in_use.epoch());
  for (const uint32_t epoch : wanted) {
    const auto response = AskFor(jurisdiction, epoch);
    const absl::Status status =
        response.ok() ? Keep(jurisdiction, KeyOf(*response)) : response.status();
    first_failure.Update(status);
    if (!status.ok() && !IsOfOneEpoch(status)) break;
  }
  return first_failure;
}

absl::StatusOr<GetEpochKeyResponse> EpochKeyTurn::AskFor(const JurisdictionId& jurisdiction,
                                                         uint32_t epoch) const {
  if (limit_ != nullptr && limit_->IsOver()) {
    return MakeError(Reason::kFetchFailed, "the peer did not answer within its turn");
  }
  MRG_ASSIGN_OR_RETURN(GetEpochKeyResponse response, connection_->GetEpochKey(jurisdiction, epoch));
  if (!IsAnswer(response, epoch)) {
    return MakeError(
        Reason::kEpochKeyUnavailable,
        "expected the epoch asked for, 32 to 64 bytes and at most 64 terms with times");
  }
  return response;
}

absl::Status EpochKeyTurn::Keep(const JurisdictionId& jurisdiction, EpochKey key) {
  const EpochKeys held = epoch_keys_->GivenBy(peer_, jurisdiction);
  const auto before = held.find(key.epoch);
  if (before != held.end() && before->second.key == key.key && before->second.from == key.from) {
    return absl::OkStatus();
  }
  const uint32_t epoch = key.epoch;
  MRG_RETURN_IF_ERROR(epoch_keys_->SetForeign(jurisdiction, peer_, std::move(key)));
  events_->Write(
      Event::kEpochKeyFetched,
      {{"peer", peer_}, {"jurisdiction", OwnText(jurisdiction.value())}, {"epoch", epoch}});
  return absl::OkStatus();
}

}  // namespace mrg
