#include "tests/simulation/memory_peer_connection.h"

#include <memory>
#include <string>

#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/federation/testing/desk_of_tests.h"
#include "gateway/federation/testing/serving_node.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
const MemberId kHub = *MemberId::Parse("hub");
const MemberId kDelta = *MemberId::Parse("yangtze-delta");
const MemberId kPearl = *MemberId::Parse("pearl-river");

class MemoryNetworkTest : public ::testing::Test {
 protected:
  MemoryNetworkTest() {
    node_.Hold(kHub, &repository_, kStart);
    MemoryNode parts = node_.parts();
    parts.heads = &desk_.desk;
    parts.epoch_keys = &keys_;
    parts.clock = &clock_;
    network_.Add(kHub, parts);
    EXPECT_TRUE(keys_.SetOwn(AsJurisdiction("31"), {1, std::string(32, 'k')}).ok());
  }

  absl::StatusOr<std::string> Timestamp() {
    return fetcher_->FetchMetadata(kTimestampRole, std::nullopt, 1 << 20);
  }
  // Whether each call is answered.
  void ExpectReached(bool reached) {
    EXPECT_EQ(Timestamp().ok(), reached);
    EXPECT_EQ(connection_->ExchangeHeads({}).ok(), reached);
    EXPECT_EQ(connection_->GetEpochKey(AsJurisdiction("31"), 0).ok(), reached);
    if (!reached) {
      EXPECT_EQ(ReasonOf(Timestamp().status()), Reason::kFetchFailed);
    }
  }

  RepositorySimulator repository_{kStart};
  SimulatedClock clock_{kStart};
  MemoryStore key_store_;
  EpochKeyring keys_{&key_store_, std::string(32, 'n')};
  ServingNode node_;
  DeskOfTests desk_{kHub, {kHub}};
  MemoryNetwork network_;
  const std::unique_ptr<PeerConnection> connection_ = network_.Connect(kDelta, kHub);
  const std::unique_ptr<Fetcher> fetcher_ = connection_->FetcherOf(kHub);
};

TEST_F(MemoryNetworkTest, ANodeAnswersAsItsPartsDo) {
  ExpectReached(true);

  EXPECT_EQ(*Timestamp(), repository_.timestamp().bytes);
  EXPECT_EQ(connection_->GetEpochKey(AsJurisdiction("31"), 0)->key(), std::string(32, 'k'));
  EXPECT_EQ(ReasonOf(connection_->GetEpochKey(AsJurisdiction("50"), 0).status()),
            Reason::kEpochKeyUnavailable);
  EXPECT_EQ(ReasonOf(connection_->FetcherOf(kPearl)
                         ->FetchMetadata(kTimestampRole, std::nullopt, 1 << 20)
                         .status()),
            Reason::kMetadataNotFound);
}

TEST_F(MemoryNetworkTest, AFileLongerThanAskedForIsNotGiven) {
  EXPECT_EQ(ReasonOf(fetcher_->FetchMetadata(kTimestampRole, std::nullopt, 10).status()),
            Reason::kMetadataTooLong);
}

TEST_F(MemoryNetworkTest, ACutWayFailsBothCallsAndStreamsUntilItIsJoined) {
  int hints = 0;
  const auto stream = connection_->WatchHints([&](const std::string&, int64_t) { ++hints; });
  EXPECT_EQ(hints, 1);
  EXPECT_FALSE(stream->HasEnded());

  network_.Cut(kHub, kDelta);
  node_.hints.Set(kPearl, 1);

  EXPECT_TRUE(stream->HasEnded());
  EXPECT_EQ(hints, 1);
  ExpectReached(false);
  network_.Join(kDelta, kHub);
  ExpectReached(true);
  EXPECT_TRUE(stream->HasEnded()) << "a stream that ended stays so";
}

TEST_F(MemoryNetworkTest, OtherWaysStayOpen) {
  network_.Cut(kDelta, kPearl);

  ExpectReached(true);
}

TEST_F(MemoryNetworkTest, ANodeThatWentAwayAnswersAgainWhenItIsBack) {
  const auto stream = connection_->WatchHints([](const std::string&, int64_t) {});
  network_.Remove(kHub);
  EXPECT_TRUE(stream->HasEnded());
  ExpectReached(false);
  EXPECT_TRUE(connection_->WatchHints([](const std::string&, int64_t) {})->HasEnded());

  network_.Add(kHub, node_.parts());

  EXPECT_TRUE(Timestamp().ok());
}

TEST_F(MemoryNetworkTest, CallsAreCountedByWay) {
  EXPECT_EQ(network_.calls(kDelta, kHub), 0);

  ExpectReached(true);

  EXPECT_EQ(network_.calls(kDelta, kHub), 3);
  EXPECT_EQ(network_.calls(kHub, kDelta), 0);
}

}  // namespace
}  // namespace mrg
