#include "gateway/rpc/services/trust_repository_service.h"

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/answer/repository_answers.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/latest_stream.h"
#include "gateway/rpc/server/raw_call.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"

namespace mrg {
namespace {

using trustlist::v1::ExchangeHeadsRequest;
using trustlist::v1::ExchangeHeadsResponse;
using trustlist::v1::GetMetadataRequest;
using trustlist::v1::GetMetadataResponse;
using trustlist::v1::GetTargetRequest;
using trustlist::v1::GetTargetResponse;
using trustlist::v1::GetTreeNodesRequest;
using trustlist::v1::GetTreeNodesResponse;
using trustlist::v1::ListTimestampsRequest;
using trustlist::v1::ListTimestampsResponse;
using trustlist::v1::WatchRequest;
using trustlist::v1::WatchResponse;

constexpr char kService[] = "mrg.trustlist.v1.TrustRepositoryService";

using Base = trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_GetMetadata<
    trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_ListTimestamps<
        trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_GetTarget<
            trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_GetTreeNodes<
                trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_ExchangeHeads<
                    trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_Watch<
                        trustlist::v1::TrustRepositoryService::Service>>>>>>;

class TrustRepositoryServiceImpl : public Base {
 public:
  TrustRepositoryServiceImpl(CallEnvironment environment, const RepositoryReader* reader,
                             HeadDesk* heads, TrustHints* hints, OpenStreams* streams)
      : environment_(environment),
        reader_(reader),
        heads_(heads),
        hints_(hints),
        streams_(streams) {}

  grpc::ServerUnaryReactor* GetMetadata(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return HandleRaw<GetMetadataRequest, GetMetadataResponse>(
        context, environment_, kService, "GetMetadata", request, response,
        [this](const CallContext&, const GetMetadataRequest& message) {
          return mrg::GetMetadata(*reader_, message);
        });
  }

  grpc::ServerUnaryReactor* ListTimestamps(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override {
    return HandleRaw<ListTimestampsRequest, ListTimestampsResponse>(
        context, environment_, kService, "ListTimestamps", request, response,
        [this](const CallContext&, const ListTimestampsRequest& message) {
          return mrg::ListTimestamps(*reader_, message);
        });
  }

  grpc::ServerUnaryReactor* GetTarget(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return HandleRaw<GetTargetRequest, GetTargetResponse>(
        context, environment_, kService, "GetTarget", request, response,
        [this](const CallContext&, const GetTargetRequest& message) {
          return mrg::GetTarget(*reader_, message);
        });
  }

  grpc::ServerUnaryReactor* GetTreeNodes(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    return HandleRaw<GetTreeNodesRequest, GetTreeNodesResponse>(
        context, environment_, kService, "GetTreeNodes", request, response,
        [this](const CallContext&, const GetTreeNodesRequest& message) {
          return mrg::GetTreeNodes(*reader_, message);
        });
  }

  grpc::ServerUnaryReactor* ExchangeHeads(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<ExchangeHeadsRequest, ExchangeHeadsResponse>(
        context, environment_, kService, "ExchangeHeads", request, response,
        [this](const CallContext&, const ExchangeHeadsRequest& message) {
          return heads_->Answer(message);
        });
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request) override {
    const absl::Duration started = environment_.clock->Monotonic();
    const OpenStreams::Opened opened = streams_->Open([this, started](int code) {
      environment_.metrics->RecordHandled(kService, "Watch", code,
                                          environment_.clock->Monotonic() - started);
    });
    if (!opened.admitted) return opened.stream;
    LatestStream* const stream = opened.stream;
    const absl::StatusOr<std::set<std::string>> watched = AdmitWatch(context, *request);
    if (!watched.ok()) {
      stream->End(StatusToGrpc(watched.status()));
      return stream;
    }
    stream->SetSource(hints_->Subscribe(
        [stream, watched = *watched](const std::string& publisher, int64_t version) {
          if (!watched.empty() && !watched.contains(publisher)) return;
          WatchResponse hint;
          hint.set_publisher(publisher);
          hint.set_timestamp_version(version);
          stream->Put(publisher, BufferOf(hint));
        }));
    return stream;
  }

 private:
  // Result: the publishers to watch; empty: all.
  absl::StatusOr<std::set<std::string>> AdmitWatch(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer& request) const {
    MRG_ASSIGN_OR_RETURN(SpiffeId identity, environment_.identity->Of(*context->auth_context(),
                                                                      environment_.clock->Now()));
    MRG_RETURN_IF_ERROR(environment_.authorization->Authorize(
        {std::move(identity), absl::StrCat(kService, "/Watch")}));
    WatchRequest message;
    MRG_RETURN_IF_ERROR(ParseRequest(request, &message));
    return WatchedPublishers(message);
  }

  const CallEnvironment environment_;
  const RepositoryReader* const reader_;
  HeadDesk* const heads_;
  TrustHints* const hints_;
  OpenStreams* const streams_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewTrustRepositoryService(CallEnvironment environment,
                                                         const RepositoryReader* reader,
                                                         HeadDesk* heads, TrustHints* hints,
                                                         OpenStreams* streams) {
  return std::make_unique<TrustRepositoryServiceImpl>(environment, reader, heads, hints, streams);
}

}  // namespace mrg
