#include "gateway/rpc/peers/grpc_peer_connection.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/mutex.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/peers/grpc_fetcher.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/client_callback.h"
#include "mrg/dispute/v1/dispute_relay.grpc.pb.h"
#include "mrg/trustlist/v1/federation.grpc.pb.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"

namespace mrg {
namespace {

using dispute::v1::DisputeRelayService;
using trustlist::v1::ExchangeHeadsRequest;
using trustlist::v1::ExchangeHeadsResponse;
using trustlist::v1::FederationKeyService;
using trustlist::v1::GetEpochKeyRequest;
using trustlist::v1::GetEpochKeyResponse;
using trustlist::v1::TrustRepositoryService;
using trustlist::v1::WatchRequest;
using trustlist::v1::WatchResponse;

// Of one stream. What all 64 members have to say at its beginning is less, and afterwards a member
// that changes its lists ten times a second is a fast one; each hint costs a thread of the node.
constexpr int kHintsASecondMax = 100;

// An answer without one of our reasons is none of the peer's.
absl::Status AnswerStatus(const grpc::Status& answer) {
  const absl::Status status = GrpcToStatus(answer);
  if (status.ok() || ReasonOf(status).has_value()) return status;
  return MakeError(Reason::kFetchFailed, absl::StrCat("the call failed: ", status.message()));
}

class GrpcHintStream : public HintStream, public grpc::ClientReadReactor<WatchResponse> {
 public:
  GrpcHintStream(const std::shared_ptr<grpc::Channel>& channel, PeerConnection::OnHint on_hint,
                 const Clock* clock)
      : stub_(TrustRepositoryService::NewStub(channel)),
        on_hint_(std::move(on_hint)),
        clock_(clock) {}

  ~GrpcHintStream() override {
    context_.TryCancel();
    MutexLock lock(mu_);
    while (!done_) ended_.Wait(mu_);
  }

  // Once, after construction: gRPC calls back before it returns.
  void Start() {
    stub_->async()->Watch(&context_, &request_, this);
    StartRead(&hint_);
    StartCall();
  }

  bool HasEnded() const override {
    MutexLock lock(mu_);
    return done_;
  }
  bool WasFlooded() const override {
    MutexLock lock(mu_);
    return flooded_;
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (TooManyHints()) {
      {
        MutexLock lock(mu_);
        flooded_ = true;
      }
      context_.TryCancel();
      return;
    }
    on_hint_(hint_.publisher(), hint_.timestamp_version());
    StartRead(&hint_);
  }
  void OnDone(const grpc::Status&) override {
    MutexLock lock(mu_);
    done_ = true;
    ended_.NotifyAll();
  }

  // Counts a hint.
  bool TooManyHints() {
    const absl::Duration now = clock_->Monotonic();
    if (now - second_began_ >= absl::Seconds(1)) {
      second_began_ = now;
      hints_ = 0;
    }
    return ++hints_ > kHintsASecondMax;
  }

  const std::unique_ptr<TrustRepositoryService::Stub> stub_;
  const PeerConnection::OnHint on_hint_;
  const Clock* const clock_;
  grpc::ClientContext context_;
  const WatchRequest request_;
  WatchResponse hint_;  // touched between a StartRead and its OnReadDone by gRPC alone

  // Of OnReadDone.
  absl::Duration second_began_ = -absl::InfiniteDuration();
  int hints_ = 0;  // since then

  mutable Mutex mu_;
  CondVar ended_;
  bool done_ ABSL_GUARDED_BY(mu_) = false;
  bool flooded_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace

struct GrpcPeerConnection::Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : repository(TrustRepositoryService::NewStub(channel)),
        keys(FederationKeyService::NewStub(channel)),
        disputes(DisputeRelayService::NewStub(channel)) {}

  const std::unique_ptr<TrustRepositoryService::Stub> repository;
  const std::unique_ptr<FederationKeyService::Stub> keys;
  const std::unique_ptr<DisputeRelayService::Stub> disputes;
};

GrpcPeerConnection::GrpcPeerConnection(std::shared_ptr<grpc::Channel> channel,
                                       absl::Duration timeout, const Clock* clock)
    : channel_(std::move(channel)),
      timeout_(timeout),
      clock_(clock),
      stubs_(std::make_unique<Stubs>(channel_)) {}

GrpcPeerConnection::~GrpcPeerConnection() = default;

std::unique_ptr<Fetcher> GrpcPeerConnection::FetcherOf(const MemberId& publisher) {
  return std::make_unique<GrpcFetcher>(publisher, channel_, timeout_, &calls_, clock_);
}

std::unique_ptr<HintStream> GrpcPeerConnection::WatchHints(OnHint on_hint) {
  auto stream = std::make_unique<GrpcHintStream>(channel_, std::move(on_hint), clock_);
  stream->Start();
  return stream;
}

absl::StatusOr<ExchangeHeadsResponse> GrpcPeerConnection::ExchangeHeads(
    const ExchangeHeadsRequest& request) {
  ExchangeHeadsResponse response;
  MRG_RETURN_IF_ERROR(
      AnswerStatus(calls_.Make(clock_->Now() + timeout_, [&](grpc::ClientContext* context) {
        return stubs_->repository->ExchangeHeads(context, request, &response);
      })));
  return response;
}

absl::StatusOr<GetEpochKeyResponse> GrpcPeerConnection::GetEpochKey(
    const JurisdictionId& jurisdiction, uint32_t epoch) {
  GetEpochKeyRequest request;
  request.set_jurisdiction(jurisdiction.value());
  request.set_epoch(epoch);
  GetEpochKeyResponse response;
  MRG_RETURN_IF_ERROR(
      AnswerStatus(calls_.Make(clock_->Now() + timeout_, [&](grpc::ClientContext* context) {
        return stubs_->keys->GetEpochKey(context, request, &response);
      })));
  return response;
}

absl::StatusOr<uint64_t> GrpcPeerConnection::Deliver(const dispute::v1::DeliverRequest& request) {
  dispute::v1::DeliverResponse response;
  MRG_RETURN_IF_ERROR(
      AnswerStatus(calls_.Make(clock_->Now() + timeout_, [&](grpc::ClientContext* context) {
        return stubs_->disputes->Deliver(context, request, &response);
      })));
  return response.next_sequence();
}

}  // namespace mrg
