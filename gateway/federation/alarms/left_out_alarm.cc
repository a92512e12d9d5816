#include "gateway/federation/alarms/left_out_alarm.h"

#include <algorithm>

namespace mrg {

void LeftOutAlarm::Look(const InForceSet& set) {
  std::vector<LeftOutRole> appeared;
  {
    MutexLock lock(mu_);
    std::vector<LeftOutRole>& before = left_out_[set.publisher];
    for (const LeftOutRole& one : set.left_out) {
      const bool known = std::any_of(before.begin(), before.end(), [&](const LeftOutRole& other) {
        return other.through == one.through && other.delegator == one.delegator &&
               other.role == one.role && other.reason == one.reason;
      });
      if (!known) appeared.push_back(one);
    }
    before = set.left_out;
    metrics_->left_out.Set({{"publisher", LabelValue::OfMember(set.publisher)}},
                           static_cast<double>(set.left_out.size()));
  }
  // Role names have passed the federation's rules, which leave no room for other text.
  for (const LeftOutRole& one : appeared) {
    events_->Write(Event::kRoleLeftOut, {{"publisher", set.publisher},
                                         {"through", OwnText(one.through)},
                                         {"delegator", OwnText(one.delegator)},
                                         {"role", OwnText(one.role)},
                                         {"reason", one.reason}});
  }
}

}  // namespace mrg
