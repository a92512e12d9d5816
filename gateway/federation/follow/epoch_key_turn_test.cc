#include "gateway/federation/follow/epoch_key_turn.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/base/turn_limit.h"
#include "gateway/federation/testing/stub_connection.h"
#include "gateway/licence_tag/give_epoch_key.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/snapshot/testing/set_snapshot.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using trustlist::v1::GetEpochKeyResponse;

const EpochKey kFirst = {1, std::string(32, 'a')};
const EpochKey kSecond = {2, std::string(32, 'b'), FixtureNow() + absl::Hours(3)};

// Keeps the lines.
class KeptEvents : public EventLog {
 public:
  void Write(Event event, EventFields fields) override {
    lines += EventLine::Of(absl::UnixEpoch(), event, fields) + "\n";
  }
  std::string lines;
};

// A node that follows Sichuan-Chongqing, of which the federation knows 50 alone.
class EpochKeyTurnTest : public testing::Test {
 protected:
  void SetUp() override {
    fixture_.known_jurisdictions = {{"50", kSichuanMember}, {"31", kDeltaMember}};
    PublishWithEntriesUnder({});
    connection_.get_epoch_key = [this](const JurisdictionId& jurisdiction, uint32_t epoch) {
      return Answer(jurisdiction, epoch);
    };
  }

  void PublishWithEntriesUnder(const std::vector<uint32_t>& epochs) {
    auto& entries = fixture_.jurisdictions.at("50").statuses;
    entries.clear();
    for (const uint32_t epoch : epochs) {
      entries.emplace_back().set_epoch(epoch);
      entries.back().set_tag(std::string(32, 't'));
    }
    snapshots_.Publish(std::make_shared<const RecognitionSnapshot>(fixture_.Build()));
  }

  absl::StatusOr<GetEpochKeyResponse> Answer(const JurisdictionId& jurisdiction, uint32_t epoch) {
    asked_.push_back(epoch);
    EXPECT_EQ(jurisdiction, AsJurisdiction("50"));
    auto response = GiveEpochKey(peer_keys_, epoch, now_);
    if (response.ok() && change_) change_(&*response);
    return response;
  }

  std::vector<uint32_t> AskedAt(absl::Time now) {
    now_ = now;
    asked_.clear();
    turn_.RunOnce(now);
    return asked_;
  }

  SnapshotFixture fixture_;
  SetSnapshot snapshots_;
  MemoryStore store_;
  EpochKeyring held_{&store_, std::string(32, 'n')};
  KeptEvents events_;
  EpochKeys peer_keys_ = {{1, kFirst}};
  std::function<void(GetEpochKeyResponse*)> change_;  // what a bad peer makes of its answer
  absl::Time now_ = FixtureNow();
  std::vector<uint32_t> asked_;
  StubConnection connection_;
  EpochKeyTurn turn_{*MemberId::Parse(kSichuanMember),
                     &connection_,
                     RetrySchedule(absl::Seconds(1), absl::Seconds(5), 7),
                     &snapshots_,
                     &held_,
                     &events_};
};

TEST_F(EpochKeyTurnTest, KeyIsFetchedAtOnceAndLookedForAgainEveryHour) {
  EXPECT_THAT(AskedAt(now_), ElementsAre(0));
  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).at(1).key, kFirst.key);
  EXPECT_THAT(events_.lines, HasSubstr("\"jurisdiction\":\"50\",\"epoch\":1"));

  EXPECT_THAT(AskedAt(FixtureNow() + absl::Minutes(59)), IsEmpty());
  EXPECT_THAT(AskedAt(FixtureNow() + absl::Minutes(60)), ElementsAre(0));
}

TEST_F(EpochKeyTurnTest, KeyOfTheNextEpochIsFetchedAheadOfItsUseWithItsTime) {
  AskedAt(now_);
  peer_keys_[2] = kSecond;

  EXPECT_THAT(AskedAt(FixtureNow() + absl::Hours(1)), ElementsAre(0, 2));

  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).at(2).key, kSecond.key);
  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).at(2).from, kSecond.from);
  EXPECT_EQ(InUseAt(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)), now_)->epoch, 1u);
  EXPECT_THAT(AskedAt(FixtureNow() + absl::Hours(2)), ElementsAre(0)) << "nothing is lacking";
}

TEST_F(EpochKeyTurnTest, ANewNodeFetchesTheEarlierEpochsToo) {
  peer_keys_[2] = {2, kSecond.key, FixtureNow() - absl::Hours(1)};

  EXPECT_THAT(AskedAt(now_), ElementsAre(0, 1));

  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).at(1).key, kFirst.key);
  EXPECT_EQ(InUseAt(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)), now_)->epoch, 2u);
}

TEST_F(EpochKeyTurnTest, EpochOfTheListInForceIsFetchedAtOnceThenByScheduleUntilItIsHad) {
  AskedAt(now_);
  PublishWithEntriesUnder({1, 2});
  const absl::Time then = FixtureNow() + absl::Seconds(10);

  EXPECT_THAT(AskedAt(then), ElementsAre(0, 2));
  EXPECT_THAT(events_.lines, HasSubstr("EPOCH_KEY_UNAVAILABLE"));
  events_.lines.clear();
  EXPECT_THAT(AskedAt(then + absl::Milliseconds(499)), IsEmpty());
  EXPECT_THAT(AskedAt(then + absl::Seconds(1)), ElementsAre(0, 2));
  EXPECT_THAT(events_.lines, testing::Not(HasSubstr("epoch_key_fetch_failed"))) << "told already";
  peer_keys_[2] = {2, kSecond.key, then};
  EXPECT_THAT(AskedAt(then + absl::Seconds(3)), ElementsAre(0));

  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).at(2).key, kSecond.key);
  EXPECT_THAT(AskedAt(then + absl::Seconds(4)), IsEmpty());
}

