#include "gateway/witness/log_standing.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

absl::Status Contradicted(absl::string_view what) {
  return MakeError(Reason::kLogContradicted, what);
}

}  // namespace

LogStanding::LogStanding(const DecisionLog* log, MemberId member, const PublicKey* key,
                         const LogKeyBook* listed_keys)
    : log_(log), member_(std::move(member)), key_(key), listed_keys_(listed_keys) {}

void LogStanding::RequireWitness() {
  MutexLock lock(mu_);
  standing_ = MakeError(Reason::kLogUnwitnessed,
                        absl::StrCat("expected a peer that keeps a checkpoint of ", log_->origin(),
                                     ", or a start with --accept-unwitnessed"));
}

void LogStanding::Accept() {
  MutexLock lock(mu_);
  accepted_ = true;
}

absl::Status LogStanding::PeerKeeps(absl::string_view note) {
  {
    MutexLock lock(mu_);
    if (note == checked_) return absl::OkStatus();
  }
  const absl::Status continues = CheckContinues(note);
  MutexLock lock(mu_);
  if (continues.ok()) {
    checked_ = std::string(note);
    if (ReasonOf(standing_) == Reason::kLogUnwitnessed) standing_ = absl::OkStatus();
  } else if (ReasonOf(continues) == Reason::kLogContradicted) {
    standing_ = continues;
  }
  return continues;
}

absl::Status LogStanding::Check() const {
  MutexLock lock(mu_);
  return accepted_ ? absl::OkStatus() : standing_;
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

absl::Status LogStanding::CheckContinues(absl::string_view note) const {
  MRG_ASSIGN_OR_RETURN(const Checkpoint kept, Verify(note));
  const std::string latest = log_->LatestCheckpoint();
  if (latest.empty()) return Contradicted("a peer kept a checkpoint, and the log is empty");
  MRG_ASSIGN_OR_RETURN(const Checkpoint own, ParseCheckpointBody(latest));
  if (kept.size > own.size) {
    return Contradicted(absl::StrCat("a peer kept a checkpoint of ", kept.size,
                                     " records, and the log has ", own.size));
  }
  if (kept.size == 0) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> proof,
                       log_->ConsistencyProof(kept.size, own.size));
  if (VerifyConsistency(kept.size, own.size, kept.root, own.root, proof).ok()) {
    return absl::OkStatus();
  }
  return Contradicted(
      absl::StrCat("a peer kept another root of the first ", kept.size, " records"));
}

}  // namespace mrg
