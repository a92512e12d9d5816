#include "gateway/rpc/head_client.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/base/status_macros.h"
#include "gateway/rpc/grpc_fetcher.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "grpcpp/client_context.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "trustlist/metadata_limits.h"

namespace mrg {
namespace {

// Between exchanges, whatever hints arrive; also after one that failed.
constexpr absl::Duration kDistanceMin = absl::Seconds(1);

}  // namespace

struct HeadClient::Stub {
  std::unique_ptr<trustlist::v1::TrustRepositoryService::Stub> service;
};

HeadClient::HeadClient(MemberId peer, std::shared_ptr<grpc::Channel> channel,
                       absl::Duration timeout, absl::Duration period, HeadDesk* desk,
                       const Clock* clock, EventLog* events)
    : peer_(std::move(peer)),
      channel_(std::move(channel)),
      timeout_(timeout),
      period_(period),
      desk_(desk),
      clock_(clock),
      events_(events),
      stub_(
          std::make_unique<Stub>(Stub{trustlist::v1::TrustRepositoryService::NewStub(channel_)})) {}

HeadClient::~HeadClient() = default;

void HeadClient::RunOnce(absl::Time now) {
  const bool soon = failing_ || hinted_.load(std::memory_order_relaxed);
  const absl::Duration distance = soon ? std::min(kDistanceMin, period_) : period_;
  // A clock that stepped back makes the last exchange lie ahead; then it is due.
  if (exchanged_at_ <= now && now < exchanged_at_ + distance) return;
  exchanged_at_ = now;
  hinted_.store(false, std::memory_order_relaxed);
  const absl::Status exchanged = Exchange(now);
  if (!exchanged.ok() && !failing_) {
    events_->WriteFailure(Event::kHeadExchangeFailed, exchanged, "peer", peer_);
  }
  failing_ = !exchanged.ok();
}

absl::Status HeadClient::Exchange(absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const auto request, desk_->Ask());
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(clock_->Now() + timeout_));
  trustlist::v1::ExchangeHeadsResponse answer;
  MRG_RETURN_IF_ERROR(GrpcToStatus(stub_->service->ExchangeHeads(&context, request, &answer)));
  return desk_->Take(
      peer_, answer,
      [this](const MemberId& publisher, absl::string_view role, int64_t version) {
        GrpcFetcher fetcher(publisher, channel_, timeout_, clock_);
        return fetcher.FetchMetadata(role, version, MetadataLimits().root_bytes_max);
      },
      now);
}

}  // namespace mrg
