#ifndef MRG_GATEWAY_DAEMON_FOLLOWED_PEERS_H_
#define MRG_GATEWAY_DAEMON_FOLLOWED_PEERS_H_

// All followed nodes: each one's lists may come from the node itself or, relayed, from any other,
// and each one's hints may be about any of them.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/config/node_config.h"
#include "gateway/daemon/followed_peer.h"
#include "gateway/rpc/trust_hints.h"
#include "grpcpp/channel.h"

namespace mrg {

// Made and destroyed by one thread.
class FollowedPeers {
 public:
  // Opens the channels to `peers` and starts following. All of `parts`, and `hints`, which tells
  // when the own lists change, must outlive the result.
  // Errors: as NewPeerChannel.
  static absl::StatusOr<std::unique_ptr<FollowedPeers>> Start(const NodeConfig& config,
                                                              const std::vector<PeerConfig>& peers,
                                                              FollowedPeer::Parts parts,
                                                              TrustHints* hints);
  // Stops following.
  ~FollowedPeers();

  // Result: the channels, by member.
  const std::map<std::string, std::shared_ptr<grpc::Channel>>& channels() const {
    return channels_;
  }

 private:
  explicit FollowedPeers(std::map<std::string, std::shared_ptr<grpc::Channel>> channels)
      : channels_(std::move(channels)) {}

  void OnHint(const MemberId& peer, const MemberId& publisher, int64_t version) const;

  const std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
  // Filled before the first of them starts, and emptied after the last one has stopped.
  std::vector<std::unique_ptr<FollowedPeer>> peers_;
  std::unique_ptr<TrustHints::Subscription> own_changes_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_FOLLOWED_PEERS_H_
