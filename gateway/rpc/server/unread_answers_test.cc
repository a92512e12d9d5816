// Clients over loopback that call and never read: what waits for them is counted and bounded, and
// goes when their time is over.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/answer/authorization.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/metrics/rpc_metrics.h"
#include "gateway/rpc/identity/peer_identity.h"
#include "gateway/rpc/server/admission.h"
#include "gateway/rpc/server/connection_bounds.h"
#include "gateway/rpc/server/failure_log.h"
#include "gateway/rpc/server/latest_stream.h"
#include "gateway/rpc/server/raw_service.h"
#include "gateway/rpc/server/read_deadlines.h"
#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/support/channel_arguments.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"

namespace mrg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using trustlist::v1::GetTargetRequest;
using trustlist::v1::GetTargetResponse;
using trustlist::v1::WatchRequest;
using trustlist::v1::WatchResponse;

constexpr char kService[] = "mrg.trustlist.v1.TrustRepositoryService";
constexpr char kCaller[] = "spiffe://chuanyu.example/node/log-1";
constexpr size_t kAnswerBytes = size_t{1} << 20;
constexpr size_t kAnswersHeld = 4;

class OneCaller : public PeerIdentity {
 public:
  absl::StatusOr<SpiffeId> Of(const PresentedCertificate&, absl::Time) override {
    return SpiffeId::Parse(kCaller);
  }
};

class InPlace : public Executor {
 public:
  bool TrySubmit(std::function<void()> work) override {
    work();
    return true;
  }
};

// A call of a client that sends its request and then reads nothing but the headers.
class UnreadCall {
 public:
  UnreadCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
             const google::protobuf::Message& request)
      : stub_(channel) {
    call_ = stub_.PrepareCall(&context_, absl::StrCat("/", kService, "/", method), &queue_);
    call_->StartCall(this);
    EXPECT_TRUE(Next());
    call_->WriteLast(BufferOf(request), grpc::WriteOptions(), this);
    EXPECT_TRUE(Next());
  }
  ~UnreadCall() {
    if (!over_) {
      context_.TryCancel();
      Finish();
    }
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  // Waits until the server has begun to answer.
  void WaitForHeaders() {
    call_->ReadInitialMetadata(this);
    EXPECT_TRUE(Next());
  }
  // Result: the next message; nullopt when there is none any more.
  std::optional<grpc::ByteBuffer> Read() {
    grpc::ByteBuffer message;
    call_->Read(&message, this);
    if (!Next()) return std::nullopt;
    return message;
  }
  grpc::Status Finish() {
    grpc::Status status;
    call_->Finish(&status, this);
    Next();
    over_ = true;
    return status;
  }
  // Result: the value that came with the end; empty when there is none. REQUIRES: after Finish.
  std::string Trailing(const std::string& key) const {
    const auto& trailing = context_.GetServerTrailingMetadata();
    const auto found = trailing.find(key);
    return found == trailing.end() ? "" : std::string(found->second.data(), found->second.size());
  }

 private:
  bool Next() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  bool over_ = false;
};

class UnreadAnswers : public ::testing::Test {
 protected:
  UnreadAnswers() {
    service_.Add<GetTargetRequest, GetTargetResponse>(
        "GetTarget", [](const CallContext&, const GetTargetRequest& request) {
          GetTargetResponse response;
          if (request.path().empty()) response.set_content(std::string(kAnswerBytes, 'x'));
          return response;
        });
    service_.AddWatch<WatchRequest>(
        "Watch", &streams_, [this](const CallContext&, const WatchRequest&, LatestStream* stream) {
          watching_ = stream;
          stream->Put("first", BufferOf(Hint("first", 0)));
          return absl::OkStatus();
        });
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    // Otherwise gRPC takes more for a client than the client reads.
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    channel_ = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                         grpc::InsecureChannelCredentials(), arguments);
  }
  ~UnreadAnswers() override { server_->Shutdown(); }

  static WatchResponse Hint(const std::string& publisher, int64_t version) {
    WatchResponse hint;
    hint.set_publisher(publisher);
    hint.set_timestamp_version(version);
    return hint;
  }

  // Result: how a call ends whose client reads.
  grpc::StatusCode Ask(const std::string& path) {
    GetTargetRequest request;
    request.set_path(path);
    UnreadCall call(channel_, "GetTarget", request);
    while (call.Read().has_value()) {
    }
    return call.Finish().error_code();
  }

  SimulatedClock clock_{absl::UnixEpoch()};
  MetricRegistry registry_;
  const RpcMetrics metrics_{&registry_};
  KeptEvents events_;
  OneCaller identity_;
  InPlace executor_;
  const Authorization authorization_ = *Authorization::Create(
      {{kCaller, {absl::StrCat(kService, "/*")}, {}, {}}}, {*JurisdictionId::Parse("31")});
  Admission admission_{{.calls_max = 16,
                        .bytes_max = 2 * kAnswersHeld * kAnswerBytes,
                        .party_calls_max = 16,
                        .party_bytes_max = kAnswersHeld * kAnswerBytes + kAnswerBytes / 2,
                        .party_reads_max = 4}};
  ReadDeadlines reads_;
  ConnectionBounds connections_{{}, [](int, uint64_t) { return true; }};
  FailureLog failures_{&events_};
  OpenStreams streams_{{.streams_max = 4, .party_streams_max = 4, .party = Party::kIdentity}};
  std::atomic<LatestStream*> watching_ = nullptr;
  RawService service_{LabelValue(kService),
                      {&identity_, &authorization_, &executor_, &clock_, &metrics_, &admission_,
                       &reads_, &connections_, &failures_}};
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(UnreadAnswers, R15_AStreamThatEndsByOurFaultIsToldWithItsRequestId) {
  UnreadCall watch(channel_, "Watch", WatchRequest());
  watch.WaitForHeaders();

  watching_.load()->End(MakeError(Reason::kStoreUnavailable, "the disk"));

  while (watch.Read().has_value()) {
  }
  EXPECT_EQ(watch.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  const std::string request_id = watch.Trailing("x-request-id");
  EXPECT_EQ(request_id.size(), 32u);
  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr("\"event\":\"call_failed\""), HasSubstr("/Watch\""),
                                HasSubstr("STORE_UNAVAILABLE"), HasSubstr(request_id))));
}

