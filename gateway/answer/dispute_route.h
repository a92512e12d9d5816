#ifndef MRG_GATEWAY_ANSWER_DISPUTE_ROUTE_H_
#define MRG_GATEWAY_ANSWER_DISPUTE_ROUTE_H_

// Who answers for a dispute about a decision, by the agreements in force: asked when it is filed
// here, and again of what other members say they filed.
//
// Thread-safe: a pure function.

#include "absl/time/time.h"
#include "dispute/routing.h"
#include "gateway/base/identifiers.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "mrg/dispute/v1/dispute.pb.h"

namespace mrg {

// Whose licence was used where.
struct DisputedUse {
  JurisdictionId issuing;
  JurisdictionId using_side;
  LicenceTypeCode type_code;
};

// Result: where the agreement in force at `t` sends a dispute of the kind; to the hub when it says
// nothing, or nobody is known to answer for the jurisdiction that it names.
// Source: docs/LIFE_OF_A_DISPUTE.md, step 2.
Destination DestinationAt(const RecognitionSnapshot& snapshot, const MemberId& hub,
                          const DisputedUse& use, dispute::v1::DisputeKind kind, absl::Time t);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_DISPUTE_ROUTE_H_
