#include "gateway/federation/in_force/trust_intake.h"

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/federation/in_force/testing/intake_node.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/in_force.h"

namespace mrg {
namespace {

using Fault = FaultyStore::Fault;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class Threat : public TrustIntakeTest {};

TEST_F(TrustIntakeTest, NothingIsInForceBeforeTheFirstOffer) {
  IntakeNode node(&store_);

  EXPECT_TRUE(node.intake.Restore(FixtureNow()).ok());

  EXPECT_EQ(node.holder.Current(), nullptr);
}

TEST_F(TrustIntakeTest, OffersOfAllPublishersAddUp) {
  IntakeNode node(&store_);

  OfferAll(&node);

  EXPECT_EQ(node.CurrentId(), SnapshotId(ToManifest(lists_.Sets())));
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_RECOGNIZED);
  for (const char* publisher : {kHubMember, kDeltaMember, kSichuanMember}) {
    EXPECT_EQ(node.SinceOf(publisher), FixtureNow());
  }
}

TEST_F(TrustIntakeTest, OrderOfTheOffersDoesNotMatter) {
  IntakeNode node(&store_);
  IntakeNode other(&store_);
  OfferAll(&node);
  for (const char* publisher : {kSichuanMember, kHubMember, kDeltaMember}) {
    ASSERT_TRUE(other.Take(lists_.Set(publisher), FixtureNow()).ok());
  }

  EXPECT_EQ(other.CurrentId(), node.CurrentId());
  EXPECT_EQ(AnswersOf(*other.holder.Current()), AnswersOf(*node.holder.Current()));
}

TEST_F(TrustIntakeTest, NewerSetTakesThePlaceOfTheOld) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const auto before = node.holder.Current();

  ASSERT_TRUE(node.Take(SichuanAfterARevocation(), FixtureNow() + absl::Minutes(1)).ok());

  EXPECT_NE(node.CurrentId(), before->id());
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_NOT_RECOGNIZED);
  EXPECT_EQ(node.SinceOf(kSichuanMember), FixtureNow() + absl::Minutes(1));
  EXPECT_EQ(node.SinceOf(kDeltaMember), FixtureNow());
  // A call that began with the old snapshot ends with it.
  EXPECT_EQ(Answer(*before, AskAbout(Sample("50-driving-licence"), "31")).outcome,
            audit::v1::OUTCOME_RECOGNIZED);
}

TEST_F(TrustIntakeTest, SetEqualToTheOneInForceChangesNothing) {
  FaultyStore counting(&store_);
  IntakeNode node(&counting);
  OfferAll(&node);
  const int commits = counting.commit_count();
  const auto before = node.holder.Current();

  ASSERT_TRUE(node.Take(lists_.Set(kSichuanMember), FixtureNow() + absl::Hours(1)).ok());

  EXPECT_EQ(counting.commit_count(), commits);
  EXPECT_EQ(node.holder.Current(), before);
  EXPECT_EQ(node.SinceOf(kSichuanMember), FixtureNow());
}

TEST_F(Threat, T08_ForkOfAPublisherIsInForceUntilItIsAnsweredAndOverARestart) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const std::string before = node.CurrentId();
  const MemberId sichuan = *MemberId::Parse(kSichuanMember);

  ASSERT_TRUE(node.intake.SetForked(sichuan, true).ok());
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_STALE_TRUST);
  EXPECT_NE(node.CurrentId(), before);
  // A set of another publisher, or of this one, does not answer the fork.
  ASSERT_TRUE(node.Take(lists_.Set(kSichuanMember), FixtureNow()).ok());
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_STALE_TRUST);

  IntakeNode restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(FixtureNow()).ok());
  EXPECT_EQ(OutcomeIn(restarted), audit::v1::OUTCOME_STALE_TRUST);
  EXPECT_EQ(restarted.CurrentId(), node.CurrentId());

  ASSERT_TRUE(restarted.intake.SetForked(sichuan, false).ok());
  EXPECT_EQ(OutcomeIn(restarted), audit::v1::OUTCOME_RECOGNIZED);
  EXPECT_EQ(restarted.CurrentId(), before);
  // What was decided meanwhile is decided again as it was.
  EXPECT_TRUE((*restarted.archive.Rebuild(node.CurrentId()))->IsForked(AsMember(kSichuanMember)));
  EXPECT_TRUE(restarted.intake.SetForked(*MemberId::Parse("nobody"), true).ok());
}

