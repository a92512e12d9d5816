#include "gateway/rpc/services/dispute_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/raw_call.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"

namespace mrg {
namespace {

using dispute::v1::DisputeService;
using dispute::v1::FileDisputeRequest;
using dispute::v1::FileDisputeResponse;
using dispute::v1::GetDisputeRequest;
using dispute::v1::GetDisputeResponse;
using dispute::v1::ListDisputesRequest;
using dispute::v1::ListDisputesResponse;
using dispute::v1::WatchDisputeRequest;

constexpr char kService[] = "mrg.dispute.v1.DisputeService";

using Base = DisputeService::WithRawCallbackMethod_FileDispute<
    DisputeService::WithRawCallbackMethod_GetDispute<
        DisputeService::WithRawCallbackMethod_ListDisputes<
            DisputeService::WithRawCallbackMethod_WatchDispute<DisputeService::Service>>>>;

class DisputeServiceImpl : public Base {
 public:
  DisputeServiceImpl(CallEnvironment environment, DisputeDependencies dependencies)
      : environment_(environment), dependencies_(std::move(dependencies)) {}

  grpc::ServerUnaryReactor* FileDispute(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return HandleRaw<FileDisputeRequest, FileDisputeResponse>(
        context, environment_, kService, "FileDispute", request, response,
        [this](const CallContext& call, const FileDisputeRequest& message) {
          return filing_.File(call.caller, message, call.now);
        });
  }

  grpc::ServerUnaryReactor* GetDispute(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return HandleRaw<GetDisputeRequest, GetDisputeResponse>(
        context, environment_, kService, "GetDispute", request, response,
        [this](const CallContext& call, const GetDisputeRequest& message) {
          return mrg::GetDispute(dependencies_.shelf, call.caller.identity, message, call.now);
        });
  }

  grpc::ServerUnaryReactor* ListDisputes(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    return HandleRaw<ListDisputesRequest, ListDisputesResponse>(
        context, environment_, kService, "ListDisputes", request, response,
        [this](const CallContext& call, const ListDisputesRequest& message) {
          return mrg::ListDisputes(dependencies_.shelf, call.caller.identity, message, call.now);
        });
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchDispute(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override {
    const absl::Duration started = environment_.clock->Monotonic();
    const OpenStreams::Opened opened = dependencies_.streams->Open([this, started](int code) {
      environment_.metrics->RecordHandled(kService, "WatchDispute", code,
                                          environment_.clock->Monotonic() - started);
    });
    if (!opened.admitted) return opened.stream;
    const absl::Status status = Follow(*context, *request, opened.stream);
    if (!status.ok()) opened.stream->End(StatusToGrpc(status));
    return opened.stream;
  }

 private:
  // Feeds the stream: the dispute now, then after each change, until it is over.
  absl::Status Follow(const grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
                      LatestStream* stream) const {
    MRG_ASSIGN_OR_RETURN(SpiffeId identity, environment_.identity->Of(*context.auth_context(),
                                                                      environment_.clock->Now()));
    const Caller caller{std::move(identity), absl::StrCat(kService, "/WatchDispute")};
    MRG_RETURN_IF_ERROR(environment_.authorization->Authorize(caller));
    WatchDisputeRequest message;
    MRG_RETURN_IF_ERROR(ParseRequest(request, &message));
    MRG_RETURN_IF_ERROR(CheckWatchRequest(message));
    const auto send = [this, caller = caller.identity, message, stream] {
      return Send(caller, message, stream);
    };
    // Watched first and read then, so that no change in between is missed.
    stream->SetSource(dependencies_.watchers->Add(message.dispute(), [send, stream] {
      const absl::Status status = send();
      if (!status.ok()) stream->End(StatusToGrpc(status));
    }));
    return send();
  }

  absl::Status Send(const SpiffeId& caller, const WatchDisputeRequest& message,
                    LatestStream* stream) const {
    MRG_ASSIGN_OR_RETURN(
        const WatchedDispute watched,
        mrg::WatchDispute(dependencies_.shelf, caller, message, environment_.clock->Now()));
    stream->Put(message.dispute(), BufferOf(watched.shown));
    if (watched.is_over) stream->End(grpc::Status::OK);
    return absl::OkStatus();
  }

  const CallEnvironment environment_;
  const DisputeDependencies dependencies_;
  const DisputeFiling filing_{dependencies_.filing};
};

}  // namespace

std::unique_ptr<grpc::Service> NewDisputeService(CallEnvironment environment,
                                                 DisputeDependencies dependencies) {
  return std::make_unique<DisputeServiceImpl>(environment, std::move(dependencies));
}

}  // namespace mrg
