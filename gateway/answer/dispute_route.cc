#include "gateway/answer/dispute_route.h"

#include <optional>
#include <utility>

#include "absl/strings/strip.h"

namespace mrg {

Destination DestinationAt(const RecognitionSnapshot& snapshot, const MemberId& hub,
                          const DisputedUse& use, dispute::v1::DisputeKind kind, absl::Time t) {
  const std::optional<DisputeRouting> routing = snapshot.agreements().Route(
      use.issuing, use.using_side, use.type_code.value(),
      absl::StripPrefix(dispute::v1::DisputeKind_Name(kind), "DISPUTE_KIND_"), t);
  std::optional<AgreedRoute> agreed;
  if (routing.has_value()) {
    std::optional<MemberId> member = snapshot.MemberOf(routing->jurisdiction);
    if (member.has_value()) agreed = AgreedRoute{*std::move(member), routing->queue};
  }
  return RouteDispute(agreed, hub);
}

}  // namespace mrg
