#include "gateway/federation/follow/hint_turn.h"

#include <utility>

namespace mrg {

HintTurn::HintTurn(PeerConnection* connection, absl::Duration again, RetrySchedule retry,
                   OnHint on_hint)
    : connection_(connection), on_hint_(std::move(on_hint)), turn_(again, retry) {}

void HintTurn::RunOnce(absl::Time now) {
  if (stream_ != nullptr) {
    if (!stream_->HasEnded()) return;
    const bool has_served = live_.load() && !stream_->WasFlooded();
    stream_.reset();
    if (has_served) turn_.Succeeded(opened_at_);
  }
  if (!turn_.Due(now)) return;
  // Until a hint comes it counts as one more that failed.
  turn_.Failed(now);
  opened_at_ = now;
  live_.store(false);
  stream_ = connection_->WatchHints(
      [this](const std::string& publisher, int64_t version) { Hinted(publisher, version); });
}

void HintTurn::Hinted(const std::string& publisher, int64_t version) {
  live_.store(true);
  const auto member = MemberId::Parse(publisher);
  if (member.ok()) on_hint_(*member, version);
}

}  // namespace mrg
