#include "gateway/federation/peer_clocks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace mrg {
namespace {

// Clocks part by parts of a second in that time, and a peer is asked once an hour at least.
constexpr absl::Duration kReadingCounts = absl::Hours(2);

// One peer's word, be it the hub's or that of the only one there is, stops no node.
constexpr size_t kConcurMin = 2;

// Peers whose clocks are all too far ahead, or all too far behind.
struct Side {
  size_t peers = 0;
  std::string names;
  absl::Duration least = absl::InfiniteDuration();  // of their differences

  void Add(const MemberId& peer, absl::Duration difference) {
    ++peers;
    absl::StrAppend(&names, names.empty() ? "" : ", ", peer.value());
    least = std::min(least, absl::AbsDuration(difference));
  }
};

}  // namespace

void PeerClocks::Heard(const MemberId& peer, absl::Time theirs, absl::Duration asked,
                       absl::Duration answered) {
  const absl::Duration half = (answered - asked) / 2;
  MutexLock lock(mu_);
  Reading& reading = readings_[peer];
  reading.at_zero = theirs - (asked + half);
  reading.within = half;
  reading.answered = answered;
}

std::string PeerClocks::Look(absl::Time now, absl::Duration monotonic) {
  size_t heard = 0;
  Side ahead, behind;
  std::vector<std::pair<MemberId, int64_t>> news;
  {
    MutexLock lock(mu_);
    for (auto& [peer, reading] : readings_) {
      if (monotonic - reading.answered > kReadingCounts) continue;
      ++heard;
      const absl::Duration difference = reading.at_zero + monotonic - now;
      metrics_->peer_clock_difference_seconds.Set({{"peer", LabelValue::OfMember(peer)}},
                                                  absl::ToDoubleSeconds(difference));
      const bool differs = absl::AbsDuration(difference) - reading.within > kClockDifferenceMax;
      if (differs) (difference > absl::ZeroDuration() ? ahead : behind).Add(peer, difference);
      if (differs && !reading.told) news.emplace_back(peer, absl::ToInt64Seconds(difference));
      reading.told = differs;
    }
  }
  for (const auto& [peer, seconds] : news) {
    events_->Write(Event::kPeerClockDiffers, {{"peer", peer}, {"seconds", seconds}});
  }
  const Side& side = ahead.peers > behind.peers ? ahead : behind;
  if (side.peers * 2 <= heard || side.peers < kConcurMin) return "";
  return absl::StrCat("the clock is ", absl::ToInt64Seconds(side.least), " s ",
                      &side == &ahead ? "behind" : "ahead of", " those of ", side.names,
                      "; expected at most ", absl::ToInt64Seconds(kClockDifferenceMax), " s");
}

}  // namespace mrg
