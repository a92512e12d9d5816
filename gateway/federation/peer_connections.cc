#include "gateway/federation/peer_connections.h"

#include "gateway/base/reason.h"

namespace mrg {

absl::StatusOr<uint64_t> PeerRelay::Deliver(const MemberId& peer,
                                            const dispute::v1::DeliverRequest& request) {
  const std::shared_ptr<PeerConnection> connection = connections_->To(peer);
  if (connection == nullptr) {
    return MakeError(Reason::kMemberUnknown, "no peer of the configuration is this member");
  }
  return connection->Deliver(request);
}

}  // namespace mrg
