#include "tests/chaos/spoiling_peer.h"

#include <atomic>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpc/support/time.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/channel_arguments.h"
#include "grpcpp/support/client_callback.h"

namespace mrg {
namespace {

constexpr char kRepositoryPrefix[] = "/mrg.trustlist.v1.TrustRepositoryService/";
constexpr char kWatch[] = "/mrg.trustlist.v1.TrustRepositoryService/Watch";
// Walks over the places of an answer and over the bits of a byte.
constexpr uint64_t kPlaceStep = 7919;
constexpr uint64_t kBitStep = 3;
constexpr int kReconnectMsMax = 100;
constexpr int kPingMsMin = 5000;

using Stub = grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>;

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// Which answers are spoilt.
class Spoiling {
 public:
  void Set(uint64_t each) { each_ = each; }
  uint64_t count() const { return count_; }

  void Apply(const std::string& method, grpc::ByteBuffer* answer) {
    if (!absl::StartsWith(method, kRepositoryPrefix) || method == kWatch) return;
    const uint64_t each = each_;
    if (each == 0 || ++answers_ % each != 0 || answer->Length() == 0) return;
    const uint64_t number = ++count_;
    std::string bytes = BytesOf(*answer);
    char& byte = bytes[number * kPlaceStep % bytes.size()];
    byte = static_cast<char>(byte ^ (1 << (number * kBitStep % 8)));
    const grpc::Slice slice(bytes);
    *answer = grpc::ByteBuffer(&slice, 1);
  }

 private:
  std::atomic<uint64_t> each_ = 0;
  std::atomic<uint64_t> answers_ = 0;
  std::atomic<uint64_t> count_ = 0;
};

// One call: a question, and answers as long as the node gives any. Goes away when both the caller's
// side and the node's side ended.
class PassedOn : public grpc::ServerGenericBidiReactor {
 public:
  PassedOn(std::string method, Stub* stub, Spoiling* spoiling)
      : method_(std::move(method)), stub_(stub), spoiling_(spoiling) {
    StartRead(&question_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status(grpc::StatusCode::CANCELLED, "no question"));
      Release();  // there is no node's side
      return;
    }
    stub_->PrepareBidiStreamingCall(&context_, method_, grpc::StubOptions(), &asked_);
    // The node's side may not end between two reads.
    asked_.AddHold();
    asked_.StartWriteLast(&question_, grpc::WriteOptions());
    asked_.StartRead(&answer_);
    asked_.StartCall();
  }
  void OnWriteDone(bool ok) override {
    if (!ok) context_.TryCancel();
    asked_.StartRead(&answer_);
  }
  void OnCancel() override { context_.TryCancel(); }
  void OnDone() override { Release(); }

 private:
  struct Asked : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
    explicit Asked(PassedOn* owner) : call(owner) {}

    void OnReadDone(bool ok) override {
      if (!ok) {
        RemoveHold();
        return;
      }
      call->spoiling_->Apply(call->method_, &call->answer_);
      call->StartWrite(&call->answer_);
    }
    void OnDone(const grpc::Status& status) override {
      call->Finish(status);
      call->Release();
    }

    PassedOn* const call;
  };

  void Release() {
    if (--sides_ == 0) delete this;
  }

  const std::string method_;
  Stub* const stub_;
  Spoiling* const spoiling_;
  grpc::ClientContext context_;
  grpc::ByteBuffer question_;
  grpc::ByteBuffer answer_;
  Asked asked_{this};
  std::atomic<int> sides_ = 2;
};

class PassingService : public grpc::CallbackGenericService {
 public:
  PassingService(std::shared_ptr<grpc::Channel> channel, Spoiling* spoiling)
      : stub_(std::move(channel)), spoiling_(spoiling) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new PassedOn(context->method(), &stub_, spoiling_);
  }

 private:
  Stub stub_;
  Spoiling* const spoiling_;
};

std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address, const PeerFiles& caller,
                                         const PeerFiles& peer) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(
      address, grpc::SslCredentials({peer.ca_pem, caller.key_pem, caller.certificate_pem}),
      arguments);
}

}  // namespace

struct SpoilingPeer::Parts {
  explicit Parts(std::shared_ptr<grpc::Channel> channel) : service(std::move(channel), &spoiling) {}

  Spoiling spoiling;
  PassingService service;
  std::unique_ptr<grpc::Server> server;
};

absl::StatusOr<std::unique_ptr<SpoilingPeer>> SpoilingPeer::Start(const PeerFiles& caller,
                                                                  const PeerFiles& peer,
                                                                  const std::string& address) {
  auto parts = std::make_unique<Parts>(ChannelTo(address, caller, peer));
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = caller.ca_pem;
  tls.pem_key_cert_pairs.push_back({peer.key_pem, peer.certificate_pem});
  grpc::ServerBuilder builder;
  // As a node's listener has it: the pings of followers are no attack.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kPingMsMin);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  builder.RegisterCallbackGenericService(&parts->service);
  parts->server = builder.BuildAndStart();
  if (parts->server == nullptr) return absl::UnavailableError("cannot listen on loopback");
  return std::unique_ptr<SpoilingPeer>(
      new SpoilingPeer(std::move(parts), absl::StrCat("127.0.0.1:", port)));
}

SpoilingPeer::SpoilingPeer(std::unique_ptr<Parts> parts, std::string address)
    : parts_(std::move(parts)), address_(std::move(address)) {}

SpoilingPeer::~SpoilingPeer() {
  parts_->server->Shutdown(gpr_now(GPR_CLOCK_REALTIME));
  parts_->server->Wait();
}

void SpoilingPeer::Spoil(uint64_t each) { parts_->spoiling.Set(each); }

uint64_t SpoilingPeer::spoilt() const { return parts_->spoiling.count(); }

}  // namespace mrg
