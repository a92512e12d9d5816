#ifndef MRG_GATEWAY_FEDERATION_PEER_CONNECTIONS_H_
#define MRG_GATEWAY_FEDERATION_PEER_CONNECTIONS_H_

// The connections of a node, one a followed member; swapped as a whole when a member moves.

#include <map>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "dispute/dispute_relay.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/federation/peer_connection.h"

namespace mrg {

using ConnectionsByMember = std::map<MemberId, std::shared_ptr<PeerConnection>>;

// Thread-safe.
class PeerConnections {
 public:
  // Result: the connection to the member, which lives as long as it is held; null when there is
  // none.
  std::shared_ptr<PeerConnection> To(const MemberId& member) const {
    MutexLock lock(mu_);
    const auto found = connections_.find(member);
    return found == connections_.end() ? nullptr : found->second;
  }

  // Result: all of them.
  ConnectionsByMember all() const {
    MutexLock lock(mu_);
    return connections_;
  }

  void Replace(ConnectionsByMember connections);

  // Cuts every connection, and those that come in their place: the node stops, and nobody waits for
  // another one's answer any more.
  void Cut();

 private:
  mutable Mutex mu_;
  ConnectionsByMember connections_ ABSL_GUARDED_BY(mu_);
  bool cut_ ABSL_GUARDED_BY(mu_) = false;
};

// Delivers events of disputes over the connections of the moment. Thread-safe.
class PeerRelay : public DisputeRelay {
 public:
  // `connections` must outlive this.
  explicit PeerRelay(const PeerConnections* connections) : connections_(connections) {}

  absl::StatusOr<uint64_t> Deliver(const MemberId& peer,
                                   const dispute::v1::DeliverRequest& request) override;

 private:
  const PeerConnections* const connections_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_PEER_CONNECTIONS_H_
