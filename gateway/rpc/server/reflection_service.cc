#include "gateway/rpc/server/reflection_service.h"

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/reflection_answer.h"
#include "gateway/rpc/server/request_bytes.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "google/protobuf/descriptor.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpcpp/impl/server_builder_plugin.h"
#include "grpcpp/impl/server_initializer.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace mrg {
namespace {

using grpc::reflection::v1::ServerReflection;
using grpc::reflection::v1::ServerReflectionRequest;
using Reactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

// The streams are taken as bytes, so that the length of a question is known before it is parsed.
class ReflectionService : public ServerReflection::WithRawCallbackMethod_ServerReflectionInfo<
                              ServerReflection::Service> {
 public:
  // Before the server starts.
  void SetServices(std::vector<std::string> services) { services_ = std::move(services); }
  const std::vector<std::string>& services() const { return services_; }

  // Result: whether there is a place for one more stream, which Leave gives back.
  bool TryEnter() {
    if (open_.fetch_add(1) < kReflectionStreamsMax) return true;
    Leave();
    return false;
  }
  void Leave() { open_.fetch_sub(1); }

  Reactor* ServerReflectionInfo(grpc::CallbackServerContext* context) override;

 private:
  std::vector<std::string> services_;
  std::atomic<int> open_ = 0;
};

// One stream; deletes itself when gRPC is done with it. A read or a write is always under way until
// the end, so that a stream that is cut comes to its end by that.
class ReflectionStream : public Reactor {
 public:
  explicit ReflectionStream(ReflectionService* service)
      : service_(service), has_place_(service->TryEnter()) {
    if (has_place_) {
      StartRead(&question_);
    } else {
      End(MakeError(Reason::kOverloaded, "too many streams of reflection are open"));
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(absl::OkStatus());
    ServerReflectionRequest question;
    const absl::Status parsed = ParseRequest(question_, kReflectionRequestBytesMax, &question);
    if (!parsed.ok()) return End(parsed);
    answer_ = BufferOf(AnswerReflection(*google::protobuf::DescriptorPool::generated_pool(),
                                        service_->services(), question));
    StartWrite(&answer_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::OkStatus());
    answer_.Clear();
    StartRead(&question_);
  }

  void OnDone() override { delete this; }

 private:
  // The place is free before the client hears of the end, who may then open the next stream.
  void End(const absl::Status& status) {
    if (has_place_) service_->Leave();
    Finish(StatusToGrpc(status));
  }

  ReflectionService* const service_;
  const bool has_place_;
  grpc::ByteBuffer question_;
  grpc::ByteBuffer answer_;
};

Reactor* ReflectionService::ServerReflectionInfo(grpc::CallbackServerContext*) {
  return new ReflectionStream(this);
}

// The names of a server's services are known to plugins alone.
class ReflectionPlugin : public grpc::ServerBuilderPlugin {
 public:
  std::string name() override { return "grpc.reflection.v1"; }
  void InitServer(grpc::ServerInitializer* server) override { server->RegisterService(service_); }
  void Finish(grpc::ServerInitializer* server) override {
    service_->SetServices(*server->GetServiceList());
  }
  void ChangeArguments(const std::string&, void*) override {}

 private:
  const std::shared_ptr<ReflectionService> service_ = std::make_shared<ReflectionService>();
};

class ReflectionOption : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<ReflectionPlugin>());
  }
};

}  // namespace

std::unique_ptr<grpc::ServerBuilderOption> OfferReflection() {
  return std::make_unique<ReflectionOption>();
}

}  // namespace mrg
