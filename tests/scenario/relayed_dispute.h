#ifndef MRG_TESTS_SCENARIO_RELAYED_DISPUTE_H_
#define MRG_TESTS_SCENARIO_RELAYED_DISPUTE_H_

// A dispute as a member writes it that keeps to its own rules alone: event by event, each with
// whatever the test puts into it, chained as the other side expects.
//
// Thread-safe as far as values are.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "mrg/dispute/v1/dispute.pb.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"

namespace mrg {

class RelayedDispute {
 public:
  // FILED by the Delta's node, now, about a Chongqing driving licence that was used in Shanghai,
  // without queue.
  RelayedDispute(absl::string_view receipt, absl::string_view licence_tag);

  // Changes event 1. REQUIRES: it is the only one.
  dispute::v1::DisputeEvent& first() { return events_.front(); }

  RelayedDispute& Transfer(absl::string_view to, absl::string_view queue, uint32_t priority = 0);
  RelayedDispute& Receive();
  RelayedDispute& Accept();

  // Goes on from all events that there are by now, as GetDispute gives them.
  RelayedDispute& GoOnFrom(const google::protobuf::RepeatedPtrField<std::string>& events);

  // Result: all events as they are delivered.
  dispute::v1::DeliverRequest Request() const;
  const std::string& id() const { return events_.front().dispute(); }

 private:
  dispute::v1::DisputeEvent& Append();

  std::vector<dispute::v1::DisputeEvent> events_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_RELAYED_DISPUTE_H_
