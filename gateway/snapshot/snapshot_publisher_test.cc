#include "gateway/snapshot/snapshot_publisher.h"

#include <atomic>
#include <thread>

#include "gateway/base/reason.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/blob_store.h"

namespace mrg {
namespace {

using Fault = FaultyStore::Fault;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// What one process of a node holds above its store.
struct Node {
  explicit Node(OrderedStore* store)
      : blobs(store), archive(store), publisher(TrustLists::Owner(), &blobs, &archive, &holder) {}

  std::string CurrentId() const {
    const auto current = holder.Current();
    return current == nullptr ? "" : current->id();
  }

  BlobStore blobs;
  SnapshotArchive archive;
  SnapshotHolder holder;
  SnapshotPublisher publisher;
};

class SnapshotPublisherTest : public ::testing::Test {
 protected:
  SnapshotPublisherTest() { Store(lists_); }

  void Store(const TrustLists& lists) { ASSERT_TRUE(BlobStore(&store_).Put(lists.blobs()).ok()); }

  // The set of Sichuan after it revoked a licence; its blobs are stored.
  InForceSet SichuanAfterARevocation() {
    SnapshotFixture fixture;
    fixture.jurisdictions.at("50").statuses = {StatusOf(
        Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, FixtureNow())};
    TrustLists lists(fixture);
    Store(lists);
    for (RoleVersion& role : lists.Set(kSichuanMember).roles) ++role.version;
    return lists.Set(kSichuanMember);
  }

  void OfferAll(Node* node) {
    for (const InForceSet& set : lists_.Sets()) {
      const absl::Status status = node->publisher.Offer(set, FixtureNow());
      ASSERT_TRUE(status.ok()) << status;
    }
  }

  audit::v1::Outcome OutcomeIn(const Node& node) const {
    return Answer(*node.holder.Current(), AskAbout(Sample("50-driving-licence"), "31")).outcome;
  }

  TrustLists lists_;
  MemoryStore store_;
};

TEST_F(SnapshotPublisherTest, NothingIsInForceBeforeTheFirstOffer) {
  Node node(&store_);

  EXPECT_TRUE(node.publisher.Restore().ok());

  EXPECT_EQ(node.holder.Current(), nullptr);
  EXPECT_EQ(node.publisher.InForceSince(kHubMember), absl::InfinitePast());
}

TEST_F(SnapshotPublisherTest, OffersOfAllPublishersAddUp) {
  Node node(&store_);

  OfferAll(&node);

  EXPECT_EQ(node.CurrentId(), SnapshotId(ToManifest(lists_.Sets())));
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_RECOGNIZED);
  for (const char* publisher : {kHubMember, kDeltaMember, kSichuanMember}) {
    EXPECT_EQ(node.publisher.InForceSince(publisher), FixtureNow());
  }
}

TEST_F(SnapshotPublisherTest, OrderOfTheOffersDoesNotMatter) {
  Node node(&store_);
  Node other(&store_);
  OfferAll(&node);
  for (const char* publisher : {kSichuanMember, kHubMember, kDeltaMember}) {
    ASSERT_TRUE(other.publisher.Offer(lists_.Set(publisher), FixtureNow()).ok());
  }

  EXPECT_EQ(other.CurrentId(), node.CurrentId());
  EXPECT_EQ(AnswersOf(*other.holder.Current()), AnswersOf(*node.holder.Current()));
}

TEST_F(SnapshotPublisherTest, NewerSetTakesThePlaceOfTheOld) {
  Node node(&store_);
  OfferAll(&node);
  const auto before = node.holder.Current();

  ASSERT_TRUE(
      node.publisher.Offer(SichuanAfterARevocation(), FixtureNow() + absl::Minutes(1)).ok());

  EXPECT_NE(node.CurrentId(), before->id());
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_NOT_RECOGNIZED);
  EXPECT_EQ(node.publisher.InForceSince(kSichuanMember), FixtureNow() + absl::Minutes(1));
  EXPECT_EQ(node.publisher.InForceSince(kDeltaMember), FixtureNow());
  // A call that began with the old snapshot ends with it.
  EXPECT_EQ(Answer(*before, AskAbout(Sample("50-driving-licence"), "31")).outcome,
            audit::v1::OUTCOME_RECOGNIZED);
}

