#include "dispute/routing.h"

namespace mrg {

Destination RouteDispute(const std::optional<AgreedRoute>& agreed, const MemberId& hub) {
  if (!agreed.has_value()) return {hub, kHubQueue, 0};
  return {agreed->member, agreed->queue, 0};
}

}  // namespace mrg