TEST_F(EpochKeyTurnTest, UseThatWasPutOffIsPutOffHere) {
  peer_keys_[2] = kSecond;
  AskedAt(now_);
  peer_keys_[2].from += absl::Hours(24);

  AskedAt(FixtureNow() + absl::Hours(1));

  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).at(2).from,
            kSecond.from + absl::Hours(24));
}

TEST_F(EpochKeyTurnTest, AnotherKeyOfAHeldEpochIsRefusedTheHeldOneStaysAndOthersAreFetched) {
  AskedAt(now_);
  peer_keys_ = {{1, {1, std::string(32, 'x')}}, {2, kSecond}};

  AskedAt(FixtureNow() + absl::Hours(1));

  EXPECT_THAT(events_.lines, HasSubstr("EPOCH_KEY_CONFLICT"));
  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).at(1).key, kFirst.key);
  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).at(2).key, kSecond.key);
}

// The hub's list alone said that the Delta answers for 50, before the own side agreed with anybody.
TEST_F(EpochKeyTurnTest, S2_WhoWasIntroducedBeforeFillsNoSlotOfTheMemberThatAnswersNow) {
  fixture_.known_jurisdictions["50"] = kDeltaMember;
  PublishWithEntriesUnder({1});
  StubConnection delta;
  delta.get_epoch_key = [](const JurisdictionId&, uint32_t) {
    return GiveEpochKey({{1, {1, std::string(32, 'x')}}}, 1, FixtureNow());
  };
  EpochKeyTurn introduced(AsMember(kDeltaMember), &delta,
                          RetrySchedule(absl::Seconds(1), absl::Seconds(5), 7), &snapshots_, &held_,
                          &events_);
  introduced.RunOnce(now_);
  ASSERT_FALSE(held_.GivenBy(AsMember(kDeltaMember), AsJurisdiction("50")).empty());

  fixture_.known_jurisdictions["50"] = kSichuanMember;
  PublishWithEntriesUnder({1});
  EXPECT_THAT(AskedAt(now_), ElementsAre(0));

  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).at(1).key, kFirst.key);
}

TEST_F(EpochKeyTurnTest, PeerThatKnowsOneEpochOnlyIsUnderstood) {
  change_ = [](GetEpochKeyResponse* response) { response->clear_epochs(); };

  AskedAt(now_);

  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).at(1).from,
            absl::InfinitePast());
}

TEST_F(EpochKeyTurnTest, AnswerThatIsNoneIsNotKept) {
  const std::vector<std::function<void(GetEpochKeyResponse*)>> faults = {
      [](GetEpochKeyResponse* response) { response->set_epoch(0); },
      [](GetEpochKeyResponse* response) { response->set_key(std::string(31, 'k')); },
      [](GetEpochKeyResponse* response) { response->set_key(std::string(65, 'k')); },
      // A time that is none would say that the key is never, or always, in use.
      [](GetEpochKeyResponse* response) {
        response->mutable_epochs(0)->mutable_from()->set_seconds(9223372036854775807);
      },
      [](GetEpochKeyResponse* response) {
        for (uint32_t epoch = 1; epoch <= 64; ++epoch) response->add_epochs()->set_epoch(epoch);
      }};
  for (const auto& fault : faults) {
    change_ = fault;
    now_ += absl::Seconds(10);
    AskedAt(now_);
    EXPECT_TRUE(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).empty());
  }
}

TEST_F(EpochKeyTurnTest, AnswerAboutAnotherEpochThanTheOneAskedForIsNotKept) {
  peer_keys_[2] = kSecond;
  change_ = [](GetEpochKeyResponse* response) {
    if (response->epoch() == 2) response->set_epoch(7);
  };

  AskedAt(now_);

  EXPECT_FALSE(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).contains(2));
  EXPECT_FALSE(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).contains(7));
}

TEST_F(EpochKeyTurnTest, AClockThatSteppedBackDoesNotKeepTheNextKeyAway) {
  AskedAt(now_);

  EXPECT_THAT(AskedAt(FixtureNow() - absl::Hours(24)), ElementsAre(0));
}

TEST_F(EpochKeyTurnTest, N05_APeerThatAnswersSlowlyHasItsTurnAndNoMore) {
  SimulatedClock clock(FixtureNow());
  TurnLimit limit(&clock);
  turn_.StopAt(&limit);
  int asked = 0;
  connection_.get_epoch_key = [&](const JurisdictionId&, uint32_t epoch) {
    ++asked;
    clock.Advance(absl::Seconds(4));
    GetEpochKeyResponse response;
    response.set_epoch(std::max(epoch, 1u));
    response.set_key(std::string(32, static_cast<char>('a' + epoch)));
    for (uint32_t term = 1; term <= 64; ++term) response.add_epochs()->set_epoch(term);
    return absl::StatusOr<GetEpochKeyResponse>(response);
  };
  limit.Begin(absl::Seconds(10));

  turn_.RunOnce(FixtureNow());

  EXPECT_EQ(asked, 3);
  EXPECT_EQ(held_.KeysOf(AsJurisdiction("50"), AsMember(kSichuanMember)).size(), 3u)
      << "what was got is kept";
}

}  // namespace
}  // namespace mrg
