#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "gateway/base/reason.h"
#include "gateway/federation/in_force/testing/intake_node.h"
#include "gateway/federation/in_force/trust_intake.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/recognition/testing/list_trees.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/in_force.h"
#include "trustlist/store/stored_keys.h"

namespace mrg {
namespace {

using Fault = FaultyStore::Fault;

class Threat : public TrustIntakeTest {};

std::string RepealFrom(absl::Time effective_from) {
  return absl::StrCat("agreement_id: \"cross-region-sample\" effective_from { seconds: ",
                      absl::ToUnixSeconds(effective_from), " }");
}

// One malformed target of each kind, and who publishes it.
struct Malformed {
  const char* publisher;
  const char* path;
  const char* content;
  Reason reason;
};
constexpr Malformed kMalformed[] = {
    {kSichuanMember, "log-keys", "no message", Reason::kMetadataMalformed},
    {kDeltaMember, "log-keys", "no message", Reason::kMetadataMalformed},
    {kSichuanMember, "contact", "no message", Reason::kMetadataMalformed},
    {kDeltaMember, "contact", "no message", Reason::kMetadataMalformed},
    {kHubMember, "calendar/2026", "no calendar", Reason::kMetadataMalformed},
    {kHubMember, "federation", "no message", Reason::kMetadataMalformed},
    {kHubMember, "canonical/2", "no dictionary", Reason::kDictionaryInvalid},
    {kSichuanMember, "50/packs/11100000XX0000019L003/cq-sample/1", "no pack", Reason::kPackInvalid},
    {kSichuanMember, "50/agreements/chuanyu-2022/1", "no agreement", Reason::kAgreementInvalid},
    {kDeltaMember, "31/agreements/another/1", "no agreement", Reason::kAgreementInvalid},
    {kSichuanMember, "50/repeals/chuanyu-2022", "no repeal", Reason::kAgreementInvalid},
    {kSichuanMember, "50/issuers", "no tree", Reason::kMetadataMalformed},
    {kDeltaMember, "31/catalogue", "no tree", Reason::kMetadataMalformed},
    {kDeltaMember, "notices", "anything", Reason::kMetadataMalformed}};

// The followed members' sets and the own publication go through the same door, so that each is
// refused with the path, and nothing of it counts: not here, not in the store, nobody is told.
TEST_F(Threat, T15_SetWithAMalformedTargetIsRefusedWholeAndTheViewStaysTheSameOne) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const auto before = node.holder.View();
  const size_t told = node.listener.told().size();
  for (const Malformed& one : kMalformed) {
    TrustLists bad = lists_;
    bad.PutFile(one.publisher, one.path, one.content);
    bad.PutTree(kSichuanMember, "50/status/licences", {});
    Store(bad);
    const std::string stored = store_.Dump();

    const absl::Status status = node.Take(Later(bad.Set(one.publisher)));

    EXPECT_EQ(ReasonOf(status), one.reason) << one.path << ": " << status;
    EXPECT_EQ(FieldOf(status), absl::StrCat(one.publisher, ":", one.path));
    EXPECT_EQ(node.holder.View(), before) << one.path;
    EXPECT_EQ(store_.Dump(), stored) << one.path;
    EXPECT_EQ(node.listener.told().size(), told) << one.path;
  }
}

// The list in force is what a new one is compared with, at the own publication and at a follower.
TEST_F(TrustIntakeTest, U13_AnEntryOfIssuersThatIsInForceIsNeverDeleted) {
  IntakeNode node(&store_);
  OfferAll(&node);
  for (const char* publisher : {kSichuanMember, kDeltaMember}) {
    const std::string province = publisher == std::string(kDeltaMember) ? "31" : "50";
    const std::string path = province + "/issuers";
    std::vector<gateway::v1::IssuerEntry> entries =
        SnapshotFixture().jurisdictions.at(province).issuers;
    entries.pop_back();
    TrustLists less = lists_, none = lists_, gone = lists_;
    less.PutTree(publisher, path, IssuerEntries(entries));
    none.PutTree(publisher, path, {});
    gone.Drop(publisher, path);
    const auto before = node.holder.View();
    for (TrustLists* lists : {&less, &none, &gone}) {
      Store(*lists);
      const std::string stored = store_.Dump();

      const absl::Status status = node.Take(Later(lists->Set(publisher)));

      EXPECT_EQ(ReasonOf(status), Reason::kIssuerListInvalid) << status;
      EXPECT_EQ(FieldOf(status), absl::StrCat(publisher, ":", path));
      EXPECT_EQ(node.holder.View(), before);
      EXPECT_EQ(store_.Dump(), stored);
    }
  }
}

TEST_F(TrustIntakeTest, U13_AnEntryMayChangeItsStateAndAfterARestartStillNotBeDeleted) {
  std::vector<gateway::v1::IssuerEntry> entries = SnapshotFixture().jurisdictions.at("50").issuers;
  gateway::v1::IssuerState* const state = entries[0].add_states();
  state->set_kind(gateway::v1::ISSUER_STATE_KIND_COMPROMISED);
  *state->mutable_from() = entries[0].listed_from();
  TrustLists changed = lists_;
  changed.PutTree(kSichuanMember, "50/issuers", IssuerEntries(entries));
  entries.erase(entries.begin());
  TrustLists forgotten = lists_;
  forgotten.PutTree(kSichuanMember, "50/issuers", IssuerEntries(entries));
  Store(changed);
  Store(forgotten);
  {
    IntakeNode node(&store_);
    OfferAll(&node);
    EXPECT_TRUE(node.Take(Later(changed.Set(kSichuanMember))).ok());
  }
  IntakeNode restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(FixtureNow()).ok());

