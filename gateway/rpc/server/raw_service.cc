#include "gateway/rpc/server/raw_service.h"

#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/grpc_caller.h"
#include "grpcpp/impl/codegen/rpc_service_method.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"

namespace mrg {
namespace {

// What is told of a stream when it is over.
struct ToldOfStream {
  std::optional<SpiffeId> caller;  // once it is open
  CallEnd end;
};

}  // namespace

void RawService::Register(const MethodName& name,
                          std::function<Reactor*(grpc::CallbackServerContext*)> react) {
  const std::string& path = paths_.emplace_back(absl::StrCat("/", name.full()));
  // What protoc's plugin writes for a method that streams both ways.
  AddMethod(new grpc::internal::RpcServiceMethod(
      path.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING, nullptr));
  MarkMethodRawCallback(static_cast<int>(paths_.size()) - 1,
                        new grpc::internal::CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                            std::move(react)));
}

void RawService::AddUnary(UnaryMethod method) {
  const UnaryMethod* const added = &unary_.emplace_back(std::move(method));
  Register(added->name, [added](grpc::CallbackServerContext* context) {
    auto* const call = new UnaryCall(context, added);
    call->Begin();
    return call;
  });
}

void RawService::AddUpload(LabelValue method, UploadStream::BeginWork begin) {
  const UploadStream::Method* const added = &uploads_.emplace_back(
      UploadStream::Method{{service_, method}, environment_, std::move(begin)});
  Register(added->name, [added](grpc::CallbackServerContext* context) {
    auto* const stream = new UploadStream(context, added);
    stream->Begin();
    return stream;
  });
}

void RawService::AddStream(LabelValue method, OpenStreams* streams, Follow follow) {
  const MethodName name{service_, method};
  Register(
      name,
      [this, name, streams,
       follow = std::move(follow)](grpc::CallbackServerContext* context) -> Reactor* {
        const absl::Duration started = environment_.clock->Monotonic();
        const auto told = std::make_shared<ToldOfStream>();
        const LatestStream::Ends ends = {
            [this, name, context, told](const absl::Status& status) {
              told->end.reason = ReasonOf(status);
              told->end.request_id = TellGrpcFailure(context, environment_, name, status);
            },
            [this, name, started, told](int code) {
              told->end.code = code;
              RecordEnd(environment_, name, told->caller.has_value() ? &*told->caller : nullptr,
                        told->end, environment_.clock->Monotonic() - started);
            }};
        const auto refuse = [&ends](const absl::Status& status) {
          auto* const refused = new LatestStream(ends);
          refused->End(status);
          return refused;
        };
        const absl::StatusOr<CallContext> judged =
            JudgeCaller(PeerOf(*context), environment_, name, started);
        if (!judged.ok()) return refuse(judged.status());
        std::optional<Admission::Place> place =
            judged->admission->TryEnter(judged->caller.identity);
        if (!place.has_value()) {
          return refuse(MakeError(Reason::kOverloaded, "too many calls in flight"));
        }
        const OpenStreams::Opened opened = streams->Open(judged->caller.identity, ends);
        if (opened.admitted) {
          told->caller = judged->caller.identity;
          opened.stream->Start(
              *std::move(place),
              environment_.reads->Begin(started, [context] { context->TryCancel(); }),
              [follow, call = *judged, stream = opened.stream](const grpc::ByteBuffer& request) {
                return follow(call, request, stream);
              });
        }
        return opened.stream;
      });
}

}  // namespace mrg
