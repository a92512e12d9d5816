#include "gateway/federation/peer_connections.h"

#include "gateway/base/reason.h"

namespace mrg {
namespace {

void CutAll(const ConnectionsByMember& connections) {
  for (const auto& [member, connection] : connections) connection->Cut();
}

}  // namespace

void PeerConnections::Replace(ConnectionsByMember connections) {
  bool cut = false;
  {
    MutexLock lock(mu_);
    connections_ = connections;
    cut = cut_;
  }
  if (cut) CutAll(connections);
}

void PeerConnections::Cut() {
  ConnectionsByMember connections;
  {
    MutexLock lock(mu_);
    cut_ = true;
    connections = connections_;
  }
  CutAll(connections);
}

absl::StatusOr<uint64_t> PeerRelay::Deliver(const MemberId& peer,
                                            const dispute::v1::DeliverRequest& request) {
  const std::shared_ptr<PeerConnection> connection = connections_->To(peer);
  if (connection == nullptr) {
    return MakeError(Reason::kMemberUnknown, "no peer of the configuration is this member");
  }
  return connection->Deliver(request);
}

}  // namespace mrg
