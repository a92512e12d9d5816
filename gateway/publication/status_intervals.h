#ifndef MRG_GATEWAY_PUBLICATION_STATUS_INTERVALS_H_
#define MRG_GATEWAY_PUBLICATION_STATUS_INTERVALS_H_

// How the intervals of a status entry begin and end. What a change reports is what readers see at
// once: an interval that a clock which ran ahead began or ended later than now is none that stands,
// by the rule of licence_status.h, and is brought to now.
//
// What is over counts for no decision to come, and earlier ones are decided again from the lists
// that they rest on; so of each kind the newest are kept, and one always has room.
//
// Thread-safe: pure functions.

#include "absl/time/time.h"
#include "gateway/recognition/entry_scan.h"
#include "mrg/gateway/v1/status.pb.h"

namespace mrg {

// Intervals of one kind in an entry that was changed. Of the four kinds together as many as readers
// take.
inline constexpr int kIntervalsOfKindMax = 64;
static_assert(gateway::v1::LicenceStatusKind_MAX * kIntervalsOfKindMax <=
              kLicenceStatusIntervalsMax);

// Result: whether one of the kind holds at `now` or will.
bool IsUnended(gateway::v1::LicenceStatusKind kind, absl::Time now,
               const gateway::v1::LicenceStatusEntry& entry);

// Makes the kind hold at `now` without an end: from `from` on where none held then. Result: whether
// the entry was changed. REQUIRES: from <= now.
bool BeginInterval(gateway::v1::LicenceStatusKind kind, absl::Time from, absl::Time now,
                   gateway::v1::LicenceStatusEntry* entry);

// Ends what is not over of the kind at `at`, so that none holds from `now` on; what was to begin
// later is gone. Result: whether the entry was changed. REQUIRES: at <= now.
bool EndIntervals(gateway::v1::LicenceStatusKind kind, absl::Time at, absl::Time now,
                  gateway::v1::LicenceStatusEntry* entry);

}  // namespace mrg

#endif  // MRG_GATEWAY_PUBLICATION_STATUS_INTERVALS_H_
