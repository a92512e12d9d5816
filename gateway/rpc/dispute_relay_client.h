#ifndef MRG_GATEWAY_RPC_DISPUTE_RELAY_CLIENT_H_
#define MRG_GATEWAY_RPC_DISPUTE_RELAY_CLIENT_H_

// Delivers events of disputes to other members' nodes over the channels to them.

#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "dispute/dispute_relay.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "grpcpp/channel.h"

namespace mrg {

// Thread-safe. Each call waits for the answer, at most `timeout`.
class DisputeRelayClient : public DisputeRelay {
 public:
  // `channels`: member -> channel to its node. `clock` must outlive this.
  DisputeRelayClient(const std::map<std::string, std::shared_ptr<grpc::Channel>>& channels,
                     absl::Duration timeout, const Clock* clock);
  ~DisputeRelayClient() override;

  absl::StatusOr<uint64_t> Deliver(const MemberId& peer,
                                   const dispute::v1::DeliverRequest& request) override;

 private:
  struct Stubs;

  const absl::Duration timeout_;
  const Clock* const clock_;
  const std::unique_ptr<Stubs> stubs_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_DISPUTE_RELAY_CLIENT_H_
