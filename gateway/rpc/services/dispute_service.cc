#include "gateway/rpc/services/dispute_service.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/answer/queue_worker.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/raw_call.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"

namespace mrg {
namespace {

using dispute::v1::Dispute;
using dispute::v1::DisputeService;
using dispute::v1::FileDisputeRequest;
using dispute::v1::FileDisputeResponse;
using dispute::v1::GetDisputeRequest;
using dispute::v1::GetDisputeResponse;
using dispute::v1::ListDisputesRequest;
using dispute::v1::ListDisputesResponse;
using dispute::v1::WatchDisputeRequest;
using dispute::v1::WatchDisputeResponse;

constexpr char kService[] = "mrg.dispute.v1.DisputeService";
constexpr size_t kDisputeIdBytesMax = 100;
constexpr size_t kQueueBytesMax = 64;
constexpr size_t kPageTokenBytesMax = 512;

using Base = DisputeService::WithRawCallbackMethod_FileDispute<
    DisputeService::WithRawCallbackMethod_GetDispute<
        DisputeService::WithRawCallbackMethod_ListDisputes<
            DisputeService::WithRawCallbackMethod_WatchDispute<DisputeService::Service>>>>;

// A queue of the same name at another member is another queue (THREATS D06).
DisputeVisible VisibleTo(const SpiffeId& caller, const MemberId& own) {
  return [caller = caller.value(), worker = WorkerOf(caller), own](const Dispute& dispute) {
    return dispute.filer() == caller || (worker.has_value() && dispute.queue() == worker->queue &&
                                         dispute.owner_member() == own.value());
  };
}

bool IsOver(const Dispute& dispute) {
  return dispute.state() == dispute::v1::DISPUTE_STATE_CLOSED ||
         dispute.state() == dispute::v1::DISPUTE_STATE_REFUSED;
}

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
          return FileOne(call, message);
        });
  }

  grpc::ServerUnaryReactor* GetDispute(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return HandleRaw<GetDisputeRequest, GetDisputeResponse>(
        context, environment_, kService, "GetDispute", request, response,
        [this](const CallContext& call,
               const GetDisputeRequest& message) -> absl::StatusOr<GetDisputeResponse> {
          MRG_RETURN_IF_ERROR(RequireText("dispute", message.dispute(), kDisputeIdBytesMax));
          MRG_ASSIGN_OR_RETURN(
              DisputeView view,
              dependencies_.reader->Get(message.dispute(),
                                        VisibleTo(call.identity, dependencies_.member), call.now));
          GetDisputeResponse answer;
          *answer.mutable_dispute() = std::move(view.dispute);
          for (std::string& event : view.events) answer.add_events(std::move(event));
          return answer;
        });
  }

  grpc::ServerUnaryReactor* ListDisputes(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    return HandleRaw<ListDisputesRequest, ListDisputesResponse>(
        context, environment_, kService, "ListDisputes", request, response,
        [this](const CallContext& call, const ListDisputesRequest& message) {
          return List(call, message);
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
  absl::StatusOr<FileDisputeResponse> FileOne(const CallContext& call,
                                              const FileDisputeRequest& message) const {
    if (!dependencies_.state->IsReady()) {
      return MakeError(Reason::kNodeNotReady, "see AdminService.GetTrustState");
    }
    const auto snapshot = dependencies_.snapshots->Current();
    const FilingSources sources{dependencies_.member,     dependencies_.hub,
                                snapshot.get(),           dependencies_.log_keys,
                                dependencies_.epoch_keys, dependencies_.blobs};
    MRG_ASSIGN_OR_RETURN(const audit::v1::DecisionRecord record,
                         CheckDisputedReceipt(message, sources));
    MRG_ASSIGN_OR_RETURN(const JurisdictionId using_side,
                         RequireId<JurisdictionId>("receipt", record.using_jurisdiction()));
    MRG_RETURN_IF_ERROR(
        environment_.authorization->AuthorizeJurisdiction(call.identity, call.method, using_side));
    MRG_ASSIGN_OR_RETURN(const FilingOrder order,
                         ToFilingOrder(message, record, call.identity, sources, call.now));
    FileDisputeResponse response;
    MRG_ASSIGN_OR_RETURN(*response.mutable_dispute(), dependencies_.filing->File(order, call.now));
    return response;
  }

  // A platform's own filings; of a worker, its queue.
  absl::StatusOr<ListDisputesResponse> List(const CallContext& call,
                                            const ListDisputesRequest& message) const {
    MRG_RETURN_IF_ERROR(OptionalText("page_token", message.page_token(), kPageTokenBytesMax));
    MRG_RETURN_IF_ERROR(OptionalText("queue", message.queue(), kQueueBytesMax));
    if (!dispute::v1::DisputeState_IsValid(message.state())) {
      return MakeFieldError(Reason::kEnumUnspecified, "state", "expected a known state, or none");
    }
    const std::optional<Worker> worker = WorkerOf(call.identity);
    DisputeQuery query;
    if (worker.has_value()) {
      query.queue = worker->queue;
      if (!message.queue().empty() && message.queue() != worker->queue) {
        return ListDisputesResponse();  // nothing there that the caller may see
      }
    } else {
      query.filer = call.identity;
      query.queue = message.queue();
    }
    query.state = message.state();
    query.visible = VisibleTo(call.identity, dependencies_.member);
    query.page_size = message.page_size();
    query.page_token = message.page_token();
    MRG_ASSIGN_OR_RETURN(DisputePage page, dependencies_.reader->List(query, call.now));
    ListDisputesResponse response;
    for (Dispute& dispute : page.disputes) *response.add_disputes() = std::move(dispute);
    response.set_next_page_token(std::move(page.next_page_token));
    return response;
  }

  // Feeds the stream: the dispute now, then after each change, until it is over.
  absl::Status Follow(const grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
                      LatestStream* stream) const {
    MRG_ASSIGN_OR_RETURN(
        const SpiffeId identity,
        environment_.identity->Of(*context.auth_context(), environment_.clock->Now()));
    MRG_RETURN_IF_ERROR(
        environment_.authorization->Authorize(identity, absl::StrCat(kService, "/WatchDispute")));
    WatchDisputeRequest message;
    MRG_RETURN_IF_ERROR(ParseRequest(BytesOf(request), &message));
    MRG_RETURN_IF_ERROR(RequireText("dispute", message.dispute(), kDisputeIdBytesMax));
    const std::string id = message.dispute();
    const DisputeVisible visible = VisibleTo(identity, dependencies_.member);
    const auto send = [this, id, visible, stream] { return Send(id, visible, stream); };
    // Watched first and read then, so that no change in between is missed.
    stream->SetSource(dependencies_.watchers->Add(id, [send, stream] {
      const absl::Status status = send();
      if (!status.ok()) stream->End(StatusToGrpc(status));
    }));
    return send();
  }

  absl::Status Send(const std::string& id, const DisputeVisible& visible,
                    LatestStream* stream) const {
    MRG_ASSIGN_OR_RETURN(DisputeView view,
                         dependencies_.reader->Get(id, visible, environment_.clock->Now()));
    const bool over = IsOver(view.dispute);
    WatchDisputeResponse response;
    *response.mutable_dispute() = std::move(view.dispute);
    stream->Put(id, BufferOf(response));
    if (over) stream->End(grpc::Status::OK);
    return absl::OkStatus();
  }

  const CallEnvironment environment_;
  const DisputeDependencies dependencies_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewDisputeService(CallEnvironment environment,
                                                 DisputeDependencies dependencies) {
  return std::make_unique<DisputeServiceImpl>(environment, std::move(dependencies));
}

}  // namespace mrg
