#include "gateway/federation/federation_list.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/host_port.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/federation/trust_bundles.h"

namespace mrg {
namespace {

using trustlist::v1::Federation;
using trustlist::v1::FederationMember;

constexpr char kFederationPath[] = "federation";

absl::Status Malformed(const FederationMember& member, absl::string_view field,
                       absl::string_view expected) {
  return MakeError(Reason::kMetadataMalformed, absl::StrCat("federation, member ", member.member(),
                                                            ": ", field, ": ", expected));
}

absl::Status CheckMember(const FederationMember& member, std::set<std::string>* domains) {
  if (!MemberId::Parse(member.member()).ok()) {
    return MakeError(Reason::kMetadataMalformed, "federation: member: expected a member id");
  }
  const size_t digest_bytes = member.first_root_sha256().size();
  if (digest_bytes != 0 && digest_bytes != kDigestBytes) {
    return Malformed(member, "first_root_sha256", "expected 32 bytes");
  }
  for (const std::string& endpoint : member.endpoints()) {
    if (!IsHostPort(endpoint, /*port_required=*/true)) {
      return Malformed(member, "endpoints", "expected host:port");
    }
  }
  if (member.trust_domain().empty() != member.ca_bundle_pem().empty()) {
    return Malformed(member, "trust_domain", "expected it together with ca_bundle_pem");
  }
  if (member.trust_domain().empty()) return absl::OkStatus();
  if (!domains->insert(member.trust_domain()).second) {
    return Malformed(member, "trust_domain", "expected one that no other member has");
  }
  TrustBundles bundles;
  const absl::Status added = bundles.Add(member.trust_domain(), member.ca_bundle_pem());
  if (ReasonOf(added) == Reason::kCertificateUnreadable) {
    return Malformed(member, "ca_bundle_pem", "expected PEM certificates");
  }
  if (!added.ok()) return Malformed(member, "trust_domain", added.message());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Federation> ReadFederation(const InForceSet& set, const BlobReader& blobs) {
  const InForceTarget* const target = set.FindTarget(kFederationPath);
  if (target == nullptr) return Federation();
  MRG_ASSIGN_OR_RETURN(const std::string bytes, blobs.ReadBlob(target->sha256));
  MRG_ASSIGN_OR_RETURN(Federation list,
                       ParseCanonical<Federation>(bytes, Reason::kMetadataMalformed));
  std::set<std::string> domains;
  for (const FederationMember& member : list.members()) {
    MRG_RETURN_IF_ERROR(CheckMember(member, &domains));
  }
  return list;
}

const FederationMember* FindMember(const Federation* list, const MemberId& member) {
  if (list == nullptr) return nullptr;
  for (const FederationMember& candidate : list->members()) {
    if (candidate.member() == member.value()) return &candidate;
  }
  return nullptr;
}

}  // namespace mrg
