#include "gateway/answer/stale_list_log.h"

namespace mrg {

void StaleListLog::Tell(const StaleList& list) {
  const absl::Time end = list.held_until.value_or(absl::InfinitePast());
  {
    MutexLock lock(mu_);
    const auto [told, is_new] = told_.try_emplace({list.publisher, list.role}, end);
    if (!is_new && told->second == end) return;
    told->second = end;
  }
  const EventField publisher = {"publisher", OwnText(list.publisher)};
  const EventField role = {"role", OwnText(list.role)};
  if (list.held_until.has_value()) {
    events_->Write(Event::kTrustStale, {publisher, role, {"held_until", *list.held_until}});
  } else {
    events_->Write(Event::kTrustStale, {publisher, role});
  }
}

}  // namespace mrg
