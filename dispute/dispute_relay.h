#ifndef MRG_DISPUTE_DISPUTE_RELAY_H_
#define MRG_DISPUTE_DISPUTE_RELAY_H_

// The two ways out of the dispute package, implemented above it: events to other members' nodes,
// and marks on licences of our own jurisdictions.

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"

namespace mrg {

// Calls DisputeRelayService of other members. Implementations bound each call by a deadline.
class DisputeRelay {
 public:
  virtual ~DisputeRelay() = default;

  // Delivers events of one dispute to `peer`, which may have them already.
  // Result: the sequence of the next event that the peer lacks.
  // Errors: DISPUTE_EVENT_REFUSED and the peer's other answers as they came; FETCH_FAILED when it
  // could not be reached, MEMBER_UNKNOWN when there is no way to it.
  virtual absl::StatusOr<uint64_t> Deliver(const MemberId& peer,
                                           const dispute::v1::DeliverRequest& request) = 0;
};

// The mark 异议中 on the status lists that this node signs. Both steps may come again.
class LicenceMarks {
 public:
  virtual ~LicenceMarks() = default;

  // Marks the licence from `at` on; nothing to do when a mark on it is open.
  // `tag`: 32 raw bytes. Errors: any; it is tried again.
  virtual absl::Status SetMark(const JurisdictionId& jurisdiction, uint32_t epoch,
                               absl::string_view tag, absl::Time at) = 0;

  // Ends the open mark at `at`; nothing to do when none is open.
  virtual absl::Status ClearMark(const JurisdictionId& jurisdiction, uint32_t epoch,
                                 absl::string_view tag, absl::Time at) = 0;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_RELAY_H_