TEST_F(SnapshotPublisherTest, SetEqualToTheOneInForceChangesNothing) {
  FaultyStore counting(&store_);
  Node node(&counting);
  OfferAll(&node);
  const int commits = counting.commit_count();
  const auto before = node.holder.Current();

  ASSERT_TRUE(node.publisher.Offer(lists_.Set(kSichuanMember), FixtureNow() + absl::Hours(1)).ok());

  EXPECT_EQ(counting.commit_count(), commits);
  EXPECT_EQ(node.holder.Current(), before);
  EXPECT_EQ(node.publisher.InForceSince(kSichuanMember), FixtureNow());
}

TEST_F(SnapshotPublisherTest, SetThatDoesNotBuildLeavesWhatIsInForceAndStopsNobodyElse) {
  Node node(&store_);
  OfferAll(&node);
  const auto before = node.holder.Current();
  TrustLists bad = lists_;
  bad.PutFile(kSichuanMember, "50/agreements/cross-region-sample/1", "no agreement");
  Store(bad);
  const std::string stored = store_.Dump();

  const absl::Status status =
      node.publisher.Offer(bad.Set(kSichuanMember), FixtureNow() + absl::Hours(1));

  EXPECT_EQ(ReasonOf(status), Reason::kAgreementInvalid);
  EXPECT_EQ(node.holder.Current(), before);
  EXPECT_EQ(store_.Dump(), stored);
  EXPECT_EQ(node.publisher.InForceSince(kSichuanMember), FixtureNow());
  InForceSet delta = lists_.Set(kDeltaMember);
  ++delta.roles[0].version;
  EXPECT_TRUE(node.publisher.Offer(delta, FixtureNow()).ok());
  EXPECT_NE(node.holder.Current(), before);
}

TEST_F(SnapshotPublisherTest, SetWhoseArchivingFailsIsNotInForce) {
  FaultyStore faulty(&store_);
  Node node(&faulty);
  OfferAll(&node);
  const auto before = node.holder.Current();
  const InForceSet revoked = SichuanAfterARevocation();
  faulty.FailCommit(1, Fault::kErrorAndLost);

  EXPECT_EQ(ReasonOf(node.publisher.Offer(revoked, FixtureNow() + absl::Hours(1))),
            Reason::kStoreUnavailable);

  EXPECT_EQ(node.holder.Current(), before);
  EXPECT_EQ(node.publisher.InForceSince(kSichuanMember), FixtureNow());
  // Offered again, it goes in force.
  EXPECT_TRUE(node.publisher.Offer(revoked, FixtureNow()).ok());
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_NOT_RECOGNIZED);
}

TEST_F(SnapshotPublisherTest, RestartPutsTheLastSnapshotBackInForce) {
  Node node(&store_);
  OfferAll(&node);
  ASSERT_TRUE(node.publisher.Offer(SichuanAfterARevocation(), FixtureNow()).ok());

  Node restarted(&store_);
  ASSERT_TRUE(restarted.publisher.Restore().ok());

  EXPECT_EQ(restarted.CurrentId(), node.CurrentId());
  EXPECT_EQ(AnswersOf(*restarted.holder.Current()), AnswersOf(*node.holder.Current()));
  // It knows what is in force of each publisher, and can go on from there.
  EXPECT_TRUE(restarted.publisher.Offer(lists_.Set(kSichuanMember), FixtureNow()).ok());
  EXPECT_EQ(restarted.CurrentId(), SnapshotId(ToManifest(lists_.Sets())));
}

TEST_F(SnapshotPublisherTest, RestoreWithABlobMissingFailsAndPublishesNothing) {
  Node node(&store_);
  OfferAll(&node);
  WriteSet loss;
  loss.Delete(Keyspace::kBlob, lists_.Set(kSichuanMember).FindTarget("50/catalogue")->sha256);
  ASSERT_TRUE(store_.Commit(loss).committed());

  Node restarted(&store_);
  EXPECT_EQ(ReasonOf(restarted.publisher.Restore()), Reason::kTreeNodeNotFound);
  EXPECT_EQ(restarted.holder.Current(), nullptr);
}

class Threat : public SnapshotPublisherTest {};

