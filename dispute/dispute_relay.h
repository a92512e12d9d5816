#ifndef MRG_DISPUTE_DISPUTE_RELAY_H_
#define MRG_DISPUTE_DISPUTE_RELAY_H_

// The two ways out of the dispute package, implemented above it: events to other members' nodes,
// and marks on licences of our own jurisdictions.

#include <cstdint>
#include <string>
#include <vector>

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

// A mark 异议中 that is to begin, or to end, at `at`.
struct MarkChange {
  JurisdictionId jurisdiction;  // issuing, one of our own
  uint32_t epoch = 0;
  std::string tag;  // of the licence, 32 raw bytes
  bool set = false;
  absl::Time at;
};

// The marks 异议中 on the status lists that this node signs.
class LicenceMarks {
 public:
  virtual ~LicenceMarks() = default;

  // Makes the changes, in order, in one publication. One that is made already is no fault: a mark
  // that is open is not set again, and without an open one nothing is lifted.
  // Result: one status a change. Errors: any; it is tried again.
  virtual std::vector<absl::Status> Change(const std::vector<MarkChange>& changes) = 0;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_RELAY_H_
