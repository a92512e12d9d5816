#include "gateway/rpc/epoch_key_fetcher.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/licence_tag/give_epoch_key.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
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
class EpochKeyFetcherTest : public testing::Test {
 protected:
  void SetUp() override {
    fixture_.known_jurisdictions = {{"50", kSichuanMember}, {"31", kDeltaMember}};
    PublishWithEntriesUnder({});
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

  absl::StatusOr<GetEpochKeyResponse> Answer(const std::string& jurisdiction, uint32_t epoch) {
    asked_.push_back(epoch);
    EXPECT_EQ(jurisdiction, "50");
    auto response = GiveEpochKey(peer_keys_, epoch, now_);
    if (response.ok() && change_) change_(&*response);
    return response;
  }

  std::vector<uint32_t> AskedAt(absl::Time now) {
    now_ = now;
    asked_.clear();
    fetcher_.RunOnce(now);
    return asked_;
  }

  SnapshotFixture fixture_;
  SnapshotHolder snapshots_;
  MemoryStore store_;
  EpochKeyring held_{&store_};
  KeptEvents events_;
  EpochKeys peer_keys_ = {{1, kFirst}};
  std::function<void(GetEpochKeyResponse*)> change_;  // what a bad peer makes of its answer
  absl::Time now_ = FixtureNow();
  std::vector<uint32_t> asked_;
  EpochKeyFetcher fetcher_{*MemberId::Parse(kSichuanMember),
                           [this](const std::string& jurisdiction, uint32_t epoch) {
                             return Answer(jurisdiction, epoch);
                           },
                           &snapshots_, &held_, &events_};
};

TEST_F(EpochKeyFetcherTest, KeyIsFetchedAtOnceAndLookedForAgainEveryHour) {
  EXPECT_THAT(AskedAt(now_), ElementsAre(0));
  EXPECT_EQ(held_.KeysOf("50").at(1).key, kFirst.key);
  EXPECT_THAT(events_.lines, HasSubstr("\"jurisdiction\":\"50\",\"epoch\":1"));

  EXPECT_THAT(AskedAt(FixtureNow() + absl::Minutes(59)), IsEmpty());
  EXPECT_THAT(AskedAt(FixtureNow() + absl::Minutes(60)), ElementsAre(0));
}

TEST_F(EpochKeyFetcherTest, KeyOfTheNextEpochIsFetchedAheadOfItsUseWithItsTime) {
  AskedAt(now_);
  peer_keys_[2] = kSecond;

  EXPECT_THAT(AskedAt(FixtureNow() + absl::Hours(1)), ElementsAre(0, 2));

  EXPECT_EQ(held_.KeysOf("50").at(2).key, kSecond.key);
  EXPECT_EQ(held_.KeysOf("50").at(2).from, kSecond.from);
  EXPECT_EQ(InUseAt(held_.KeysOf("50"), now_)->epoch, 1u);
  EXPECT_THAT(AskedAt(FixtureNow() + absl::Hours(2)), ElementsAre(0)) << "nothing is lacking";
}

TEST_F(EpochKeyFetcherTest, ANewNodeFetchesTheEarlierEpochsToo) {
  peer_keys_[2] = {2, kSecond.key, FixtureNow() - absl::Hours(1)};

  EXPECT_THAT(AskedAt(now_), ElementsAre(0, 1));

  EXPECT_EQ(held_.KeysOf("50").at(1).key, kFirst.key);
  EXPECT_EQ(InUseAt(held_.KeysOf("50"), now_)->epoch, 2u);
}

TEST_F(EpochKeyFetcherTest, EpochOfTheListInForceIsFetchedAtOnceThenEverySecondUntilItIsHad) {
  AskedAt(now_);
  PublishWithEntriesUnder({1, 2});
  const absl::Time then = FixtureNow() + absl::Seconds(10);

  EXPECT_THAT(AskedAt(then), ElementsAre(0, 2));
  EXPECT_THAT(events_.lines, HasSubstr("EPOCH_KEY_UNAVAILABLE"));
  EXPECT_THAT(AskedAt(then + absl::Milliseconds(999)), IsEmpty());
  EXPECT_THAT(AskedAt(then + absl::Seconds(1)), ElementsAre(0, 2));
  peer_keys_[2] = {2, kSecond.key, then};
  EXPECT_THAT(AskedAt(then + absl::Seconds(2)), ElementsAre(0));

  EXPECT_EQ(held_.KeysOf("50").at(2).key, kSecond.key);
  EXPECT_THAT(AskedAt(then + absl::Seconds(3)), IsEmpty());
}

TEST_F(EpochKeyFetcherTest, UseThatWasPutOffIsPutOffHere) {
  peer_keys_[2] = kSecond;
  AskedAt(now_);
  peer_keys_[2].from += absl::Hours(24);

  AskedAt(FixtureNow() + absl::Hours(1));

  EXPECT_EQ(held_.KeysOf("50").at(2).from, kSecond.from + absl::Hours(24));
}

TEST_F(EpochKeyFetcherTest, AnotherKeyOfAHeldEpochIsRefusedTheHeldOneStaysAndOthersAreFetched) {
  AskedAt(now_);
  peer_keys_ = {{1, {1, std::string(32, 'x')}}, {2, kSecond}};

  AskedAt(FixtureNow() + absl::Hours(1));

  EXPECT_THAT(events_.lines, HasSubstr("EPOCH_KEY_CONFLICT"));
  EXPECT_EQ(held_.KeysOf("50").at(1).key, kFirst.key);
  EXPECT_EQ(held_.KeysOf("50").at(2).key, kSecond.key);
}

TEST_F(EpochKeyFetcherTest, PeerThatKnowsOneEpochOnlyIsUnderstood) {
  change_ = [](GetEpochKeyResponse* response) { response->clear_epochs(); };

  AskedAt(now_);

  EXPECT_EQ(held_.KeysOf("50").at(1).from, absl::InfinitePast());
}

TEST_F(EpochKeyFetcherTest, AnswerThatIsNoneIsNotKept) {
  const std::vector<std::function<void(GetEpochKeyResponse*)>> faults = {
      [](GetEpochKeyResponse* response) { response->set_epoch(0); },
      [](GetEpochKeyResponse* response) { response->set_key(std::string(31, 'k')); },
      [](GetEpochKeyResponse* response) { response->set_key(std::string(65, 'k')); },
      [](GetEpochKeyResponse* response) {
        for (uint32_t epoch = 1; epoch <= 64; ++epoch) response->add_epochs()->set_epoch(epoch);
      }};
  for (const auto& fault : faults) {
    change_ = fault;
    now_ += absl::Seconds(2);
    AskedAt(now_);
    EXPECT_TRUE(held_.KeysOf("50").empty());
  }
}

TEST_F(EpochKeyFetcherTest, AnswerAboutAnotherEpochThanTheOneAskedForIsNotKept) {
  peer_keys_[2] = kSecond;
  change_ = [](GetEpochKeyResponse* response) {
    if (response->epoch() == 2) response->set_epoch(7);
  };

  AskedAt(now_);

  EXPECT_FALSE(held_.KeysOf("50").contains(2));
  EXPECT_FALSE(held_.KeysOf("50").contains(7));
}

TEST(GiveEpochKey, GivesAnyOwnEpochWithTheTermsOfAllAndForNoneTheOneInUse) {
  const EpochKeys own = {{1, kFirst}, {2, kSecond}};

  EXPECT_EQ(GiveEpochKey(own, 0, kSecond.from - absl::Seconds(1))->epoch(), 1u);
  EXPECT_EQ(GiveEpochKey(own, 0, kSecond.from)->epoch(), 2u);
  const auto ahead = GiveEpochKey(own, 2, FixtureNow());

  ASSERT_TRUE(ahead.ok());
  EXPECT_EQ(ahead->key(), kSecond.key);
  ASSERT_EQ(ahead->epochs_size(), 2);
  EXPECT_EQ(ahead->epochs(0).epoch(), 1u);
  EXPECT_FALSE(ahead->epochs(0).has_from());
  EXPECT_EQ(ToTime(ahead->epochs(1).from()), kSecond.from);
  EXPECT_EQ(ReasonOf(GiveEpochKey(own, 3, FixtureNow()).status()), Reason::kEpochKeyUnavailable);
  EXPECT_EQ(ReasonOf(GiveEpochKey({}, 0, FixtureNow()).status()), Reason::kEpochKeyUnavailable);
}

}  // namespace
}  // namespace mrg
