#ifndef MRG_DISPUTE_DISPUTE_HISTORY_H_
#define MRG_DISPUTE_DISPUTE_HISTORY_H_

// The events of one dispute from 1 on, as far as this node knows them, and what follows from them:
// owner, stage, times. A history only grows, and only by an event that continues it.
//
// Pure; a history belongs to one thread, a const one may be read by many.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dispute/dispute_id.h"
#include "dispute/transition.h"
#include "gateway/base/identifiers.h"
#include "mrg/dispute/v1/dispute.pb.h"

namespace mrg {

// Result: `time` cut down to whole microseconds, as events and keys hold it.
inline absl::Time WholeMicros(absl::Time time) {
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

class DisputeHistory {
 public:
  // A history without events.
  explicit DisputeHistory(DisputeId id) : id_(std::move(id)) {}

  // Appends the event with these canonical bytes.
  // Errors: DISPUTE_EVENT_REFUSED when it is of another dispute, breaks a rule of dispute_events,
  // or is a step that the stage does not allow; the history is then as before.
  absl::Status Append(absl::string_view bytes);

  // Result: an event that continues this history but for its body: next sequence, digest of the
  // last event, owner as now, time `now` in whole microseconds, or the last event's when that is
  // later (clocks step back, and those of other nodes may be ahead). REQUIRES: not empty.
  dispute::v1::DisputeEvent Next(const SpiffeId& actor, absl::Time now) const;

  const DisputeId& id() const { return id_; }
  bool empty() const { return events_.empty(); }
  // Result: number of the last event, which is also their count; 0 when empty.
  uint64_t last_sequence() const { return events_.size(); }
  const std::vector<dispute::v1::DisputeEvent>& events() const { return events_; }
  // Result: the events' canonical bytes, in the same order.
  const std::vector<std::string>& bytes() const { return bytes_; }

  // Result: the stage, never VERIFYING; kNone when empty.
  DisputeStage stage() const { return stage_; }

  // All of these: REQUIRES: not empty.
  const dispute::v1::DisputeFiled& filed() const { return events_.front().filed(); }
  const std::string& filer() const { return events_.front().actor(); }
  const std::string& owner() const { return events_.back().owner_member(); }
  uint64_t owner_epoch() const { return events_.back().owner_epoch(); }
  // Result: queue at the owner; empty when FILED says that a transfer follows, and none did yet.
  const std::string& queue() const;
  uint32_t priority() const;
  absl::Time filed_at() const;
  // Result: time of the event that led to the present stage.
  absl::Time stage_since() const;
  // Result: the event of this step; null when there is none.
  const dispute::v1::DisputeEvent* Find(DisputeStep step) const;

 private:
  DisputeId id_;
  std::vector<dispute::v1::DisputeEvent> events_;
  std::vector<std::string> bytes_;
  DisputeStage stage_ = DisputeStage::kNone;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_HISTORY_H_
