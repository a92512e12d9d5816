#include "gateway/daemon/trust_intake.h"

#include <string>

#include "absl/strings/match.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/repository_names.h"

namespace mrg {
namespace {

constexpr char kLogKeysPath[] = "log-keys";
constexpr char kCalendarPrefix[] = "calendar/";

}  // namespace

absl::StatusOr<WorkingCalendar> TrustIntake::ReadCalendar(const InForceSet& set,
                                                          const BlobReader& blobs) {
  WorkingCalendar calendar;
  for (const InForceTarget& target : set.targets) {
    if (!absl::StartsWith(target.path, kCalendarPrefix)) continue;
    MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs.ReadBlob(target.sha256));
    MRG_RETURN_IF_ERROR(calendar.AddText(bytes));
  }
  return calendar;
}

absl::Status TrustIntake::Take(const InForceSet& set, absl::Time now) {
  const InForceTarget* const log_keys = set.FindTarget(kLogKeysPath);
  if (log_keys != nullptr) {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, parts_.blobs->ReadBlob(log_keys->sha256));
    MRG_RETURN_IF_ERROR(parts_.log_keys->Update(set.publisher, bytes));
  }
  if (set.publisher == parts_.hub) {
    MRG_ASSIGN_OR_RETURN(WorkingCalendar calendar, ReadCalendar(set, *parts_.blobs));
    MRG_ASSIGN_OR_RETURN(trustlist::v1::Federation list, ReadFederation(set, *parts_.blobs));
    parts_.calendar->Publish(std::make_shared<const WorkingCalendar>(std::move(calendar)));
    parts_.federation->Publish(std::move(list));
  }
  MRG_RETURN_IF_ERROR(parts_.snapshots->Offer(set, now));
  MRG_RETURN_IF_ERROR(parts_.root_alarms->Look());
  parts_.alarms->Look(parts_.in_force->Current()->agreements().history(), now);
  const RoleVersion* const timestamp = set.FindRole(kTimestampRole);
  const int64_t version = timestamp == nullptr ? 0 : timestamp->version;
  parts_.state->SetInForce(set, now);
  parts_.metrics->version.Set({{"publisher", LabelValue::OfMember(set.publisher)}},
                              static_cast<double>(version));
  parts_.metrics->refreshes.Increment(
      {{"publisher", LabelValue::OfMember(set.publisher)}, {"result", "OK"}});
  parts_.hints->Set(set.publisher, version);
  return absl::OkStatus();
}

void TrustIntake::Refused(const MemberId& publisher, const absl::Status& status) {
  const Reason reason = ReasonOf(status).value_or(Reason::kInvariantBroken);
  parts_.state->SetRefusal(publisher, reason);
  parts_.metrics->refreshes.Increment(
      {{"publisher", LabelValue::OfMember(publisher)}, {"result", reason}});
  parts_.events->WriteFailure(Event::kTrustRefreshFailed, status, "publisher", publisher);
}

}  // namespace mrg
