#include "gateway/membership/federation_list.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/displayed_fields.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/membership/contact.h"

namespace mrg {
namespace {

using trustlist::v1::Federation;
using trustlist::v1::FederationMember;

constexpr int kMembersMax = 64;

absl::Status Malformed(const FederationMember& member, absl::string_view field,
                       absl::string_view expected) {
  return MakeError(Reason::kMetadataMalformed, absl::StrCat("federation, member ", member.member(),
                                                            ": ", field, ": ", expected));
}

// What members may not share.
struct Claimed {
  std::set<std::string> jurisdictions;
  std::set<std::string> domains;
};

absl::Status CheckJurisdictions(const FederationMember& member, std::set<std::string>* claimed) {
  absl::string_view before;
  for (const std::string& jurisdiction : member.jurisdictions()) {
    if (!JurisdictionIdKind::IsValid(jurisdiction)) {
      return Malformed(member, "jurisdictions",
                       absl::StrCat("expected ", JurisdictionIdKind::kExpected));
    }
    if (jurisdiction <= before) return Malformed(member, "jurisdictions", "expected them sorted");
    // Else the order of the members would decide whose lists count.
    if (!claimed->insert(jurisdiction).second) {
      return Malformed(member, "jurisdictions", "expected each with one member only");
    }
    before = jurisdiction;
  }
  return absl::OkStatus();
}

// The same with the member that the error is about.
absl::Status AtMember(const FederationMember& member, const absl::Status& status) {
  if (status.ok()) return status;
  return MakeError(Reason::kMetadataMalformed,
                   absl::StrCat("federation, member ", member.member(), ": ", status.message()));
}

absl::Status CheckMember(const FederationMember& member, Claimed* claimed) {
  if (!MemberId::Parse(member.member()).ok()) {
    return MakeError(Reason::kMetadataMalformed, "federation: member: expected a member id");
  }
  MRG_RETURN_IF_ERROR(CheckJurisdictions(member, &claimed->jurisdictions));
  if (member.has_since() && member.has_until() &&
      ToTime(member.until()) <= ToTime(member.since())) {
    return Malformed(member, "until", "expected a time after `since`");
  }
  const size_t digest_bytes = member.first_root_sha256().size();
  if (digest_bytes != 0 && digest_bytes != kDigestBytes) {
    return Malformed(member, "first_root_sha256", "expected 32 bytes");
  }
  MRG_RETURN_IF_ERROR(AtMember(member, CheckEndpoints(member.endpoints())));
  MRG_RETURN_IF_ERROR(AtMember(member, CheckCa(member.trust_domain(), member.ca_bundle_pem())));
  if (!member.trust_domain().empty() && !claimed->domains.insert(member.trust_domain()).second) {
    return Malformed(member, "trust_domain", "expected one that no other member has");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Federation> ParseFederation(absl::string_view target_bytes) {
  MRG_ASSIGN_OR_RETURN(Federation list,
                       ParseCanonical<Federation>(target_bytes, Reason::kMetadataMalformed));
  MRG_RETURN_IF_ERROR(RequireDisplayedFields(list, Reason::kMetadataMalformed));
  if (list.members_size() > kMembersMax) {
    return MakeError(Reason::kMetadataMalformed, "federation: members: expected at most 64");
  }
  Claimed claimed;
  absl::string_view before;
  for (const FederationMember& member : list.members()) {
    MRG_RETURN_IF_ERROR(CheckMember(member, &claimed));
    if (member.member() <= before) return Malformed(member, "member", "expected them sorted");
    before = member.member();
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
