#ifndef MRG_GATEWAY_RPC_PEERS_GRPC_PEER_CONNECTION_H_
#define MRG_GATEWAY_RPC_PEERS_GRPC_PEER_CONNECTION_H_

// The way to another member's node over one gRPC channel.

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/federation/peer_connection.h"
#include "gateway/rpc/peers/calls_under_way.h"
#include "grpcpp/channel.h"

namespace mrg {

// Thread-safe. Each call waits for the answer, at most `timeout`.
class GrpcPeerConnection : public PeerConnection {
 public:
  // `clock` must outlive this.
  GrpcPeerConnection(std::shared_ptr<grpc::Channel> channel, absl::Duration timeout,
                     const Clock* clock);
  ~GrpcPeerConnection() override;

  std::unique_ptr<Fetcher> FetcherOf(const MemberId& publisher) override;
  // `on_hint` is called from gRPC's threads. A stream of more than 100 hints in a second is ended.
  std::unique_ptr<HintStream> WatchHints(OnHint on_hint) override;
  absl::StatusOr<trustlist::v1::ExchangeHeadsResponse> ExchangeHeads(
      const trustlist::v1::ExchangeHeadsRequest& request) override;
  absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GetEpochKey(const JurisdictionId& jurisdiction,
                                                                 uint32_t epoch) override;
  absl::StatusOr<uint64_t> Deliver(const dispute::v1::DeliverRequest& request) override;
  void Cut() override { calls_.Cut(); }

 private:
  struct Stubs;

  const std::shared_ptr<grpc::Channel> channel_;
  const absl::Duration timeout_;
  const Clock* const clock_;
  const std::unique_ptr<Stubs> stubs_;
  CallsUnderWay calls_;  // self-synchronised; those of the fetchers, too
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_PEERS_GRPC_PEER_CONNECTION_H_