TEST_F(Threat, T08_ForkFoundBeforeTheFirstSetIsInForceWithIt) {
  IntakeNode node(&store_);
  ASSERT_TRUE(node.intake.SetForked(*MemberId::Parse(kSichuanMember), true).ok());
  OfferAll(&node);
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_STALE_TRUST);
}

TEST_F(TrustIntakeTest, H1_WhatIsLeftOutOfASetIsInForceWithItAndOverARestartUntilItIsWhole) {
  IntakeNode node(&store_);
  OfferAll(&node);
  InForceSet partial = Later(lists_.Set(kSichuanMember));
  partial.left_out = {{"j-50", "j-50", "repeals-50", Reason::kMetadataThreshold}};

  ASSERT_TRUE(node.Take(partial).ok());

  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_STALE_TRUST);
  IntakeNode restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(FixtureNow()).ok());
  EXPECT_EQ(OutcomeIn(restarted), audit::v1::OUTCOME_STALE_TRUST);
  EXPECT_EQ(restarted.CurrentId(), node.CurrentId());
  InForceSet whole = Later(partial);
  whole.left_out.clear();
  ASSERT_TRUE(restarted.Take(whole).ok());
  EXPECT_EQ(OutcomeIn(restarted), audit::v1::OUTCOME_RECOGNIZED);
}

TEST_F(TrustIntakeTest, SetThatDoesNotBuildLeavesWhatIsInForceAndStopsNobodyElse) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const auto before = node.holder.Current();
  TrustLists bad = lists_;
  bad.PutFile(kSichuanMember, "50/agreements/cross-region-sample/1", "no agreement");
  Store(bad);
  const std::string stored = store_.Dump();

  const absl::Status status = node.Take(bad.Set(kSichuanMember), FixtureNow() + absl::Hours(1));

  EXPECT_EQ(ReasonOf(status), Reason::kAgreementInvalid);
  EXPECT_EQ(node.holder.Current(), before);
  EXPECT_EQ(store_.Dump(), stored);
  EXPECT_EQ(node.SinceOf(kSichuanMember), FixtureNow());
  InForceSet delta = lists_.Set(kDeltaMember);
  ++delta.roles[0].version;
  EXPECT_TRUE(node.Take(delta, FixtureNow()).ok());
  EXPECT_NE(node.holder.Current(), before);
}

TEST_F(TrustIntakeTest, SetWhoseArchivingFailsIsNotInForce) {
  FaultyStore faulty(&store_);
  IntakeNode node(&faulty);
  OfferAll(&node);
  const auto before = node.holder.Current();
  const InForceSet revoked = SichuanAfterARevocation();
  faulty.FailCommit(1, Fault::kErrorAndLost);

  EXPECT_EQ(ReasonOf(node.Take(revoked, FixtureNow() + absl::Hours(1))), Reason::kStoreUnavailable);

  EXPECT_EQ(node.holder.Current(), before);
  EXPECT_EQ(node.SinceOf(kSichuanMember), FixtureNow());
  // Offered again, it goes in force.
  EXPECT_TRUE(node.Take(revoked, FixtureNow()).ok());
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_NOT_RECOGNIZED);
}

TEST_F(TrustIntakeTest, RestartPutsTheLastSnapshotBackInForce) {
  IntakeNode node(&store_);
  OfferAll(&node);
  ASSERT_TRUE(node.Take(SichuanAfterARevocation(), FixtureNow()).ok());

  IntakeNode restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(FixtureNow()).ok());

  EXPECT_EQ(restarted.CurrentId(), node.CurrentId());
  EXPECT_EQ(AnswersOf(*restarted.holder.Current()), AnswersOf(*node.holder.Current()));
  // It knows what is in force of each publisher, and can go on from there.
  lists_.Set(kSichuanMember) = Later(Later(lists_.Set(kSichuanMember)));
  EXPECT_TRUE(restarted.Take(lists_.Set(kSichuanMember)).ok());
  EXPECT_EQ(restarted.CurrentId(), SnapshotId(ToManifest(lists_.Sets())));
}

