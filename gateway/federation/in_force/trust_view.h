#ifndef MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_H_
#define MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_H_

// All that is in force on the node at one moment: of each publisher one set and its content, and
// the snapshot from which decisions are made. One value, so that no reader sees half of a change.
//
// Thread-safe: immutable.

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "dispute/working_calendar.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/in_force/member_content.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/witness/log_keys.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/store/in_force.h"

namespace mrg {

class TrustView {
 public:
  // What one publisher has in force. The pointers are never null.
  struct Publisher {
    std::shared_ptr<const InForceSet> set;
    std::shared_ptr<const MemberContent> content;  // of `set`
    absl::Time since;                              // when the set went in force, since the start
  };

  struct Parts {
    MemberId hub;  // whose calendar and list of members count
    std::map<MemberId, Publisher> publishers;
    std::shared_ptr<const RecognitionSnapshot> recognition;  // never null
  };

  explicit TrustView(Parts parts) : parts_(std::move(parts)) {}

  const std::map<MemberId, Publisher>& publishers() const { return parts_.publishers; }
  const std::shared_ptr<const RecognitionSnapshot>& recognition() const {
    return parts_.recognition;
  }

  // Result: what the publisher has in force; null when nothing is.
  const Publisher* Find(const MemberId& publisher) const {
    const auto found = parts_.publishers.find(publisher);
    return found == parts_.publishers.end() ? nullptr : &found->second;
  }

  // Result: the keys of the publisher's logs; empty when none are in force.
  std::vector<LogKey> LogKeysOf(const MemberId& publisher) const {
    const Publisher* const found = Find(publisher);
    return found == nullptr ? std::vector<LogKey>() : found->content->log_keys;
  }

  // Result: where the publisher says that its node is; null when it does not.
  std::shared_ptr<const trustlist::v1::Contact> ContactOf(const MemberId& publisher) const {
    const Publisher* const found = Find(publisher);
    if (found == nullptr || !found->content->contact.has_value()) return nullptr;
    return {found->content, &*found->content->contact};
  }

  // Result: the hub's calendar, and its list of members; null before its first set.
  std::shared_ptr<const WorkingCalendar> calendar() const {
    const Publisher* const hub = Find(parts_.hub);
    if (hub == nullptr) return nullptr;
    return {hub->content, &hub->content->calendar};
  }
  std::shared_ptr<const trustlist::v1::Federation> federation() const {
    const Publisher* const hub = Find(parts_.hub);
    if (hub == nullptr) return nullptr;
    return {hub->content, &hub->content->federation};
  }

 private:
  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_IN_FORCE_TRUST_VIEW_H_
