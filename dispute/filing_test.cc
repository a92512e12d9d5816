#include "dispute/filing.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "dispute/stored_keys.h"
#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/test_node.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/interleaving_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Change = std::function<void(FilingOrder*)>;

TEST(Filing, OfOurOwnDisputeIsOneEventAndACaseInTheQueue) {
  TestNode chuanyu(kChuanyu);

  const auto filed = chuanyu.filing.File(SampleOrder("r1", kChuanyu), SampleStart());

  ASSERT_TRUE(filed.ok()) << filed.status();
  EXPECT_EQ(filed->state(), dispute::v1::DISPUTE_STATE_SUBMITTED);
  EXPECT_EQ(filed->owner_member(), kChuanyu);
  EXPECT_EQ(filed->queue(), kQueue);
  EXPECT_EQ(filed->last_sequence(), 1u);
  EXPECT_THAT(BrokenRules(chuanyu), IsEmpty());
  EXPECT_THAT(chuanyu.OutboxRows(), IsEmpty());
  EXPECT_THAT(chuanyu.changed, ElementsAre(filed->name()));
  EXPECT_EQ(chuanyu.store.commit_count(), 1);
}

TEST(Filing, ForAnotherMemberIsTransferredInTheSameCommit) {
  TestNode delta(kDelta);

  const auto filed = delta.filing.File(SampleOrder("r1", kChuanyu), SampleStart());

  ASSERT_TRUE(filed.ok()) << filed.status();
  EXPECT_EQ(filed->state(), dispute::v1::DISPUTE_STATE_ROUTED);
  EXPECT_EQ(filed->owner_member(), kChuanyu);
  EXPECT_EQ(filed->owner_epoch(), 2u);
  EXPECT_EQ(filed->last_sequence(), 2u);
  EXPECT_THAT(BrokenRules(delta), IsEmpty());
  EXPECT_THAT(delta.OutboxRows(), ElementsAre("sichuan-chongqing 1", "sichuan-chongqing 2"));
  EXPECT_EQ(delta.store.commit_count(), 1);
  EXPECT_EQ(delta.History(delta.OnlyDispute()).events()[1].actor(), delta.info.node.value());
}

TEST(Filing, AtTheHubForLackOfARuleIsFollowedByTheIssuersMember) {
  TestNode delta(kDelta);

  ASSERT_TRUE(delta.filing.File(SampleOrder("r1", kHubMember), SampleStart()).ok());

  EXPECT_THAT(delta.OutboxRows(),
              ElementsAre("hub 1", "hub 2", "sichuan-chongqing 1", "sichuan-chongqing 2"));
}

TEST(Filing, OtherKindsAreNotInThisVersionAndStoreNothing) {
  TestNode delta(kDelta);
  for (int kind = dispute::v1::DISPUTE_KIND_STATUS_ERROR;
       kind <= dispute::v1::DISPUTE_KIND_UNAUTHORISED_USE; ++kind) {
    FilingOrder order = SampleOrder("r1", kChuanyu);
    order.kind = static_cast<dispute::v1::DisputeKind>(kind);
    EXPECT_EQ(ReasonOf(delta.filing.File(order, SampleStart()).status()), Reason::kNotInThisVersion)
        << kind;
  }
  EXPECT_EQ(delta.memory.Dump(), "");
}

TEST(Filing, FieldsOutsideTheirBoundsAreRefusedByNameAndStoreNothing) {
  TestNode delta(kDelta);
  struct Case {
    Change change;
    Reason reason;
    const char* field;
  };
  const std::vector<Case> cases = {
      {[](FilingOrder* o) { o->kind = dispute::v1::DISPUTE_KIND_UNSPECIFIED; },
       Reason::kEnumUnspecified, "kind"},
      {[](FilingOrder* o) { o->receipt.clear(); }, Reason::kFieldRequired, "receipt"},
      {[](FilingOrder* o) { o->receipt.assign(kDisputeReceiptBytesMax + 1, 'r'); },
       Reason::kFieldTooLong, "receipt"},
      {[](FilingOrder* o) { o->description.clear(); }, Reason::kFieldRequired, "description"},
      {[](FilingOrder* o) { o->description.assign(kDisputeDescriptionBytesMax + 1, 'd'); },
       Reason::kFieldTooLong, "description"},
      {[](FilingOrder* o) { o->description = "\xFF"; }, Reason::kFieldNotUtf8, "description"},
      {[](FilingOrder* o) { o->body_digest = "short"; }, Reason::kFieldMalformed, "body_digest"},
      {[](FilingOrder* o) { o->licence_tag = "short"; }, Reason::kFieldMalformed, "licence_tag"},
      {[](FilingOrder* o) { o->epoch = 0; }, Reason::kFieldMalformed, "epoch"},
      {[](FilingOrder* o) { o->destination.queue = "No queue"; }, Reason::kFieldMalformed,
       "destination"},
      {[](FilingOrder* o) { o->destination.priority = 10; }, Reason::kFieldMalformed,
       "destination"},
  };
  for (const Case& one : cases) {
    FilingOrder order = SampleOrder("r1", kChuanyu);
    one.change(&order);
    const absl::Status refused = delta.filing.File(order, SampleStart()).status();
    EXPECT_EQ(ReasonOf(refused), one.reason) << one.field;
    EXPECT_EQ(FieldOf(refused), one.field);
  }
  EXPECT_EQ(delta.memory.Dump(), "");
}

