#ifndef MRG_GATEWAY_RPC_PEERS_GRPC_FETCHER_H_
#define MRG_GATEWAY_RPC_PEERS_GRPC_FETCHER_H_

// Fetcher over another node's TrustRepositoryService.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "gateway/rpc/peers/calls_under_way.h"
#include "grpcpp/channel.h"
#include "trustlist/client/fetcher.h"

namespace mrg {

// Each call waits for the answer, at most `timeout`. Threads: as Fetcher.
class GrpcFetcher : public Fetcher {
 public:
  // Makes its calls among `calls`, which may cut them. `calls` and `clock` must outlive this.
  GrpcFetcher(MemberId publisher, std::shared_ptr<grpc::Channel> channel, absl::Duration timeout,
              CallsUnderWay* calls, const Clock* clock);
  ~GrpcFetcher() override;

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override;
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override;
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override;
  absl::StatusOr<std::vector<std::string>> FetchTimestamps(int64_t first, int64_t last,
                                                           size_t bytes_max) override;

 private:
  struct Stub;

  const MemberId publisher_;
  const absl::Duration timeout_;
  const Clock* const clock_;
  const std::unique_ptr<Stub> stub_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_PEERS_GRPC_FETCHER_H_