TEST_F(TrustIntakeTest, RestoreWithABlobMissingFailsAndPublishesNothing) {
  IntakeNode node(&store_);
  OfferAll(&node);
  WriteSet loss;
  loss.Delete(Keyspace::kBlob, lists_.Set(kSichuanMember).FindTarget("50/catalogue")->sha256);
  ASSERT_TRUE(store_.Commit(loss).committed());

  IntakeNode restarted(&store_);
  EXPECT_EQ(ReasonOf(restarted.intake.Restore(FixtureNow())), Reason::kTreeNodeNotFound);
  EXPECT_EQ(restarted.holder.Current(), nullptr);
}

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
      IntakeNode node(&faulty);
      faulty.FailCommit(nth, fault);
      std::string acknowledged;
      std::string under_way;
      std::map<std::string, InForceSet> offered;
      for (const InForceSet& set : offers) {
        offered.insert_or_assign(set.publisher.value(), set);
        std::vector<InForceSet> sets;
        for (const auto& [publisher, one] : offered) sets.push_back(one);
        under_way = SnapshotId(ToManifest(sets));
        if (!node.Take(set, FixtureNow()).ok()) break;
        acknowledged = under_way;
        EXPECT_EQ(node.CurrentId(), acknowledged);
      }
      ASSERT_TRUE(faulty.fault_fired());
      EXPECT_EQ(node.CurrentId(), acknowledged);
      faulty.Restart();

      IntakeNode restarted(&faulty);
      ASSERT_TRUE(restarted.intake.Restore(FixtureNow()).ok());

      const bool persisted = fault == Fault::kCrashAfter || fault == Fault::kErrorButPersisted;
      EXPECT_EQ(restarted.CurrentId(), persisted ? under_way : acknowledged)
          << static_cast<int>(fault) << " at commit " << nth;
      // What was offered before the crash can be offered again, unless a later one is in force.
      for (const InForceSet& set : offers) {
        const absl::Status again = restarted.Take(set);
        EXPECT_TRUE(again.ok() || ReasonOf(again) == Reason::kMetadataRollback) << again;
      }
      EXPECT_EQ(OutcomeIn(restarted), audit::v1::OUTCOME_NOT_RECOGNIZED);
    }
  }
}

TEST_F(TrustIntakeTest, ArchivedSnapshotIsRebuiltAlsoAfterARestart) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const auto first = node.holder.Current();
  ASSERT_TRUE(node.Take(SichuanAfterARevocation(), FixtureNow()).ok());
  IntakeNode restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(FixtureNow()).ok());

  for (const IntakeNode* one : {&node, &restarted}) {
    const auto rebuilt = one->archive.Rebuild(first->id());

    ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
    EXPECT_EQ((*rebuilt)->id(), first->id());
    EXPECT_EQ(AnswersOf(**rebuilt), AnswersOf(*first));
  }
}

TEST_F(TrustIntakeTest, SnapshotInForceIsNotBuiltAgain) {
  IntakeNode node(&store_);
  OfferAll(&node);

  EXPECT_EQ(*node.archive.Rebuild(node.CurrentId()), node.holder.Current());
}

TEST_F(TrustIntakeTest, RebuildingDoesNotPutInForce) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const std::string first = node.CurrentId();
  ASSERT_TRUE(node.Take(SichuanAfterARevocation(), FixtureNow()).ok());
  const std::string second = node.CurrentId();

  ASSERT_TRUE(node.archive.Rebuild(first).ok());

  EXPECT_EQ(node.CurrentId(), second);
}

