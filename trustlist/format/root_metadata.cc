#include "trustlist/format/root_metadata.h"

#include <set>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

absl::StatusOr<RootMetadata> RootMetadata::Parse(const SignedEnvelope& envelope) {
  const Json& signed_part = envelope.signed_part();
  RootMetadata root;
  MRG_ASSIGN_OR_RETURN(root.header, ParseMetadataHeader(signed_part, kRootRole));
  root.header.signed_sha256 = envelope.signed_sha256();
  if (FindMember(signed_part, "consistent_snapshot") != nullptr) {
    MRG_ASSIGN_OR_RETURN(root.consistent_snapshot, BoolMember(signed_part, "consistent_snapshot"));
  }
  MRG_ASSIGN_OR_RETURN(const Json* keys, ObjectMember(signed_part, "keys"));
  MRG_ASSIGN_OR_RETURN(root.keys, ParseTufKeys(*keys));
  MRG_ASSIGN_OR_RETURN(const Json* roles, ObjectMember(signed_part, "roles"));
  for (const char* role : {kRootRole, kTimestampRole, kSnapshotRole, kTargetsRole}) {
    MRG_ASSIGN_OR_RETURN(const Json* stated, ObjectMember(*roles, role));
    MRG_ASSIGN_OR_RETURN(root.roles[role], ParseRoleKeys(*stated));
  }
  return root;
}

bool RoleKeysDiffer(const RootMetadata& a, const RootMetadata& b, const std::string& role) {
  const auto identities = [&role](const RootMetadata& root) {
    std::set<std::string> found;
    for (const std::string& keyid : root.roles.at(role).keyids) {
      auto key = root.keys.find(keyid);
      found.insert(key == root.keys.end() ? keyid : key->second.identity());
    }
    return found;
  };
  return a.roles.at(role).threshold != b.roles.at(role).threshold || identities(a) != identities(b);
}

}  // namespace mrg
