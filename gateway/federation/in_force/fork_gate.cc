#include "gateway/federation/in_force/fork_gate.h"

#include "absl/strings/escaping.h"
#include "gateway/base/status_macros.h"
#include "trustlist/fork/fork_evidence.h"

namespace mrg {

ForkGate::ForkGate(ForkStore* forks, TrustIntake* intake, const TrustMetrics* metrics,
                   EventLog* events)
    : forks_(forks), intake_(intake), metrics_(metrics), events_(events) {}

void ForkGate::OnFork(const trustlist::v1::ForkEvidence& evidence) {
  const auto publisher = MemberId::Parse(evidence.publisher());
  if (!publisher.ok()) return;
  const std::string id = absl::BytesToHexString(ForkEvidenceId(evidence));
  events_->Write(Event::kPublisherForked, {{"publisher", *publisher}, {"evidence", OwnText(id)}});
  const absl::Status closed = Sync(*publisher);
  if (!closed.ok()) {
    events_->WriteFailure(Event::kSnapshotRefused, closed, "publisher", *publisher);
  }
}

absl::Status ForkGate::Sync(const MemberId& publisher) {
  MRG_ASSIGN_OR_RETURN(bool frozen, forks_->IsFrozen(publisher));
  while (true) {
    metrics_->forked.Set({{"publisher", LabelValue::OfMember(publisher)}}, frozen ? 1 : 0);
    MRG_RETURN_IF_ERROR(intake_->SetForked(publisher, frozen));
    // What was read may be old: another fork came while this one was answered, and closed the gate
    // before this opened it.
    MRG_ASSIGN_OR_RETURN(const bool now_frozen, forks_->IsFrozen(publisher));
    if (now_frozen == frozen) return absl::OkStatus();
    frozen = now_frozen;
  }
}

absl::Status ForkGate::Resume(const MemberId& publisher, absl::string_view id,
                              absl::string_view because, absl::Time now) {
  MRG_RETURN_IF_ERROR(forks_->Resume(publisher, id, because, now));
  const std::string hex = absl::BytesToHexString(id);
  events_->Write(Event::kPublisherResumed, {{"publisher", publisher}, {"evidence", OwnText(hex)}});
  return Sync(publisher);
}

}  // namespace mrg
