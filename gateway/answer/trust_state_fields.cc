#include "gateway/answer/trust_state_fields.h"

#include "gateway/base/proto_time.h"

namespace mrg {

void AddRoles(const InForceSet& set,
              google::protobuf::RepeatedPtrField<gateway::v1::RoleState>* roles) {
  for (const RoleVersion& role : set.roles) {
    gateway::v1::RoleState* const state = roles->Add();
    state->set_role(role.role);
    state->set_version(role.version);
    *state->mutable_expires() = ToTimestamp(role.expires);
  }
}

gateway::v1::RepinnedRoot ToRepinnedRoot(const trustlist::v1::StoredRepin& stored) {
  gateway::v1::RepinnedRoot repin;
  repin.set_old_root_version(stored.old_root_version());
  repin.set_old_root_sha256(stored.old_root_sha256());
  repin.set_new_root_version(stored.new_root_version());
  repin.set_new_root_sha256(stored.new_root_sha256());
  repin.set_because(stored.because());
  *repin.mutable_repinned_at() = ToTimestamp(absl::FromUnixMicros(stored.at_us()));
  return repin;
}

}  // namespace mrg
