#include "gateway/federation/alarms/agreement_alarms.h"

#include <utility>

#include "gateway/base/reason.h"

namespace mrg {
namespace {

// Moves what is in `now` to `before`. Result: what was not in it.
template <typename Fault>
std::vector<Fault> Appeared(std::vector<Fault> now, std::set<typename Fault::Key>* before) {
  std::set<typename Fault::Key> keys;
  for (const Fault& fault : now) keys.insert(fault.key());
  std::erase_if(now, [&](const Fault& fault) { return before->contains(fault.key()); });
  *before = std::move(keys);
  return now;
}

}  // namespace

AgreementAlarms::AgreementAlarms(const std::vector<JurisdictionId>& own,
                                 const TrustMetrics* metrics, EventLog* events)
    : metrics_(metrics), events_(events) {
  for (const JurisdictionId& jurisdiction : own) own_.insert(jurisdiction.value());
}

void AgreementAlarms::Look(const AgreementHistory& agreements, absl::Time now) {
  std::vector<AgreementConflict> conflicts =
      ConflictsFrom(agreements, own_, now, kAgreementFaultsMax);
  std::vector<AgreementMismatch> mismatches =
      MismatchesFrom(agreements, own_, now, kAgreementFaultsMax);
  metrics_->agreement_faults.Set({{"reason", Reason::kAgreementConflict}},
                                 static_cast<double>(conflicts.size()));
  metrics_->agreement_faults.Set({{"reason", Reason::kAgreementMismatch}},
                                 static_cast<double>(mismatches.size()));
  {
    MutexLock lock(mu_);
    conflicts = Appeared(std::move(conflicts), &conflicts_);
    mismatches = Appeared(std::move(mismatches), &mismatches_);
  }
  // Ids and codes have passed their parsers, which leave no room for other text.
  for (const AgreementConflict& conflict : conflicts) {
    events_->Write(Event::kAgreementConflict, {{"counts", OwnText(conflict.first_agreement)},
                                               {"refused", OwnText(conflict.second_agreement)},
                                               {"issuing", OwnText(conflict.issuing)},
                                               {"using", OwnText(conflict.using_side)},
                                               {"type", OwnText(conflict.type_code)},
                                               {"from", conflict.from}});
  }
  for (const AgreementMismatch& mismatch : mismatches) {
    events_->Write(Event::kAgreementMismatch, {{"agreement", OwnText(mismatch.agreement)},
                                               {"revision", mismatch.revision},
                                               {"first", OwnText(mismatch.first_jurisdiction)},
                                               {"second", OwnText(mismatch.second_jurisdiction)}});
  }
}

}  // namespace mrg
