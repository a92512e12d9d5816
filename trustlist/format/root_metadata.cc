#include "trustlist/format/root_metadata.h"

#include <cstdint>
#include <set>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
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

std::string RoleKeysSha256(const RootMetadata& root, const std::string& role) {
  const RoleKeys& stated = root.roles.at(role);
  std::set<std::string> identities;
  for (const std::string& keyid : stated.keyids) {
    const auto key = root.keys.find(keyid);
    identities.insert(key == root.keys.end() ? Sha256(keyid) : key->second.identity());
  }
  std::string named;
  for (int shift = 56; shift >= 0; shift -= 8) {
    named += static_cast<char>(static_cast<uint64_t>(stated.threshold) >> shift & 0xff);
  }
  for (const std::string& identity : identities) named += identity;
  return Sha256(named);
}

bool RoleKeysDiffer(const RootMetadata& a, const RootMetadata& b, const std::string& role) {
  return RoleKeysSha256(a, role) != RoleKeysSha256(b, role);
}

}  // namespace mrg
