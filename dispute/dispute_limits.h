#ifndef MRG_DISPUTE_DISPUTE_LIMITS_H_
#define MRG_DISPUTE_DISPUTE_LIMITS_H_

// Every bound of the dispute package, with its unit and its reason.

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace mrg {

// The cited receipt, bytes: a record of the decision log (65,535) is its largest part, and usual
// ones are below 8 KiB.
inline constexpr size_t kDisputeReceiptBytesMax = 65536;
// The filer's words, bytes of UTF-8: about 1,300 Chinese characters.
inline constexpr size_t kDisputeDescriptionBytesMax = 4000;
// An explanation in one language, bytes of UTF-8.
inline constexpr size_t kDisputeExplanationBytesMax = 2000;
// Canonical bytes of one event: receipt, description and two SPIFFE ids with room to spare.
inline constexpr size_t kDisputeEventBytesMax = 81920;
// Events in one Deliver call: with the largest events it stays near the listeners' bound, as only
// event 1 carries a receipt.
inline constexpr size_t kDisputeEventsPerCallMax = 16;
// Urgency within a queue, 0 to this.
inline constexpr uint32_t kDisputePriorityMax = 9;

// How far another node's clock may be ahead of ours; an event from further ahead is refused until
// its time has come. Nodes that differ by more than seconds are not ready anyway.
inline constexpr absl::Duration kDisputeClockAheadMax = absl::Minutes(10);

// Disputes that one other member may file here at once; after that one a second. What a whole
// region files in a usual minute; after days without a connection the rest comes over some hours.
inline constexpr int kRelayedFilingsAtOnceMax = 60;
// Disputes of one other member that are open here at once. With the largest receipts they hold
// 0.8 GB, with usual ones 0.1 GB; what is closed makes room.
inline constexpr size_t kRelayedOpenDisputesMax = 10000;
// How often they are counted anew while a member is at that bound.
inline constexpr absl::Duration kRelayedCountPeriod = absl::Seconds(10);
// How much older than its arrival a filing may count as in the order of a queue: the longest
// delivery that is expected, three days (docs/threats.md D09), with room. What is older is taken,
// too.
inline constexpr absl::Duration kRelayedAgeMax = absl::Hours(24 * 7);

// Cases claimed in one call.
inline constexpr int kDisputeClaimsMax = 100;
// Length of a lease: shorter ones would end in a slow network, longer ones would hide a dead worker
// for more than a day's work.
inline constexpr absl::Duration kDisputeLeaseMin = absl::Seconds(30);
inline constexpr absl::Duration kDisputeLeaseMax = absl::Hours(12);
// Ended leases that one call returns to their queue.
inline constexpr size_t kDisputeLeasesReturnedMax = 1024;

// How often an operation is worked out anew because another writer was first. Each round means that
// somebody else got on, so more is reached only by a fault.
inline constexpr int kDisputeRoundsMax = 16;

// Disputes on one page.
inline constexpr int kDisputePageMax = 100;
inline constexpr int kDisputePageDefault = 50;
// A page token, bytes.
inline constexpr size_t kDisputePageTokenBytesMax = 512;
// Disputes looked at for one page, also when few of them are wanted.
inline constexpr size_t kDisputesExaminedMax = 500;

// Disputes of one peer that the outbox works on in a turn, so that a long backlog of one peer does
// not hold up the others; and disputes it looks at, most of which may be waiting for a later try.
inline constexpr size_t kOutboxDisputesPerTurnMax = 64;
inline constexpr size_t kOutboxDisputesExaminedMax = 1024;
// Deliver calls for one dispute in a turn: its pending events, all of them again after a refusal,
// and the rest that the peer then names.
inline constexpr int kOutboxCallsPerDisputeMax = 4;

// Marks are published at most this often, those of so many disputes at once: 512 histories are at
// most 42 MB, and an honest federation accepts less in a day.
inline constexpr absl::Duration kMarkPublicationPeriod = absl::Seconds(1);
inline constexpr size_t kMarksPerPublicationMax = 512;

// Rows of one working-day calendar (a year has fewer than ten holidays), and its file's bytes.
inline constexpr int kCalendarRowsMax = 64;
inline constexpr size_t kCalendarFileBytesMax = size_t{64} << 10;
// A term, working days: the longest of the rules found is 20.
inline constexpr int kTermDaysMax = 366;

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_LIMITS_H_
