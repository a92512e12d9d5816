#ifndef MRG_GATEWAY_ANSWER_TRUST_STATE_FIELDS_H_
#define MRG_GATEWAY_ANSWER_TRUST_STATE_FIELDS_H_

// How answers to operators show what is in force and what was decided; several show the same.
//
// Thread-safe: pure functions.

#include "google/protobuf/repeated_ptr_field.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "mrg/trustlist/v1/stored_trust.pb.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// Adds a state for each role of the set, by name.
void AddRoles(const InForceSet& set,
              google::protobuf::RepeatedPtrField<gateway::v1::RoleState>* roles);

// Result: the decision as operators are shown it.
gateway::v1::RepinnedRoot ToRepinnedRoot(const trustlist::v1::StoredRepin& stored);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_TRUST_STATE_FIELDS_H_