// The process dies before or after any commit. What comes back is one complete snapshot: the last
// that was acknowledged, or the one that was being put in force.
TEST_F(Threat, T10_CrashAtEveryCommitRestoresACompleteSnapshot) {
  std::vector<InForceSet> offers = lists_.Sets();
  offers.push_back(SichuanAfterARevocation());
  for (const Fault fault : {Fault::kCrashBefore, Fault::kCrashAfter, Fault::kErrorAndLost,
                            Fault::kErrorButPersisted, Fault::kSyncFailed}) {
    for (int nth = 1; nth <= static_cast<int>(offers.size()); ++nth) {
      MemoryStore memory;
      ASSERT_TRUE(BlobStore(&memory).Put(lists_.blobs()).ok());
      const auto more = store_.Scan(Keyspace::kBlob, "", "", 10000);
      WriteSet blobs;
      for (const Row& row : *more) blobs.Put(Keyspace::kBlob, row.key, row.value);
      ASSERT_TRUE(memory.Commit(blobs).committed());
      FaultyStore faulty(&memory);
      Node node(&faulty);
      faulty.FailCommit(nth, fault);
      std::string acknowledged;
      std::string under_way;
      std::map<std::string, InForceSet> offered;
      for (const InForceSet& set : offers) {
        offered.insert_or_assign(set.publisher.value(), set);
        std::vector<InForceSet> sets;
        for (const auto& [publisher, one] : offered) sets.push_back(one);
        under_way = SnapshotId(ToManifest(sets));
        if (!node.publisher.Offer(set, FixtureNow()).ok()) break;
        acknowledged = under_way;
        EXPECT_EQ(node.CurrentId(), acknowledged);
      }
      ASSERT_TRUE(faulty.fault_fired());
      EXPECT_EQ(node.CurrentId(), acknowledged);
      faulty.Restart();

      Node restarted(&faulty);
      ASSERT_TRUE(restarted.publisher.Restore().ok());

      const bool persisted = fault == Fault::kCrashAfter || fault == Fault::kErrorButPersisted;
      EXPECT_EQ(restarted.CurrentId(), persisted ? under_way : acknowledged)
          << static_cast<int>(fault) << " at commit " << nth;
      // What was offered before the crash can be offered again.
      for (const InForceSet& set : offers) {
        EXPECT_TRUE(restarted.publisher.Offer(set, FixtureNow()).ok());
      }
      EXPECT_EQ(OutcomeIn(restarted), audit::v1::OUTCOME_NOT_RECOGNIZED);
    }
  }
}

TEST_F(SnapshotPublisherTest, ArchivedSnapshotIsRebuiltAlsoAfterARestart) {
  Node node(&store_);
  OfferAll(&node);
  const auto first = node.holder.Current();
  ASSERT_TRUE(node.publisher.Offer(SichuanAfterARevocation(), FixtureNow()).ok());
  Node restarted(&store_);
  ASSERT_TRUE(restarted.publisher.Restore().ok());

  for (const Node* one : {&node, &restarted}) {
    const auto rebuilt = one->publisher.Rebuild(first->id());

    ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
    EXPECT_EQ((*rebuilt)->id(), first->id());
    EXPECT_EQ(AnswersOf(**rebuilt), AnswersOf(*first));
  }
}

TEST_F(SnapshotPublisherTest, SnapshotInForceIsNotBuiltAgain) {
  Node node(&store_);
  OfferAll(&node);

  EXPECT_EQ(*node.publisher.Rebuild(node.CurrentId()), node.holder.Current());
}

TEST_F(SnapshotPublisherTest, RebuildingDoesNotPutInForce) {
  Node node(&store_);
  OfferAll(&node);
  const std::string first = node.CurrentId();
  ASSERT_TRUE(node.publisher.Offer(SichuanAfterARevocation(), FixtureNow()).ok());
  const std::string second = node.CurrentId();

  ASSERT_TRUE(node.publisher.Rebuild(first).ok());

  EXPECT_EQ(node.CurrentId(), second);
}

TEST_F(SnapshotPublisherTest, SnapshotThatWasNeverInForceIsNotFound) {
  Node node(&store_);
  OfferAll(&node);

  EXPECT_EQ(ReasonOf(node.publisher.Rebuild(std::string(32, 'x')).status()),
            Reason::kRecordNotFound);
}

TEST_F(SnapshotPublisherTest, CheckSaysWhetherASetWouldBuildAndChangesNothing) {
  Node node(&store_);
  OfferAll(&node);
  const auto before = node.holder.Current();
  TrustLists next = lists_;
  next.PutFile(kDeltaMember, "31/agreements/cross-region-sample/1", "no agreement");

  EXPECT_EQ(ReasonOf(node.publisher.Check(next.Set(kDeltaMember), next, FixtureNow())),
            Reason::kAgreementInvalid);
  EXPECT_TRUE(node.publisher.Check(lists_.Set(kDeltaMember), lists_, FixtureNow()).ok());

  EXPECT_EQ(node.holder.Current(), before);
}

