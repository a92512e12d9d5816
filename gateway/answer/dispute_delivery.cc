#include "gateway/answer/dispute_delivery.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

absl::StatusOr<MemberId> SenderOf(const MemberDomains& domains, const SpiffeId& identity) {
  std::optional<MemberId> member = domains.Find(identity.trust_domain());
  if (!member.has_value() || !absl::StartsWith(identity.path(), "/node/")) {
    return MakeError(Reason::kIdentityNotListed, "expected the node of a followed member");
  }
  return *std::move(member);
}

}  // namespace

absl::StatusOr<dispute::v1::DeliverResponse> DeliverEvents(
    const MemberDomains& domains, Inbound* inbound, const Caller& caller,
    const dispute::v1::DeliverRequest& message, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const MemberId sender, SenderOf(domains, caller.identity));
  const std::vector<std::string> events(message.events().begin(), message.events().end());
  dispute::v1::DeliverResponse response;
  MRG_ASSIGN_OR_RETURN(const uint64_t next,
                       inbound->Deliver(sender, message.dispute(), events, now));
  response.set_next_sequence(next);
  return response;
}

}  // namespace mrg
