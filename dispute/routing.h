#ifndef MRG_DISPUTE_ROUTING_H_
#define MRG_DISPUTE_ROUTING_H_

// Where a filed dispute goes. The agreement's table is read by the caller (dispute knows no
// agreements); what it says, or that it says nothing, comes in as data.
//
// Thread-safe: pure functions.

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/base/identifiers.h"

namespace mrg {

// The hub's queue for disputes that no agreement routes.
inline constexpr char kHubQueue[] = "hub";

// What the agreement's dispute routes say for kind and licence type.
struct AgreedRoute {
  MemberId member;    // of the jurisdiction that answers for it
  std::string queue;  // [a-z0-9-]{1,64}
};

struct Destination {
  MemberId member;
  std::string queue;      // at that member, [a-z0-9-]{1,64}
  uint32_t priority = 0;  // within the queue, 0 (normal) to 9
};

// Result: the agreed member and queue, or without a rule the hub's queue; normal priority.
// Source: docs/LIFE_OF_A_DISPUTE.md, step 2.
Destination RouteDispute(const std::optional<AgreedRoute>& agreed, const MemberId& hub);

}  // namespace mrg

#endif  // MRG_DISPUTE_ROUTING_H_
