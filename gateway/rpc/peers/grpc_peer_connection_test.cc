// One peer over a real channel: what its answers become, and the life of a stream of hints.

#include "gateway/rpc/peers/grpc_peer_connection.h"

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gateway/base/mutex.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/base/testing/simulated_clock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"

namespace mrg {
namespace {

using trustlist::v1::ExchangeHeadsRequest;
using trustlist::v1::ExchangeHeadsResponse;
using trustlist::v1::GetMetadataRequest;
using trustlist::v1::GetMetadataResponse;
using trustlist::v1::WatchRequest;
using trustlist::v1::WatchResponse;

// Longer than the test may run: no call ends by its deadline.
constexpr absl::Duration kCallTimeout = absl::Hours(1);

// Hints `hints_each` times, and again as often as HintAgain says, then holds the stream until the
// client or the server ends it.
class PeerService : public trustlist::v1::TrustRepositoryService::Service {
 public:
  grpc::Status Watch(grpc::ServerContext* context, const WatchRequest*,
                     grpc::ServerWriter<WatchResponse>* writer) override {
    WatchResponse hint;
    hint.set_publisher("hub");
    hint.set_timestamp_version(7);
    for (int turn = 0; WaitForTurn(turn, context); ++turn) {
      for (int i = 0; i < hints_each; ++i) writer->Write(hint);
    }
    return grpc::Status::OK;
  }
  void HintAgain() {
    MutexLock lock(mu_);
    ++turns_;
    end_.NotifyAll();
  }
  grpc::Status ExchangeHeads(grpc::ServerContext* context, const ExchangeHeadsRequest*,
                             ExchangeHeadsResponse* response) override {
    WaitIfSilent(context);
    response->add_heads()->set_publisher("hub");
    return answer;
  }
  grpc::Status GetMetadata(grpc::ServerContext* context, const GetMetadataRequest*,
                           GetMetadataResponse*) override {
    WaitIfSilent(context);
    return answer;
  }
  void EndStreams() {
    MutexLock lock(mu_);
    ended_ = true;
    end_.NotifyAll();
  }

  // From now on calls are taken and not answered.
  void FallSilent() {
    MutexLock lock(mu_);
    silent_ = true;
  }
  // Waits until `count` calls wait for an answer.
  void WaitForCalls(int count) {
    MutexLock lock(mu_);
    while (waiting_ < count) came_.Wait(mu_);
  }

  grpc::Status answer;
  int hints_each = 1;  // set before a stream is opened

 private:
  // Result: false when the stream has ended instead.
  bool WaitForTurn(int turn, grpc::ServerContext* context) {
    MutexLock lock(mu_);
    while (turn >= turns_ && !ended_ && !context->IsCancelled()) end_.WaitFor(mu_, 10);
    return turn < turns_;
  }
  void WaitIfSilent(grpc::ServerContext* context) {
    MutexLock lock(mu_);
    if (!silent_) return;
    ++waiting_;
    came_.NotifyAll();
    while (!ended_ && !context->IsCancelled()) end_.WaitFor(mu_, 10);
  }

  Mutex mu_;
  CondVar end_, came_;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
  int turns_ ABSL_GUARDED_BY(mu_) = 1;
  bool silent_ ABSL_GUARDED_BY(mu_) = false;
  int waiting_ ABSL_GUARDED_BY(mu_) = 0;
};

class GrpcPeerConnectionTest : public ::testing::Test {
 protected:
  GrpcPeerConnectionTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                             grpc::InsecureChannelCredentials());
    connection_ = std::make_unique<GrpcPeerConnection>(channel, kCallTimeout, &clock_);
    watching_ = std::make_unique<GrpcPeerConnection>(channel, kCallTimeout, &hint_clock_);
  }
  ~GrpcPeerConnectionTest() override { service_.EndStreams(); }

  // Hints are counted by a clock that stands.
  std::unique_ptr<HintStream> Watch() {
    return watching_->WatchHints([this](const std::string& publisher, int64_t version) {
      MutexLock lock(mu_);
      heard_.push_back(publisher + " " + std::to_string(version));
      changed_.NotifyAll();
    });
  }
  // Waits for the first hint.
  std::string Heard() {
    MutexLock lock(mu_);
    while (heard_.empty()) changed_.Wait(mu_);
    return heard_.front();
  }
  void WaitForHints(size_t count) {
    MutexLock lock(mu_);
    while (heard_.size() < count) changed_.Wait(mu_);
  }
  void WaitUntilEnded(const HintStream& stream) {
    while (!stream.HasEnded()) {
      MutexLock lock(mu_);
      changed_.WaitFor(mu_, 1);
    }
  }

