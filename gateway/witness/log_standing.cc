#include "gateway/witness/log_standing.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {

LogStanding::LogStanding(const DecisionLog* log, MemberId member, const PublicKey* key,
                         const LogKeyBook* listed_keys, OrderedStore* store)
    : log_(log),
      member_(std::move(member)),
      key_(key),
      listed_keys_(listed_keys),
      contradictions_(store, log->origin()),
      keepers_(store, log->origin()),
      kept_fault_(store, log->origin()) {}

absl::Status LogStanding::TakeUp() {
  const absl::Status fault = kept_fault_.Kept();
  if (!fault.ok() && ReasonOf(fault) != Reason::kStoreCorrupt) return fault;
  if (!fault.ok()) RecordsAreFaulty(fault);
  MRG_ASSIGN_OR_RETURN(std::set<MemberId> kept_before, keepers_.All());
  {
    MutexLock lock(mu_);
    kept_before_ = std::move(kept_before);
  }
  MRG_ASSIGN_OR_RETURN(const std::vector<Checkpoint> found, contradictions_.NotAccepted());
  for (const Checkpoint& kept : found) {
    MRG_RETURN_IF_ERROR(Judge(kept, "a peer or the mark, as an earlier start found,"));
  }
  return absl::OkStatus();
}

void LogStanding::RequireWitness(std::set<MemberId> peers) {
  MutexLock lock(mu_);
  needs_answer_ = true;
  some_is_kept_ = false;
  none_is_kept_ = false;
  silent_keepers_.clear();
  for (const MemberId& peer : peers) {
    if (kept_before_.contains(peer)) silent_keepers_.insert(peer);
  }
  not_asked_ = std::move(peers);
}

absl::Status LogStanding::PeerAnswered(const MemberId& peer, bool keeps) {
  {
    MutexLock lock(mu_);
    not_asked_.erase(peer);
    silent_keepers_.erase(peer);
    (keeps ? some_is_kept_ : none_is_kept_) = true;
    if (!keeps || kept_before_.contains(peer)) return absl::OkStatus();
  }
  MRG_RETURN_IF_ERROR(keepers_.Note(peer));
  MutexLock lock(mu_);
  kept_before_.insert(peer);
  return absl::OkStatus();
}

void LogStanding::PeerFailed(const MemberId& peer) {
  MutexLock lock(mu_);
  not_asked_.erase(peer);
}

void LogStanding::RecordsAreFaulty(const absl::Status& fault) {
  MutexLock lock(mu_);
  fault_ = fault;
}

absl::Status LogStanding::KeepReadFault() {
  const absl::Status fault = log_->ReadFault();
  if (fault.ok()) return fault;
  bool is_new = false;
  bool is_to_keep = false;
  {
    MutexLock lock(mu_);
    is_new = !read_fault_told_;
    read_fault_told_ = true;
    is_to_keep = !read_fault_kept_ && !records_accepted_;
  }
  if (is_to_keep && kept_fault_.Keep(fault).ok()) {
    MutexLock lock(mu_);
    read_fault_kept_ = true;
  }
  return is_new ? fault : absl::OkStatus();
}

absl::StatusOr<size_t> LogStanding::Accept() {
  MRG_ASSIGN_OR_RETURN(const size_t accepted, contradictions_.AcceptAll(log_->size()));
  MRG_RETURN_IF_ERROR(kept_fault_.Forget());
  const absl::Status read_fault = log_->ReadFault();
  MutexLock lock(mu_);
  records_accepted_ = !fault_.ok() || !read_fault.ok();
  fault_ = absl::OkStatus();
  contradiction_ = absl::OkStatus();
  needs_answer_ = false;
  return accepted;
}

absl::Status LogStanding::PeerKeeps(absl::string_view note) {
  {
    MutexLock lock(mu_);
    if (note == checked_) return absl::OkStatus();
  }
  MRG_ASSIGN_OR_RETURN(const Checkpoint kept, Verify(note));
  MRG_RETURN_IF_ERROR(Judge(kept, "a peer"));
  MutexLock lock(mu_);
  checked_ = std::string(note);
  return absl::OkStatus();
}

absl::Status LogStanding::MarkKeeps(absl::string_view note) {
  const auto kept = ParseCheckpointBody(note);
  if (!kept.ok() || kept->origin != log_->origin()) {
    return MakeError(Reason::kStoreCorrupt,
                     absl::StrCat("expected a checkpoint of ", log_->origin()));
  }
  return Judge(*kept, "the mark outside the store");
}

absl::Status LogStanding::Judge(const Checkpoint& kept, absl::string_view keeper) {
  const absl::Status continues = CheckContinues(kept, keeper);
  if (ReasonOf(continues) != Reason::kLogContradicted) return continues;
  const auto accepted = contradictions_.IsAccepted(kept);
  if (accepted.ok() && *accepted) return absl::OkStatus();
  const absl::Status noted = contradictions_.Note(kept);
  MutexLock lock(mu_);
  contradiction_ = continues;
  return noted.ok() ? continues : noted;
}

absl::Status LogStanding::Check() const {
  const absl::Status read_fault = log_->ReadFault();
  MutexLock lock(mu_);
  if (!fault_.ok()) return fault_;
  if (!read_fault.ok() && !records_accepted_) return read_fault;
  if (!contradiction_.ok()) return contradiction_;
  const bool answered = some_is_kept_ || (none_is_kept_ && silent_keepers_.empty());
  if (!needs_answer_ || (answered && not_asked_.empty())) return absl::OkStatus();
  const std::string kept_before =
      silent_keepers_.empty()
          ? ""
          : absl::StrCat(" (kept before by ",
                         absl::StrJoin(silent_keepers_, ", ",
                                       [](std::string* out, const MemberId& peer) {
                                         absl::StrAppend(out, peer.value());
                                       }),
                         ")");
  return MakeError(Reason::kLogUnwitnessed,
                   absl::StrCat("expected a peer that says what it keeps of ", log_->origin(),
                                kept_before, ", or a start with --accept-unwitnessed"));
}

absl::StatusOr<Checkpoint> LogStanding::Verify(absl::string_view note) const {
  auto checkpoint = ParseSignedCheckpoint(note, log_->origin(), *key_);
  if (checkpoint.ok()) return checkpoint;
  // The peer may have kept it before the log's key was rotated.
  for (const LogKey& listed : listed_keys_->KeysOf(member_)) {
    if (listed.origin != log_->origin()) continue;
    auto earlier = ParseSignedCheckpoint(note, log_->origin(), listed.key);
    if (earlier.ok()) return earlier;
  }
  return checkpoint;
}

absl::Status LogStanding::CheckContinues(const Checkpoint& kept, absl::string_view keeper) const {
  if (kept.size == 0) return absl::OkStatus();
  const std::string latest = log_->LatestCheckpoint();
  Checkpoint own;
  if (!latest.empty()) {
    MRG_ASSIGN_OR_RETURN(own, ParseCheckpointBody(latest));
  }
  if (kept.size > own.size) {
    return MakeError(Reason::kLogContradicted,
                     absl::StrCat(keeper, " kept a checkpoint of ", kept.size,
                                  " records, and the log has ", own.size));
  }
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> proof,
                       log_->ConsistencyProof(kept.size, own.size));
  if (VerifyConsistency(kept.size, own.size, kept.root, own.root, proof).ok()) {
    return absl::OkStatus();
  }
  return MakeError(Reason::kLogContradicted,
                   absl::StrCat(keeper, " kept another root of the first ", kept.size, " records"));
}

}  // namespace mrg
