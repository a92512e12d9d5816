#ifndef MRG_GATEWAY_ANSWER_DISPUTE_DELIVERY_H_
#define MRG_GATEWAY_ANSWER_DISPUTE_DELIVERY_H_

// The answer to Deliver: another member's node brings events of a dispute. Which member delivers is
// told by the trust domain of its identity, never by the message.
//
// Thread-safe: a function over thread-safe parts.

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/inbound.h"
#include "gateway/answer/caller.h"
#include "gateway/federation/member_domains.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"

namespace mrg {

// `domains`: those of the followed peers. Result: the sequence of the next event that is lacking
// here. Errors: IDENTITY_NOT_LISTED when the caller is not the node of a followed member; as
// Inbound::Deliver.
absl::StatusOr<dispute::v1::DeliverResponse> DeliverEvents(
    const MemberDomains& domains, Inbound* inbound, const Caller& caller,
    const dispute::v1::DeliverRequest& message, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_DISPUTE_DELIVERY_H_