  const absl::Status status = restarted.Take(Later(Later(forgotten.Set(kSichuanMember))));

  EXPECT_EQ(ReasonOf(status), Reason::kIssuerListInvalid) << status;
  EXPECT_EQ(OutcomeIn(restarted), audit::v1::OUTCOME_NOT_RECOGNIZED);
}

TEST_F(TrustIntakeTest, M7_HalfOfARefusedSetNeverCounts) {
  IntakeNode node(&store_);
  OfferAll(&node);
  TrustLists bad = lists_;
  bad.PutFile(kHubMember, "federation", "");  // a list without members, well-formed
  bad.PutFile(kHubMember, "canonical/2", "no dictionary");
  Store(bad);

  EXPECT_FALSE(node.Take(Later(bad.Set(kHubMember))).ok());

  EXPECT_EQ(node.holder.Federation()->members_size(), 3);
}

TEST_F(TrustIntakeTest, H6_SetWithALowerTimestampUnderTheSameRootIsNeverPutInForce) {
  IntakeNode node(&store_);
  OfferAll(&node);
  ASSERT_TRUE(node.Take(SichuanAfterARevocation()).ok());
  const auto before = node.holder.View();
  const std::string stored = store_.Dump();

  const absl::Status status = node.Take(lists_.Set(kSichuanMember));

  EXPECT_EQ(ReasonOf(status), Reason::kMetadataRollback);
  EXPECT_EQ(node.holder.View(), before);
  EXPECT_EQ(store_.Dump(), stored);
}