TEST_F(TrustIntakeTest, SnapshotThatWasNeverInForceIsNotFound) {
  IntakeNode node(&store_);
  OfferAll(&node);

  EXPECT_EQ(ReasonOf(node.archive.Rebuild(std::string(32, 'x')).status()), Reason::kRecordNotFound);
}

// The text of cross-region-sample under another name.
std::string OtherAgreement() {
  std::string text = ShippedAgreementText("cross-region-sample");
  const std::string id = "id: \"cross-region-sample\"";
  return text.replace(text.find(id), id.size(), "id: \"another\"");
}

TEST_F(TrustIntakeTest, SecondAgreementIsRefusedOnceTheOthersListItToo) {
  IntakeNode node(&store_);
  TrustLists next = lists_;
  next.PutFile(kDeltaMember, "31/agreements/another/1", OtherAgreement());
  lists_.PutFile(kSichuanMember, "50/agreements/another/1", OtherAgreement());
  Store(next);
  Store(lists_);
  OfferAll(&node);
  const auto before = node.holder.View();

  const absl::Status status = node.Take(Later(next.Set(kDeltaMember)));

  EXPECT_EQ(ReasonOf(status), Reason::kAgreementConflict);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("another"), HasSubstr("cross-region-sample")));
  EXPECT_EQ(node.holder.View(), before);
}

TEST_F(TrustIntakeTest, ConflictThatTwoMembersMadeTogetherIsLoadedAndTheSecondIsRefused) {
  IntakeNode node(&store_);
  OfferAll(&node);
  ASSERT_EQ(OutcomeIn(node), audit::v1::OUTCOME_RECOGNIZED);
  std::string later = OtherAgreement();
  const std::string from = "from { seconds: 1735660800 }";
  later.replace(later.find(from), from.size(), "from { seconds: 1735660801 }");
  lists_.PutFile(kDeltaMember, "31/agreements/another/1", later);
  lists_.PutFile(kSichuanMember, "50/agreements/another/1", later);
  Store(lists_);

  for (const char* publisher : {kDeltaMember, kSichuanMember}) {
    ASSERT_TRUE(node.Take(lists_.Set(publisher)).ok());
  }

  const Decision decision =
      Answer(*node.holder.Current(), AskAbout(Sample("50-driving-licence"), "31"));
  EXPECT_EQ(decision.outcome, audit::v1::OUTCOME_RECOGNIZED);
  std::vector<std::string> paths;
  for (const auto& target : decision.record.targets_used()) paths.push_back(target.path());
  EXPECT_THAT(paths, Contains("31/agreements/cross-region-sample/1"));
  EXPECT_THAT(paths, Not(Contains(HasSubstr("another"))));
}

TEST_F(TrustIntakeTest, PublishedAgreementIsNotTakenBack) {
  IntakeNode node(&store_);
  OfferAll(&node);
  TrustLists next = lists_;
  next.Drop(kDeltaMember, "31/agreements/cross-region-sample/1");

  EXPECT_EQ(ReasonOf(node.Take(Later(next.Set(kDeltaMember)))), Reason::kAgreementRewritten);
}

// Each reader sees one whole snapshot while others are put in force.
TEST_F(TrustIntakeTest, ReadersSeeOneOfTheSnapshotsAndNeverAMixture) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const InForceSet revoked = SichuanAfterARevocation();
  std::atomic<bool> stop = false;
  std::atomic<int> mixtures = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!stop.load()) {
        const auto snapshot = node.holder.Current();
        const bool listed = snapshot->FindJurisdiction(AsJurisdiction("50"))->statuses->size() == 1;
        const bool raised = snapshot->FindRoles(AsMember(kSichuanMember))->front().version % 2 == 0;
        if (listed != raised) mixtures.fetch_add(1);
      }
    });
  }

  InForceSet plain = Later(revoked);
  plain.targets = lists_.Set(kSichuanMember).targets;
  InForceSet again = revoked;
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(node.Take(again).ok());
    EXPECT_TRUE(node.Take(plain).ok());
    again = Later(Later(again));
    plain = Later(Later(plain));
  }

  stop.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(mixtures.load(), 0);
}

}  // namespace
}  // namespace mrg