// The text of cross-region-sample under another name.
std::string OtherAgreement() {
  std::string text = ShippedAgreementText("cross-region-sample");
  const std::string id = "id: \"cross-region-sample\"";
  return text.replace(text.find(id), id.size(), "id: \"another\"");
}

TEST_F(SnapshotPublisherTest, CheckRefusesASecondAgreementOnceTheOthersListItToo) {
  Node node(&store_);
  constexpr char kIn31[] = "31/agreements/another/1";
  TrustLists next = lists_;
  next.PutFile(kDeltaMember, kIn31, OtherAgreement());
  OfferAll(&node);
  EXPECT_TRUE(node.publisher.Check(next.Set(kDeltaMember), next, FixtureNow()).ok())
      << "nobody else lists it";
  lists_.PutFile(kSichuanMember, "50/agreements/another/1", OtherAgreement());
  Store(lists_);
  OfferAll(&node);

  const absl::Status status = node.publisher.Check(next.Set(kDeltaMember), next, FixtureNow());

  EXPECT_EQ(ReasonOf(status), Reason::kAgreementConflict);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("another"), HasSubstr("cross-region-sample")));
}

TEST_F(SnapshotPublisherTest, ConflictThatTwoMembersMadeTogetherIsLoadedAndTheSecondIsRefused) {
  Node node(&store_);
  OfferAll(&node);
  ASSERT_EQ(OutcomeIn(node), audit::v1::OUTCOME_RECOGNIZED);
  std::string later = OtherAgreement();
  const std::string from = "from { seconds: 1735660800 }";
  later.replace(later.find(from), from.size(), "from { seconds: 1735660801 }");
  lists_.PutFile(kDeltaMember, "31/agreements/another/1", later);
  lists_.PutFile(kSichuanMember, "50/agreements/another/1", later);
  Store(lists_);

  OfferAll(&node);

  const Decision decision =
      Answer(*node.holder.Current(), AskAbout(Sample("50-driving-licence"), "31"));
  EXPECT_EQ(decision.outcome, audit::v1::OUTCOME_RECOGNIZED);
  std::vector<std::string> paths;
  for (const auto& target : decision.record.targets_used()) paths.push_back(target.path());
  EXPECT_THAT(paths, Contains("31/agreements/cross-region-sample/1"));
  EXPECT_THAT(paths, Not(Contains(HasSubstr("another"))));
}

TEST_F(SnapshotPublisherTest, CheckRefusesToTakeAPublishedAgreementBack) {
  Node node(&store_);
  OfferAll(&node);
  TrustLists next = lists_;
  next.Drop(kDeltaMember, "31/agreements/cross-region-sample/1");

  EXPECT_EQ(ReasonOf(node.publisher.Check(next.Set(kDeltaMember), next, FixtureNow())),
            Reason::kAgreementRewritten);
}

TEST_F(SnapshotPublisherTest, CheckWithoutTheHubsDictionaryIsNotReady) {
  Node node(&store_);

  EXPECT_EQ(ReasonOf(node.publisher.Check(lists_.Set(kDeltaMember), lists_, FixtureNow())),
            Reason::kNodeNotReady);
}

// Each reader sees one whole snapshot while others are put in force.
TEST_F(SnapshotPublisherTest, ReadersSeeOneOfTheSnapshotsAndNeverAMixture) {
  Node node(&store_);
  OfferAll(&node);
  const InForceSet revoked = SichuanAfterARevocation();
  std::atomic<bool> stop = false;
  std::atomic<int> mixtures = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!stop.load()) {
        const auto snapshot = node.holder.Current();
        const bool listed = snapshot->FindJurisdiction("50")->statuses->size() == 1;
        const bool raised = snapshot->FindRoles(kSichuanMember)->front().version == 8;
        if (listed != raised) mixtures.fetch_add(1);
      }
    });
  }

  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(node.publisher.Offer(revoked, FixtureNow()).ok());
    EXPECT_TRUE(node.publisher.Offer(lists_.Set(kSichuanMember), FixtureNow()).ok());
  }

  stop.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(mixtures.load(), 0);
}

}  // namespace
}  // namespace mrg
