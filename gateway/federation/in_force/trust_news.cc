#include "gateway/federation/in_force/trust_news.h"

#include <cstdint>

#include "gateway/base/reason.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

void TrustNews::OnTaken(const TrustView& view, const MemberId& publisher, absl::Time now) {
  const absl::Status looked = parts_.root_alarms->Look();
  if (!looked.ok()) {
    parts_.events->WriteFailure(Event::kTrustRefreshFailed, looked, "publisher", publisher);
  }
  parts_.agreement_alarms->Look(view.recognition()->agreements().history(), now);
  parts_.jurisdiction_alarm->Look(*view.recognition());
  const InForceSet& set = *view.Find(publisher)->set;
  parts_.left_out_alarm->Look(set);
  const RoleVersion* const timestamp = set.FindRole(kTimestampRole);
  const int64_t version = timestamp == nullptr ? 0 : timestamp->version;
  parts_.state->SetRefreshed(publisher, now);
  parts_.metrics->version.Set({{"publisher", LabelValue::OfMember(publisher)}},
                              static_cast<double>(version));
  parts_.metrics->refreshes.Increment(
      {{"publisher", LabelValue::OfMember(publisher)}, {"result", "OK"}});
  parts_.hints->Set(publisher, version);
}

void TrustNews::OnRefused(const MemberId& publisher, const absl::Status& status) {
  const Reason reason = ReasonOf(status).value_or(Reason::kInvariantBroken);
  parts_.state->SetRefusal(publisher, reason);
  parts_.metrics->refreshes.Increment(
      {{"publisher", LabelValue::OfMember(publisher)}, {"result", reason}});
  parts_.events->WriteFailure(Event::kTrustRefreshFailed, status, "publisher", publisher);
}

}  // namespace mrg
