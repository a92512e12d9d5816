#include "gateway/cli/testing/empty_node.h"

#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/support/byte_buffer.h"

namespace mrg {
namespace {

// Takes all that the caller sends, of one message or many, then answers once.
class Answer : public grpc::ServerGenericBidiReactor {
 public:
  Answer() { StartRead(&request_); }

 private:
  void OnReadDone(bool ok) override {
    if (ok) {
      StartRead(&request_);
      return;
    }
    StartWriteAndFinish(&empty_, grpc::WriteOptions(), grpc::Status::OK);
  }
  void OnDone() override { delete this; }

  grpc::ByteBuffer request_;
  const grpc::Slice nothing_{"", 0};
  grpc::ByteBuffer empty_{&nothing_, 1};
};

}  // namespace

class EmptyNode::Answers : public grpc::CallbackGenericService {
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new Answer();
  }
};

EmptyNode::EmptyNode(absl::string_view socket)
    : socket_(socket), answers_(std::make_unique<Answers>()) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address(), grpc::InsecureServerCredentials());
  builder.RegisterCallbackGenericService(answers_.get());
  server_ = builder.BuildAndStart();
}

EmptyNode::~EmptyNode() { server_->Shutdown(); }

}  // namespace mrg