  const RealClock clock_;
  PeerService service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<GrpcPeerConnection> connection_;
  SimulatedClock hint_clock_{absl::FromUnixSeconds(1795478400)};
  std::unique_ptr<GrpcPeerConnection> watching_;
  Mutex mu_;
  CondVar changed_;
  std::vector<std::string> heard_ ABSL_GUARDED_BY(mu_);
};

TEST_F(GrpcPeerConnectionTest, HintsComeAndAStreamThatIsDroppedEnds) {
  std::unique_ptr<HintStream> stream = Watch();

  EXPECT_EQ(Heard(), "hub 7");
  EXPECT_FALSE(stream->HasEnded());

  stream.reset();
}

TEST_F(GrpcPeerConnectionTest, AStreamThatThePeerEndsHasEnded) {
  const std::unique_ptr<HintStream> stream = Watch();
  Heard();

  service_.EndStreams();

  WaitUntilEnded(*stream);
  EXPECT_FALSE(stream->WasFlooded());
}

TEST_F(GrpcPeerConnectionTest, L4_N05_AStreamOfMoreThanAHundredHintsInASecondIsEnded) {
  service_.hints_each = 100;
  const std::unique_ptr<HintStream> stream = Watch();
  WaitForHints(100);
  hint_clock_.Advance(absl::Seconds(1));
  service_.HintAgain();
  WaitForHints(200);
  EXPECT_FALSE(stream->HasEnded());

  service_.HintAgain();

  WaitUntilEnded(*stream);
  EXPECT_TRUE(stream->WasFlooded());
  MutexLock lock(mu_);
  EXPECT_EQ(heard_.size(), 200u);
}

TEST_F(GrpcPeerConnectionTest, AStreamToNobodyEndsAndItsDestructorReturns) {
  server_->Shutdown();
  const std::unique_ptr<HintStream> stream = Watch();

  WaitUntilEnded(*stream);
}

TEST_F(GrpcPeerConnectionTest, WhatThePeerAnswersIsPassedOnAndWhatIsNotItsReasonIsAFailedFetch) {
  EXPECT_EQ(connection_->ExchangeHeads({})->heads(0).publisher(), "hub");

  service_.answer = grpc::Status(grpc::StatusCode::INTERNAL, "no reason of ours");
  EXPECT_EQ(ReasonOf(connection_->ExchangeHeads({}).status()), Reason::kFetchFailed);
  EXPECT_EQ(ReasonOf(connection_->GetEpochKey(AsJurisdiction("31"), 0).status()),
            Reason::kFetchFailed)
      << "a service that the peer does not offer";

  server_->Shutdown();
  EXPECT_EQ(ReasonOf(connection_->ExchangeHeads({}).status()), Reason::kFetchFailed);
  EXPECT_EQ(ReasonOf(connection_->Deliver({}).status()), Reason::kFetchFailed);
}

TEST_F(GrpcPeerConnectionTest, CallsThatAPeerNeverAnswersEndWhenTheyAreCut) {
  service_.FallSilent();
  const std::unique_ptr<Fetcher> fetcher = connection_->FetcherOf(*MemberId::Parse("hub"));
  absl::Status heads, metadata;
  std::thread asks_heads([&] { heads = connection_->ExchangeHeads({}).status(); });
  std::thread fetches(
      [&] { metadata = fetcher->FetchMetadata("timestamp", std::nullopt, 1024).status(); });
  service_.WaitForCalls(2);

  connection_->Cut();
  asks_heads.join();
  fetches.join();

  EXPECT_EQ(ReasonOf(heads), Reason::kFetchFailed);
  EXPECT_EQ(ReasonOf(metadata), Reason::kFetchFailed);
}

TEST_F(GrpcPeerConnectionTest, AfterACutNoCallIsMade) {
  const std::unique_ptr<Fetcher> fetcher = connection_->FetcherOf(*MemberId::Parse("hub"));
  ASSERT_TRUE(connection_->ExchangeHeads({}).ok());

  connection_->Cut();

  EXPECT_EQ(ReasonOf(connection_->ExchangeHeads({}).status()), Reason::kFetchFailed);
  EXPECT_EQ(ReasonOf(connection_->Deliver({}).status()), Reason::kFetchFailed);
  EXPECT_EQ(ReasonOf(connection_->GetEpochKey(AsJurisdiction("31"), 0).status()),
            Reason::kFetchFailed);
  EXPECT_EQ(ReasonOf(fetcher->FetchMetadata("timestamp", std::nullopt, 1024).status()),
            Reason::kFetchFailed);
}

}  // namespace
}  // namespace mrg