TEST_F(TrustIntakeTest, H6_EveryoneIsToldInTheOrderOfCommits) {
  IntakeNode node(&store_);
  OfferAll(&node);
  std::vector<std::thread> threads;
  for (const char* publisher : {kHubMember, kSichuanMember}) {
    threads.emplace_back([&, set = lists_.Set(publisher)]() mutable {
      for (int i = 0; i < 20; ++i) {
        set = Later(set);
        EXPECT_TRUE(node.Take(set).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(node.listener.told().size(), 3u + 2 * 20);
  // Nobody hears of an older view after a newer one.
  std::map<std::string, int64_t> last;
  for (const IntakeListener::Told& told : node.listener.told()) {
    for (const auto& [publisher, timestamp] : told.timestamps) {
      EXPECT_GE(timestamp, last[publisher]) << publisher;
      last[publisher] = timestamp;
    }
  }
}

TEST_F(TrustIntakeTest, RowsOfTheCallerContentSetAndManifestAreOneCommit) {
  FaultyStore counting(&store_);
  IntakeNode node(&counting);
  OfferAll(&node);
  TrustLists next = lists_;
  next.PutTree(kSichuanMember, "50/status/licences", {});
  next.PutFile(kSichuanMember, "50/repeals/cross-region-sample", RepealFrom(FixtureNow()));
  const InForceSet set = Later(next.Set(kSichuanMember));
  const auto row = InForceStore(&store_).LoadRow(set.publisher);
  WriteSet writes;
  writes.Put(Keyspace::kTrustMetadata, "row of the caller", "value");
  const int commits = counting.commit_count();

  const absl::Status status =
      node.intake.Take({set, next.blobs(), (*row)->version, false}, writes, FixtureNow());

  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(counting.commit_count(), commits + 1);
  EXPECT_TRUE(store_.Get(Keyspace::kTrustMetadata, "row of the caller")->has_value());
  EXPECT_TRUE(node.blobs.Holds(set.FindTarget("50/repeals/cross-region-sample")->sha256).value());
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_NO_RULE);
}

TEST_F(TrustIntakeTest, WhatWasReadBeforeAnotherWriterIsRefusedAndChangesNothing) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const auto row = InForceStore(&store_).LoadRow(*MemberId::Parse(kSichuanMember));
  const InForceSet revoked = SichuanAfterARevocation();
  ASSERT_TRUE(node.Take(revoked).ok());
  const auto before = node.holder.View();
  const std::string stored = store_.Dump();
  WriteSet stale;
  stale.RequireAbsent(Keyspace::kTrustInForce, PublisherKey(revoked.publisher));

  EXPECT_EQ(
      ReasonOf(node.intake.Take({Later(revoked), {}, (*row)->version, false}, {}, FixtureNow())),
      Reason::kStoreConflict);
  EXPECT_EQ(ReasonOf(node.Take(Later(revoked), FixtureNow(), stale)), Reason::kStoreConflict);

  EXPECT_EQ(node.holder.View(), before);
  EXPECT_EQ(store_.Dump(), stored);
}

TEST_F(TrustIntakeTest, SetUnderARootToWhichNoSignatureLeadsNeedNotFollow) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const auto row = InForceStore(&store_).LoadRow(*MemberId::Parse(kSichuanMember));
  InForceSet set = lists_.Set(kSichuanMember);
  for (RoleVersion& role : set.roles) role.version = 1;

  EXPECT_TRUE(node.intake.Take({set, {}, (*row)->version, true}, {}, FixtureNow()).ok());

  EXPECT_EQ(node.holder.View()->Find(set.publisher)->set->FindRole("root")->version, 1);
}

TEST_F(TrustIntakeTest, CommitThatWasAppliedAfterAllIsInForceAtTheNextTurn) {
  FaultyStore faulty(&store_);
  IntakeNode node(&faulty);
  OfferAll(&node);
  const InForceSet revoked = SichuanAfterARevocation();
  faulty.FailCommit(1, Fault::kErrorButPersisted);
  ASSERT_EQ(ReasonOf(node.Take(revoked)), Reason::kStoreUnavailable);
  ASSERT_EQ(OutcomeIn(node), audit::v1::OUTCOME_RECOGNIZED);
  faulty.Restart();

  ASSERT_TRUE(node.Take(lists_.Set(kDeltaMember)).ok());

  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_NOT_RECOGNIZED);
}

TEST_F(TrustIntakeTest, RestartTellsOfEveryPublisher) {
  IntakeNode node(&store_);
  OfferAll(&node);
  IntakeNode restarted(&store_);

  ASSERT_TRUE(restarted.intake.Restore(FixtureNow() + absl::Hours(1)).ok());

  EXPECT_EQ(restarted.listener.told().size(), 3u);
  EXPECT_EQ(restarted.SinceOf(kHubMember), FixtureNow() + absl::Hours(1));
  EXPECT_EQ(restarted.holder.Federation()->SerializeAsString(),
            node.holder.Federation()->SerializeAsString());
}

TEST_F(TrustIntakeTest, OwnSetWithoutTheHubsDictionaryIsNotReady) {
  IntakeNode node(&store_);

  EXPECT_EQ(ReasonOf(node.Take(lists_.Set(kDeltaMember))), Reason::kNodeNotReady);

  EXPECT_EQ(node.holder.View(), nullptr);
}

TEST_F(Threat, L5_AFollowerRefusesARepealThatIsDatedBack) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const auto before = node.holder.View();
  const auto take = [&](absl::Time effective_from, IntakeNode* at) {
    TrustLists next = lists_;
    next.PutFile(kSichuanMember, "50/repeals/cross-region-sample", RepealFrom(effective_from));
    Store(next);
    return at->Take(Later(next.Set(kSichuanMember)), FixtureNow() + absl::Hours(5));
  };

  // Two days before the set that it follows was taken here.
  EXPECT_EQ(ReasonOf(take(FixtureNow() - absl::Hours(48), &node)), Reason::kAgreementInvalid);
  EXPECT_EQ(node.holder.View(), before);
  IntakeNode restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(FixtureNow() + absl::Hours(4)).ok());
  EXPECT_EQ(ReasonOf(take(FixtureNow() - absl::Hours(48), &restarted)), Reason::kAgreementInvalid);

  EXPECT_TRUE(take(FixtureNow(), &restarted).ok()) << "published while this node was away";
}

