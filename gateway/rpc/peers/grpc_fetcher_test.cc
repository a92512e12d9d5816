// Timestamps by range over a real channel: a follower that was away for 31 days, and what a peer
// may answer that does not keep the bounds or the chain.

#include "gateway/rpc/peers/grpc_fetcher.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/peers/calls_under_way.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "trustlist/client/client_workflow.h"
#include "trustlist/client/memory_files.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using trustlist::v1::GetMetadataRequest;
using trustlist::v1::GetMetadataResponse;
using trustlist::v1::ListTimestampsRequest;
using trustlist::v1::ListTimestampsResponse;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
// A timestamp is renewed at 20 minutes (docs/OPERATING.md, A change).
constexpr int kTimestampsOf31Days = 31 * 72;

// Serves a repository as a node does, but for what `spoil` makes of a range.
class PeerService : public trustlist::v1::TrustRepositoryService::Service {
 public:
  explicit PeerService(RepositorySimulator* repository) : repository_(repository) {}

  grpc::Status GetMetadata(grpc::ServerContext*, const GetMetadataRequest* request,
                           GetMetadataResponse* response) override {
    std::optional<int64_t> version;
    if (request->version() > 0) version = request->version();
    auto bytes = repository_->FetchMetadata(request->role(), version, kTrustMessageBytesMax);
    if (!bytes.ok()) return StatusToGrpc(bytes.status());
    response->set_content(*std::move(bytes));
    return grpc::Status::OK;
  }

  grpc::Status ListTimestamps(grpc::ServerContext*, const ListTimestampsRequest* request,
                              ListTimestampsResponse* response) override {
    ++range_calls;
    const auto timestamps = repository_->FetchTimestamps(
        request->first_version(), request->last_version(), kTrustMessageBytesMax);
    if (!timestamps.ok()) return StatusToGrpc(timestamps.status());
    for (const std::string& one : *timestamps) response->add_timestamps(one);
    const int64_t after = request->first_version() + response->timestamps_size();
    if (after <= request->last_version()) response->set_next_version(after);
    if (spoil) spoil(response);
    return grpc::Status::OK;
  }

  std::function<void(ListTimestampsResponse*)> spoil;
  int range_calls = 0;

 private:
  RepositorySimulator* const repository_;
};

class GrpcFetcherTest : public ::testing::Test {
 protected:
  GrpcFetcherTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(static_cast<int>(kTrustMessageBytesMax));
    fetcher_ = std::make_unique<GrpcFetcher>(
        *MemberId::Parse("yangtze-delta"),
        grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                  grpc::InsecureChannelCredentials(), arguments),
        absl::Seconds(20), &calls_, &clock_);
    EXPECT_TRUE(files_.Take("root", 1, repository_.root(1)).ok());
    EXPECT_TRUE(Refresh().ok());
  }

  absl::Status Refresh() {
    return RefreshTopLevel({fetcher_.get(), &files_, nullptr}, {}, kStart).status();
  }
  std::string Trusted() { return **files_.Newest("timestamp"); }

  const RealClock clock_;
  RepositorySimulator repository_{kStart};
  PeerService service_{&repository_};
  std::unique_ptr<grpc::Server> server_;
  CallsUnderWay calls_;
  std::unique_ptr<GrpcFetcher> fetcher_;
  MemoryFiles files_;
};

TEST_F(GrpcFetcherTest, M6_ThirtyOneDaysOfTimestampsAreClosedInThreeCalls) {
  for (int i = 0; i < kTimestampsOf31Days; ++i) repository_.PublishTimestamp();

  const absl::Status refreshed = Refresh();

  ASSERT_TRUE(refreshed.ok()) << refreshed;
  EXPECT_EQ(Trusted(), repository_.timestamp().bytes);
  EXPECT_EQ(service_.range_calls, 3);
}

TEST_F(GrpcFetcherTest, M6_WhatThePeerDoesNotKeepIsAGapThatIsNotProven) {
  const std::string before = Trusted();
  for (int i = 0; i < 20; ++i) repository_.PublishTimestamp();
  repository_.Withdraw("9.timestamp.json");

  EXPECT_EQ(ReasonOf(Refresh()), Reason::kGapUnproven);

  EXPECT_EQ(Trusted(), before);
  EXPECT_EQ(service_.range_calls, 2);  // up to the missing one, and that one
}

TEST_F(GrpcFetcherTest, M6_AnAnswerThatKeepsNotItsBoundsOrNotTheChainIsNotTaken) {
  const std::string before = Trusted();
  for (int i = 0; i < 20; ++i) repository_.PublishTimestamp();
  const struct {
    const char* what;
    std::function<void(ListTimestampsResponse*)> spoil;
    Reason reason;
  } answers[] = {
      {"nothing", [](auto* answer) { answer->clear_timestamps(); }, Reason::kFetchFailed},
      {"one more than was asked for",
       [](auto* answer) { answer->add_timestamps(answer->timestamps(0)); }, Reason::kFetchFailed},
      {"more than an answer has",
       [](auto* answer) {
         for (int i = 0; i < 1024; ++i) answer->add_timestamps("{}");
       },
       Reason::kFetchFailed},
      {"another place to go on", [](auto* answer) { answer->set_next_version(1); },
       Reason::kFetchFailed},
      {"a range that ends early and does not say so",
       [](auto* answer) { answer->mutable_timestamps()->RemoveLast(); }, Reason::kFetchFailed},
      {"a timestamp that is too long",
       [](auto* answer) { answer->set_timestamps(3, std::string(16 * 1024 + 1, ' ')); },
       Reason::kMetadataTooLong},
      {"the wrong order",
       [](auto* answer) {
         std::reverse(answer->mutable_timestamps()->begin(), answer->mutable_timestamps()->end());
       },
       Reason::kGapUnproven},
      {"two in each other's place",
       [](auto* answer) { answer->mutable_timestamps()->SwapElements(4, 5); },
       Reason::kGapUnproven},
      {"one twice", [](auto* answer) { answer->set_timestamps(5, answer->timestamps(4)); },
       Reason::kGapUnproven},
      {"no timestamp", [](auto* answer) { answer->set_timestamps(5, "{}"); },
       Reason::kMetadataMalformed}};
  for (const auto& answer : answers) {
    service_.spoil = answer.spoil;

    const absl::Status refreshed = Refresh();

    EXPECT_EQ(ReasonOf(refreshed), answer.reason) << answer.what << ": " << refreshed;
    EXPECT_EQ(Trusted(), before) << answer.what;
  }

  service_.spoil = {};
  EXPECT_TRUE(Refresh().ok());
}

TEST_F(GrpcFetcherTest, M6_MoreBytesThanAnAnswerHasAreNotTaken) {
  for (int i = 0; i < 200; ++i) repository_.PublishTimestamp();
  service_.spoil = [](ListTimestampsResponse* answer) {
    for (std::string& one : *answer->mutable_timestamps()) one.resize(16 * 1024, ' ');
  };

  EXPECT_EQ(ReasonOf(fetcher_->FetchTimestamps(1, 100, 16 * 1024).status()),
            Reason::kMetadataTooLong);
  EXPECT_EQ(fetcher_->FetchTimestamps(1, 64, 16 * 1024)->size(), 64u);
}

}  // namespace
}  // namespace mrg