TEST_F(UnreadAnswers, AStreamThatEndsByItsCallersFaultOrInOrderIsToldToNobody) {
  for (const absl::Status& end :
       {absl::OkStatus(), MakeFieldError(Reason::kFieldMalformed, "publisher", "expected one")}) {
    UnreadCall watch(channel_, "Watch", WatchRequest());
    watch.WaitForHeaders();

    watching_.load()->End(end);

    while (watch.Read().has_value()) {
    }
    EXPECT_EQ(watch.Finish().ok(), end.ok());
    EXPECT_EQ(watch.Trailing("x-request-id"), "");
  }
  EXPECT_THAT(events_.Take(), IsEmpty());
}

using Threat = UnreadAnswers;

TEST_F(Threat, N07_AnswersThatNobodyTakesAreBoundedAndCutWhenTheirTimeIsOver) {
  std::vector<std::unique_ptr<UnreadCall>> unread;
  for (size_t i = 0; i < kAnswersHeld; ++i) {
    unread.push_back(std::make_unique<UnreadCall>(channel_, "GetTarget", GetTargetRequest()));
    unread.back()->WaitForHeaders();
  }

  EXPECT_EQ(Ask(""), grpc::StatusCode::RESOURCE_EXHAUSTED) << "no byte more is held";
  EXPECT_EQ(Ask("short"), grpc::StatusCode::OK) << "a caller that reads is answered";

  clock_.Advance(absl::Seconds(kRequestSecondsMax) + absl::Seconds(1));
  EXPECT_GE(reads_.CutOlderThan(clock_.Monotonic() - absl::Seconds(kRequestSecondsMax)),
            kAnswersHeld);
  for (const auto& call : unread) {
    while (call->Read().has_value()) {
    }
    EXPECT_EQ(call->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  // What a call holds goes a moment after its client has heard of the end.
  while (Ask("") == grpc::StatusCode::RESOURCE_EXHAUSTED) {
  }
  EXPECT_EQ(Ask(""), grpc::StatusCode::OK);
}

TEST_F(Threat, N07_OfAStreamThatIsNotReadTheLatestStatesWaitAndNoOthers) {
  constexpr int kEvents = 100'000;
  UnreadCall watch(channel_, "Watch", WatchRequest());
  watch.WaitForHeaders();
  // Long enough that what gRPC takes on its own is a small part of all.
  const std::string padding(1000, 'x');
  for (int i = 1; i <= kEvents; ++i) {
    for (const char* key : {"first", "second"}) {
      watching_.load()->Put(key, BufferOf(Hint(absl::StrCat(key, padding), i)));
    }
  }
  watching_.load()->End(absl::OkStatus());

  int received = 0;
  std::map<std::string, int64_t> latest;
  while (std::optional<grpc::ByteBuffer> message = watch.Read()) {
    WatchResponse hint;
    ASSERT_TRUE(ParseRequest(*message, kMessageBytesMax, &hint).ok());
    latest[hint.publisher().substr(0, 5)] = hint.timestamp_version();
    ++received;
  }

  EXPECT_TRUE(watch.Finish().ok());
  EXPECT_LT(received, 2000) << "of " << 2 * kEvents;
  EXPECT_EQ(latest["first"], kEvents);
  EXPECT_EQ(latest["secon"], kEvents);
}

}  // namespace
}  // namespace mrg