TEST_F(Threat, L5_AFollowerRefusesAnAgreementThatIsRewrittenOrTakenBack) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const auto before = node.holder.View();
  TrustLists dropped = lists_;
  dropped.Drop(kSichuanMember, "50/agreements/cross-region-sample/1");
  TrustLists rewritten = lists_;
  std::string text = ShippedAgreementText("cross-region-sample");
  const std::string from = "from { seconds: 1735660800 }";
  rewritten.PutFile(kSichuanMember, "50/agreements/cross-region-sample/1",
                    text.replace(text.find(from), from.size(), "from { seconds: 1735660801 }"));
  Store(rewritten);

  for (TrustLists* next : {&dropped, &rewritten}) {
    EXPECT_EQ(ReasonOf(node.Take(Later(next->Set(kSichuanMember)))), Reason::kAgreementRewritten);
    EXPECT_EQ(node.holder.View(), before);
  }
}

// At the hub's own publication and at a follower; a term that runs would end on another day.
TEST_F(Threat, L5_AYearOfTheCalendarThatIsInForceStaysWithWhateverDays) {
  const SnapshotOwner hub{*MemberId::Parse(kHubMember), {}, *MemberId::Parse(kHubMember)};
  const std::string text = ShippedFile("deploy/regions/hub/calendar-2026.textproto");
  TrustLists whole = lists_;
  whole.PutFile(kHubMember, "calendar/2025",
                ShippedFile("deploy/regions/hub/calendar-2025.textproto"));
  whole.PutFile(kHubMember, "calendar/2026", text);
  TrustLists less = whole, left_out = whole, corrected = whole;
  less.Drop(kHubMember, "calendar/2026");
  left_out.Drop(kHubMember, "calendar/2026");
  left_out.Set(kHubMember).left_out = {
      {"calendars", "targets", "calendars", Reason::kMetadataThreshold}};
  corrected.EditFile(kHubMember, "calendar/2026", "work_days: \"2026-10-10\"", "");
  for (const SnapshotOwner& owner : {TrustLists::Owner(), hub}) {
    MemoryStore store;
    ASSERT_TRUE(BlobStore(&store).Put(whole.blobs()).ok());
    ASSERT_TRUE(BlobStore(&store).Put(corrected.blobs()).ok());
    IntakeNode node(&store, owner);
    ASSERT_TRUE(node.Take(whole.Set(kHubMember)).ok());
    const auto before = node.holder.View();
    const std::string stored = store.Dump();
    for (TrustLists* lists : {&less, &left_out, &lists_}) {
      const absl::Status status = node.Take(Later(lists->Set(kHubMember)));

      EXPECT_EQ(ReasonOf(status), Reason::kMetadataMalformed) << status;
      EXPECT_EQ(FieldOf(status), lists == &lists_ ? "hub:calendar/2025" : "hub:calendar/2026");
      EXPECT_EQ(node.holder.View(), before);
      EXPECT_EQ(store.Dump(), stored);
    }

    EXPECT_TRUE(node.Take(Later(corrected.Set(kHubMember))).ok()) << "days may be corrected";
    EXPECT_EQ(node.holder.View()->calendar()->IsWorkingDay(absl::CivilDay(2026, 10, 10)), false);
    IntakeNode restarted(&store, owner);
    ASSERT_TRUE(restarted.intake.Restore(FixtureNow()).ok());
    EXPECT_EQ(ReasonOf(restarted.Take(Later(Later(less.Set(kHubMember))))),
              Reason::kMetadataMalformed);
  }
}

