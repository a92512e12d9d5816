#ifndef MRG_GATEWAY_ANSWER_TRUST_STATE_H_
#define MRG_GATEWAY_ANSWER_TRUST_STATE_H_

// The answer to GetTrustState: what is in force on the node, how following goes, and whether the
// node may decide.
//
// Thread-safe: a function over thread-safe parts.

#include "absl/status/statusor.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/in_force/trust_view_holder.h"
#include "gateway/federation/node_state.h"
#include "gateway/federation/repin.h"
#include "mrg/gateway/v1/admin.pb.h"

namespace mrg {

// What the answer is made of; nothing is owned.
struct TrustStateSources {
  MemberId own;
  const TrustViewHolder* view;
  const NodeState* state;
  const RepinDesk* repins;
};

// Result: the own member first, then the others by name: each that has a set in force, or whose
// lists were refreshed or refused since the start. Errors: as RepinDesk::DecisionsOf.
absl::StatusOr<gateway::v1::GetTrustStateResponse> GetTrustState(const TrustStateSources& sources);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_TRUST_STATE_H_