TEST(Filing, LargestDisputeIsStillWithinTheBoundOfAnEvent) {
  TestNode delta(kDelta);
  FilingOrder order = SampleOrder("r1", kChuanyu);
  order.filer = *SpiffeId::Parse(absl::StrCat("spiffe://d/", std::string(2036, 'p')));
  order.receipt.assign(kDisputeReceiptBytesMax, 'r');
  order.description.assign(kDisputeDescriptionBytesMax, 'd');

  const auto filed = delta.filing.File(order, SampleStart());

  ASSERT_TRUE(filed.ok()) << filed.status();
  EXPECT_LE(delta.History(delta.OnlyDispute()).bytes().front().size(), kDisputeEventBytesMax);
}

TEST(Filing, OverALicenceThatNoMemberAnswersForIsRefusedAndStoresNothing) {
  TestNode delta(kDelta);
  FilingOrder order = SampleOrder("r1", kHubMember);
  order.issuing_jurisdiction = *JurisdictionId::Parse("65");

  EXPECT_EQ(ReasonOf(delta.filing.File(order, SampleStart()).status()), Reason::kMemberUnknown);
  EXPECT_EQ(delta.memory.Dump(), "");
}

TEST(Filing, ByAnotherCallerUnderTheSameRequestIdIsAnotherDispute) {
  TestNode delta(kDelta);
  FilingOrder other = SampleOrder("r1", kChuanyu);
  other.filer = Spiffe(kDelta, "jurisdiction/32/platform/portal");

  const auto first = delta.filing.File(SampleOrder("r1", kChuanyu), SampleStart());
  const auto second = delta.filing.File(other, SampleStart());

  EXPECT_NE(first->name(), second->name());
  EXPECT_THAT(BrokenRules(delta), IsEmpty());
}

TEST(Threat, D08_FilingRepeatedAHundredTimesIsOneDispute) {
  TestNode delta(kDelta);
  std::set<std::string> names;
  for (int i = 0; i < 100; ++i) {
    const auto filed =
        delta.filing.File(SampleOrder("r1", kChuanyu), SampleStart() + absl::Minutes(i));
    ASSERT_TRUE(filed.ok()) << filed.status();
    names.insert(filed->name());
  }

  EXPECT_THAT(names, SizeIs(1));
  EXPECT_EQ(delta.OnlyDispute().value(), *names.begin());
  EXPECT_EQ(delta.store.commit_count(), 1);
}

TEST(Threat, D08_FilingRepeatedAHundredTimesInParallelIsOneDispute) {
  MemoryStore memory;
  Filing filing(SampleNode(kDelta), &memory, nullptr);
  std::vector<std::string> names(100);
  std::vector<std::thread> threads;
  for (int t = 0; t < 10; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const auto filed = filing.File(SampleOrder("r1", kChuanyu), SampleStart());
        if (filed.ok()) names[10 * t + i] = filed->name();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_THAT(std::set<std::string>(names.begin(), names.end()), SizeIs(1));
  EXPECT_NE(names[0], "");
  EXPECT_THAT(*memory.Scan(Keyspace::kDisputeEvent, "", "", 100), SizeIs(2));
  EXPECT_THAT(*memory.Scan(Keyspace::kDisputeOutbox, "", "", 100), SizeIs(2));
}

TEST(Threat, D08_SameRequestFiledBetweenReadAndCommitIsOneDispute) {
  MemoryStore memory;
  Filing first(SampleNode(kDelta), &memory, nullptr);
  InterleavingStore store(&memory);
  Filing second(SampleNode(kDelta), &store, nullptr);
  std::string name;
  store.BeforeNextCommit(
      [&] { name = first.File(SampleOrder("r1", kChuanyu), SampleStart())->name(); });

  const auto filed = second.File(SampleOrder("r1", kChuanyu), SampleStart());

  ASSERT_TRUE(filed.ok()) << filed.status();
  EXPECT_EQ(filed->name(), name);
  EXPECT_THAT(*memory.Scan(Keyspace::kDisputeEvent, "", "", 100), SizeIs(2));
}

TEST(Threat, D08_SameRequestIdWithAnotherBodyIsRefusedAndStoresNothing) {
  TestNode delta(kDelta);
  ASSERT_TRUE(delta.filing.File(SampleOrder("r1", kChuanyu), SampleStart()).ok());
  const std::string before = delta.memory.Dump();
  FilingOrder other = SampleOrder("r1", kChuanyu);
  other.body_digest = std::string(32, 'b');

  EXPECT_EQ(ReasonOf(delta.filing.File(other, SampleStart()).status()), Reason::kRequestIdReused);

  EXPECT_EQ(delta.memory.Dump(), before);
}

TEST(Filing, LostAnswerIsLookedUpByTheRequest) {
  TestNode delta(kDelta);
  delta.store.FailCommit(1, FaultyStore::Fault::kErrorButPersisted);

  const auto filed = delta.filing.File(SampleOrder("r1", kChuanyu), SampleStart());

  ASSERT_TRUE(filed.ok()) << filed.status();
  EXPECT_EQ(filed->name(), delta.OnlyDispute().value());
  EXPECT_THAT(delta.changed, ElementsAre(filed->name()));
  EXPECT_EQ(delta.store.commit_count(), 1);
}

TEST(Filing, LostCommitIsReportedAndStoresNothing) {
  TestNode delta(kDelta);
  delta.store.FailCommit(1, FaultyStore::Fault::kErrorAndLost);

  EXPECT_EQ(ReasonOf(delta.filing.File(SampleOrder("r1", kChuanyu), SampleStart()).status()),
            Reason::kStoreUnavailable);

  EXPECT_EQ(delta.memory.Dump(), "");
  EXPECT_THAT(delta.changed, IsEmpty());
  EXPECT_TRUE(delta.filing.File(SampleOrder("r1", kChuanyu), SampleStart()).ok());
}

}  // namespace
}  // namespace mrg
