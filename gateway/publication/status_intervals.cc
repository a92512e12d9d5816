#include "gateway/publication/status_intervals.h"

#include <algorithm>

#include "gateway/base/proto_time.h"
#include "gateway/recognition/licence_status.h"

namespace mrg {
namespace {

using gateway::v1::LicenceStatusEntry;
using gateway::v1::LicenceStatusInterval;
using gateway::v1::LicenceStatusKind;

absl::Time UntilOf(const LicenceStatusInterval& interval) {
  return interval.has_until() ? ToTime(interval.until()) : absl::InfiniteFuture();
}

bool HoldsForGood(const LicenceStatusInterval& interval, absl::Time now) {
  return HoldsAt(interval, now) && !interval.has_until();
}

// Drops what ended first of each kind that has too many, and brings all in the order of their
// beginnings.
void Compact(LicenceStatusEntry* entry) {
  auto* const intervals = entry->mutable_intervals();
  for (int kind = 1; kind <= gateway::v1::LicenceStatusKind_MAX; ++kind) {
    const auto is_of_kind = [kind](const LicenceStatusInterval& one) { return one.kind() == kind; };
    while (std::count_if(intervals->begin(), intervals->end(), is_of_kind) > kIntervalsOfKindMax) {
      intervals->erase(
          std::min_element(intervals->begin(), intervals->end(),
                           [&](const LicenceStatusInterval& a, const LicenceStatusInterval& b) {
                             if (is_of_kind(a) != is_of_kind(b)) return is_of_kind(a);
                             return UntilOf(a) < UntilOf(b);
                           }));
    }
  }
  std::stable_sort(intervals->begin(), intervals->end(),
                   [](const LicenceStatusInterval& a, const LicenceStatusInterval& b) {
                     return ToTime(a.from()) < ToTime(b.from());
                   });
}

}  // namespace

bool IsUnended(LicenceStatusKind kind, absl::Time now, const LicenceStatusEntry& entry) {
  return std::any_of(entry.intervals().begin(), entry.intervals().end(),
                     [&](const LicenceStatusInterval& interval) {
                       return interval.kind() == kind && !IsOver(interval, now);
                     });
}

bool BeginInterval(LicenceStatusKind kind, absl::Time from, absl::Time now,
                   LicenceStatusEntry* entry) {
  LicenceStatusInterval* unended = nullptr;
  for (LicenceStatusInterval& interval : *entry->mutable_intervals()) {
    if (interval.kind() != kind) continue;
    if (HoldsForGood(interval, now)) return false;
    // One that ended after `from` goes on: what began at `from` came when it was over already.
    if (!IsOver(interval, from)) unended = &interval;
  }
  if (unended == nullptr) {
    unended = entry->add_intervals();
    unended->set_kind(kind);
    *unended->mutable_from() = ToTimestamp(from);
  }
  unended->clear_until();
  if (!HoldsAt(*unended, now)) *unended->mutable_from() = ToTimestamp(from);
  Compact(entry);
  return true;
}

bool EndIntervals(LicenceStatusKind kind, absl::Time at, absl::Time now,
                  LicenceStatusEntry* entry) {
  if (!IsUnended(kind, now, *entry)) return false;
  auto* const intervals = entry->mutable_intervals();
  intervals->erase(std::remove_if(intervals->begin(), intervals->end(),
                                  [&](const LicenceStatusInterval& interval) {
                                    return interval.kind() == kind && now < ToTime(interval.from());
                                  }),
                   intervals->end());
  for (LicenceStatusInterval& interval : *intervals) {
    if (interval.kind() != kind || IsOver(interval, now)) continue;
    *interval.mutable_until() = ToTimestamp(std::max(at, ToTime(interval.from())));
  }
  Compact(entry);
  return true;
}

}  // namespace mrg
