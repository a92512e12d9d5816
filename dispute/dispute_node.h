#ifndef MRG_DISPUTE_DISPUTE_NODE_H_
#define MRG_DISPUTE_DISPUTE_NODE_H_

// Who this node is in disputes, and what it must ask of the parts above: who answers for a
// jurisdiction, and which working days are published.
//
// Thread-safe, as far as the functions given are.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "dispute/dispute_id.h"
#include "dispute/working_calendar.h"
#include "gateway/base/identifiers.h"

namespace mrg {

struct DisputeNode {
  MemberId member;  // that the node belongs to
  SpiffeId node;    // actor of the events that no worker causes
  // Jurisdictions that the member answers for: marks on their licences are set here, and only here.
  std::set<JurisdictionId> jurisdictions;
  // Result: the member that answers for a jurisdiction; nullopt when none is known. Not empty.
  std::function<std::optional<MemberId>(const JurisdictionId& jurisdiction)> member_of;
  // Result: the published working days; null is taken as none. Not empty.
  std::function<std::shared_ptr<const WorkingCalendar>()> calendar;

  // Result: never null.
  std::shared_ptr<const WorkingCalendar> Calendar() const {
    std::shared_ptr<const WorkingCalendar> published = calendar();
    return published != nullptr ? published : std::make_shared<const WorkingCalendar>();
  }
};

// Called after every commit that changed a dispute, without a lock held and on the thread that
// changed it: wakes the outbox and the streams that watch. May be empty.
using DisputeChanged = std::function<void(const std::string& dispute)>;

inline void Tell(const DisputeChanged& changed, const DisputeId& dispute) {
  if (changed) changed(dispute.value());
}

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_NODE_H_