// The hub alone could else stop every region, or put other rules under all decisions.
TEST_F(Threat, H2_TheHubNeitherDropsNorRewritesADictionaryThatIsInForce) {
  const SnapshotOwner hub{*MemberId::Parse(kHubMember), {}, *MemberId::Parse(kHubMember)};
  TrustLists dropped = lists_, rewritten = lists_, left_out = lists_, next = lists_;
  dropped.Drop(kHubMember, "canonical/1");
  rewritten.EditFile(kHubMember, "canonical/1", "check: ELEMENT_CHECK_GBT2260", "");
  left_out.Drop(kHubMember, "canonical/1");
  left_out.Set(kHubMember).left_out = {
      {"dictionaries", "targets", "dictionaries", Reason::kMetadataThreshold}};
  next.PutFile(kHubMember, "canonical/2",
               absl::StrReplaceAll(ShippedFile("deploy/packs/canonical/1.textproto"),
                                   {{"version: 1", "version: 2"}}));
  Store(rewritten);
  Store(next);
  for (const SnapshotOwner& owner : {TrustLists::Owner(), hub}) {
    MemoryStore store;
    ASSERT_TRUE(BlobStore(&store).Put(next.blobs()).ok());
    ASSERT_TRUE(BlobStore(&store).Put(rewritten.blobs()).ok());
    IntakeNode node(&store, owner);
    OfferAll(&node);
    const auto before = node.holder.View();
    const std::string stored = store.Dump();
    for (TrustLists* lists : {&dropped, &rewritten, &left_out}) {
      const absl::Status status = node.Take(Later(lists->Set(kHubMember)));

      EXPECT_EQ(ReasonOf(status), Reason::kDictionaryInvalid) << status;
      EXPECT_EQ(FieldOf(status), "hub:canonical/1");
      EXPECT_EQ(node.holder.View(), before);
      EXPECT_EQ(store.Dump(), stored);
    }

    EXPECT_TRUE(node.Take(Later(next.Set(kHubMember))).ok()) << "a new version beside the old one";
    EXPECT_EQ(ReasonOf(node.Take(Later(Later(lists_.Set(kHubMember))))),
              Reason::kDictionaryInvalid);
    EXPECT_TRUE(node.Take(Later(lists_.Set(kSichuanMember))).ok());
    EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_RECOGNIZED);
  }
}

}  // namespace
}  // namespace mrg
