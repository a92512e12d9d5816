#include "gateway/federation/alarms/jurisdiction_alarm.h"

#include <string>
#include <utility>

namespace mrg {

void JurisdictionAlarm::Look(const RecognitionSnapshot& snapshot) {
  const auto list = list_->Current();
  if (list == nullptr) return;
  std::map<JurisdictionId, MemberId> differing;
  for (const trustlist::v1::FederationMember& entry : list->members()) {
    const auto listed = MemberId::Parse(entry.member());
    if (!listed.ok()) continue;
    for (const std::string& text : entry.jurisdictions()) {
      const auto jurisdiction = JurisdictionId::Parse(text);
      if (!jurisdiction.ok() || snapshot.MemberOf(*jurisdiction) == *listed) continue;
      differing.emplace(*jurisdiction, *listed);
    }
  }
  metrics_->jurisdiction_conflicts.Set({}, static_cast<double>(differing.size()));
  std::map<JurisdictionId, MemberId> told;
  {
    MutexLock lock(mu_);
    told = std::exchange(differing_, differing);
  }
  for (const auto& [jurisdiction, listed] : differing) {
    const auto before = told.find(jurisdiction);
    if (before != told.end() && before->second == listed) continue;
    events_->Write(Event::kMemberJurisdictionConflict,
                   {{"publisher", listed}, {"jurisdiction", jurisdiction}});
  }
}

}  // namespace mrg
