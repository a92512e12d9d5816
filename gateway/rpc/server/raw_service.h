#ifndef MRG_GATEWAY_RPC_SERVER_RAW_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVER_RAW_SERVICE_H_

// A service of the node's listeners: its name, and what each of its methods does, from message to
// message. Every method is taken as a stream of bytes, so that nothing of a request is read before
// its caller has been judged (call_environment.h), and the reader and its bounds are the same for
// all.
//
// Methods are added before the server starts; afterwards a service is immutable.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/limits.h"
#include "gateway/rpc/server/call_environment.h"
#include "gateway/rpc/server/latest_stream.h"
#include "gateway/rpc/server/request_bytes.h"
#include "gateway/rpc/server/unary_call.h"
#include "gateway/rpc/server/unary_method.h"
#include "gateway/rpc/server/upload_stream.h"
#include "grpcpp/impl/service_type.h"

namespace mrg {

class RawService : public grpc::Service {
 public:
  // `service`: the full name, "mrg.gateway.v1.RecognitionService".
  RawService(LabelValue service, const CallEnvironment& environment)
      : service_(service), environment_(environment) {}

  // A method whose work hands its result to `done`, exactly once, from any thread. `work` may keep
  // the message. A request of more than `bytes_max` bytes is MESSAGE_TOO_LARGE.
  template <class Req, class Resp>
  void AddAsync(LabelValue method,
                std::function<void(const CallContext&, std::shared_ptr<const Req>,
                                   std::function<void(absl::StatusOr<Resp>)>)>
                    work,
                size_t bytes_max = kMessageBytesMax);

  // The same for work that returns its result.
  template <class Req, class Resp>
  void Add(LabelValue method,
           std::function<absl::StatusOr<Resp>(const CallContext&, const Req&)> work,
           size_t bytes_max = kMessageBytesMax);

  // A method that answers with a stream of states. `follow` sets the stream's source, or ends it;
  // its error does, too. It runs in gRPC's thread. `streams` must outlive the server.
  template <class Req>
  void AddWatch(LabelValue method, OpenStreams* streams,
                std::function<absl::Status(const CallContext&, const Req&, LatestStream*)> follow);

  // A method that takes a stream of messages.
  void AddUpload(LabelValue method, UploadStream::BeginWork begin);

  // The methods of one message each way, for what else carries them; they stay where they are.
  const std::deque<UnaryMethod>& unary_methods() const { return unary_; }

 private:
  using Reactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;
  using Follow =
      std::function<absl::Status(const CallContext&, const grpc::ByteBuffer&, LatestStream*)>;

  void AddUnary(UnaryMethod method);
  void AddStream(LabelValue method, OpenStreams* streams, Follow follow);
  // `react` makes what handles one call.
  void Register(const MethodName& name,
                std::function<Reactor*(grpc::CallbackServerContext*)> react);

  const LabelValue service_;
  const CallEnvironment environment_;
  // gRPC and the calls borrow what stands here.
  std::deque<std::string> paths_;
  std::deque<UnaryMethod> unary_;
  std::deque<UploadStream::Method> uploads_;
};

template <class Req, class Resp>
void RawService::AddAsync(LabelValue method,
                          std::function<void(const CallContext&, std::shared_ptr<const Req>,
                                             std::function<void(absl::StatusOr<Resp>)>)>
                              work,
                          size_t bytes_max) {
  using google::protobuf::Message;
  AddUnary({{service_, method},
            environment_,
            &Req::default_instance(),
            bytes_max,
            [work = std::move(work)](const CallContext& call,
                                     std::shared_ptr<const Message> message, AnswerCall done) {
              // It was made from the prototype above.
              work(call, std::static_pointer_cast<const Req>(std::move(message)),
                   [done = std::move(done)](absl::StatusOr<Resp> result) {
                     if (!result.ok()) return done(result.status());
                     done(&*result);
                   });
            }});
}

template <class Req, class Resp>
void RawService::Add(LabelValue method,
                     std::function<absl::StatusOr<Resp>(const CallContext&, const Req&)> work,
                     size_t bytes_max) {
  AddAsync<Req, Resp>(
      method,
      [work = std::move(work)](const CallContext& call, const std::shared_ptr<const Req>& message,
                               const std::function<void(absl::StatusOr<Resp>)>& done) {
        done(work(call, *message));
      },
      bytes_max);
}

template <class Req>
void RawService::AddWatch(
    LabelValue method, OpenStreams* streams,
    std::function<absl::Status(const CallContext&, const Req&, LatestStream*)> follow) {
  AddStream(method, streams,
            [follow = std::move(follow)](const CallContext& call, const grpc::ByteBuffer& bytes,
                                         LatestStream* stream) {
              Req message;
              const absl::Status parsed = ParseRequest(bytes, kMessageBytesMax, &message);
              return parsed.ok() ? follow(call, message, stream) : parsed;
            });
}

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_RAW_SERVICE_H_
