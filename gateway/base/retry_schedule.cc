#include "gateway/base/retry_schedule.h"

namespace mrg {
namespace {

// Spreads neighbouring inputs over all values. Source: SplitMix64 (Steele, Lea, Flood 2014).
uint64_t Mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// Result: a number in [0, 1) of 53 bits.
double PartOf(uint64_t seed, uint64_t turn) {
  constexpr double kSteps = 9007199254740992.0;  // 2^53
  return static_cast<double>(Mix(seed ^ Mix(turn)) >> 11) / kSteps;
}

}  // namespace

RetrySchedule::RetrySchedule(absl::Duration first, absl::Duration max, uint64_t seed)
    : first_(first), max_(max), seed_(seed) {}

absl::Duration RetrySchedule::WaitAfter(int64_t failures) const {
  const absl::Duration half = LongestAfter(failures) / 2;
  return half + half * Part(static_cast<uint64_t>(failures));
}

absl::Duration RetrySchedule::LongestAfter(int64_t failures) const {
  absl::Duration whole = first_;
  // Doubles at most until the bound, however many failures there were.
  for (int64_t i = 1; i < failures && whole < max_; ++i) whole *= 2;
  return whole > max_ ? max_ : whole;
}

double RetrySchedule::Part(uint64_t turn) const { return PartOf(seed_, turn); }

}  // namespace mrg
