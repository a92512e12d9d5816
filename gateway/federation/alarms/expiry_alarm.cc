#include "gateway/federation/alarms/expiry_alarm.h"

#include <algorithm>

#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

constexpr absl::Duration kToldAgainAfter = absl::Hours(24);

}  // namespace

void ExpiryAlarm::Look(const InForceSet& set, absl::Time now) {
  absl::Time root_ends = absl::InfiniteFuture();
  absl::Time targets_end = absl::InfiniteFuture();
  int running_out = 0;
  for (const RoleVersion& role : set.roles) {
    if (role.role == kTimestampRole || role.role == kSnapshotRole || role.role == online_role_) {
      continue;
    }
    const bool is_root = role.role == kRootRole;
    absl::Time& ends = is_root ? root_ends : targets_end;
    ends = std::min(ends, role.expires);
    if (role.expires - now > (is_root ? windows_.root : windows_.targets)) continue;
    ++running_out;
    if (!IsTimeToTell(set.publisher.value(), role, now)) continue;
    events_->Write(Event::kTrustRunsOut, {{"publisher", set.publisher},
                                          {"role", OwnText(role.role)},
                                          {"version", role.version},
                                          {"expires", role.expires}});
  }
  const LabelValue publisher = LabelValue::OfMember(set.publisher);
  metrics_->expires_seconds.Set({{"publisher", publisher}, {"role", "root"}},
                                absl::ToDoubleSeconds(root_ends - now));
  metrics_->expires_seconds.Set({{"publisher", publisher}, {"role", "targets"}},
                                absl::ToDoubleSeconds(targets_end - now));
  metrics_->running_out.Set({{"publisher", publisher}}, running_out);
}

bool ExpiryAlarm::IsTimeToTell(const std::string& publisher, const RoleVersion& role,
                               absl::Time now) {
  Told& told = told_[{publisher, role.role}];
  // A clock that stepped back must not silence the alarm.
  const bool lately =
      told.version == role.version && told.at <= now && now < told.at + kToldAgainAfter;
  if (lately) return false;
  told = {role.version, now};
  return true;
}

}  // namespace mrg
