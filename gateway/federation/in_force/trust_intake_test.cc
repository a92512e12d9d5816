#include "gateway/federation/in_force/trust_intake.h"

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/mutex.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/blob_store.h"
#include "trustlist/in_force.h"
#include "trustlist/stored_keys.h"

namespace mrg {
namespace {

using Fault = FaultyStore::Fault;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// Keeps what it was told, and of each view which timestamps it holds.
class Listener : public TrustViewListener {
 public:
  void OnTaken(const TrustView& view, const MemberId& publisher, absl::Time) override {
    std::map<std::string, int64_t> timestamps;
    for (const auto& [id, in_force] : view.publishers()) {
      timestamps[id.value()] = in_force.set->FindRole("timestamp")->version;
    }
    std::this_thread::yield();
    MutexLock lock(mu_);
    told_.push_back({publisher.value(), std::move(timestamps)});
  }

  struct Told {
    std::string publisher;
    std::map<std::string, int64_t> timestamps;
  };
  std::vector<Told> told() const {
    MutexLock lock(mu_);
    return told_;
  }

 private:
  mutable Mutex mu_;
  std::vector<Told> told_ ABSL_GUARDED_BY(mu_);
};

// What one process of a node holds above its store.
struct Node {
  explicit Node(OrderedStore* node_store)
      : store(node_store),
        blobs(node_store),
        archive(TrustLists::Owner(), node_store, &blobs, &holder),
        intake(TrustLists::Owner(), {node_store, &blobs, &archive, &holder, {&listener}}) {}

  std::string CurrentId() const {
    const auto current = holder.Current();
    return current == nullptr ? "" : current->id();
  }

  // As a caller that has just read what is in force; with the caller's own rows.
  absl::Status Take(const InForceSet& set, absl::Time now = FixtureNow(), WriteSet writes = {}) {
    const auto row = InForceStore(store).LoadRow(set.publisher);
    if (!row.ok()) return row.status();
    VerifiedSet verified{set, {}, std::nullopt, false};
    if (row->has_value()) verified.row_version = (*row)->version;
    return intake.Take(verified, std::move(writes), now);
  }

  absl::Time SinceOf(const char* publisher) const {
    return holder.View()->Find(*MemberId::Parse(publisher))->since;
  }

  OrderedStore* const store;
  BlobStore blobs;
  Listener listener;
  TrustViewHolder holder;
  TrustViewArchive archive;
  TrustIntake intake;
};

class TrustIntakeTest : public ::testing::Test {
 protected:
  TrustIntakeTest() { Store(lists_); }

  void Store(const TrustLists& lists) { ASSERT_TRUE(BlobStore(&store_).Put(lists.blobs()).ok()); }

  // The set of Sichuan after it revoked a licence; its blobs are stored.
  InForceSet SichuanAfterARevocation() {
    SnapshotFixture fixture;
    fixture.jurisdictions.at("50").statuses = {StatusOf(
        Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, FixtureNow())};
    TrustLists lists(fixture);
    Store(lists);
    return Later(lists.Set(kSichuanMember));
  }

  // The set as its publisher signs it anew.
  static InForceSet Later(InForceSet set) {
    for (RoleVersion& role : set.roles) {
      if (role.role != "root") ++role.version;
    }
    return set;
  }

  void OfferAll(Node* node) {
    for (const InForceSet& set : lists_.Sets()) {
      const absl::Status status = node->Take(set);
      ASSERT_TRUE(status.ok()) << status;
    }
  }

  audit::v1::Outcome OutcomeIn(const Node& node) const {
    return Answer(*node.holder.Current(), AskAbout(Sample("50-driving-licence"), "31")).outcome;
  }

  TrustLists lists_;
  MemoryStore store_;
};

class Threat : public TrustIntakeTest {};

TEST_F(TrustIntakeTest, NothingIsInForceBeforeTheFirstOffer) {
  Node node(&store_);

  EXPECT_TRUE(node.intake.Restore(FixtureNow()).ok());

  EXPECT_EQ(node.holder.Current(), nullptr);
}

TEST_F(TrustIntakeTest, OffersOfAllPublishersAddUp) {
  Node node(&store_);

  OfferAll(&node);

  EXPECT_EQ(node.CurrentId(), SnapshotId(ToManifest(lists_.Sets())));
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_RECOGNIZED);
  for (const char* publisher : {kHubMember, kDeltaMember, kSichuanMember}) {
    EXPECT_EQ(node.SinceOf(publisher), FixtureNow());
  }
}

TEST_F(TrustIntakeTest, OrderOfTheOffersDoesNotMatter) {
  Node node(&store_);
  Node other(&store_);
  OfferAll(&node);
  for (const char* publisher : {kSichuanMember, kHubMember, kDeltaMember}) {
    ASSERT_TRUE(other.Take(lists_.Set(publisher), FixtureNow()).ok());
  }

  EXPECT_EQ(other.CurrentId(), node.CurrentId());
  EXPECT_EQ(AnswersOf(*other.holder.Current()), AnswersOf(*node.holder.Current()));
}

TEST_F(TrustIntakeTest, NewerSetTakesThePlaceOfTheOld) {
  Node node(&store_);
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
  Node node(&counting);
  OfferAll(&node);
  const int commits = counting.commit_count();
  const auto before = node.holder.Current();

  ASSERT_TRUE(node.Take(lists_.Set(kSichuanMember), FixtureNow() + absl::Hours(1)).ok());

  EXPECT_EQ(counting.commit_count(), commits);
  EXPECT_EQ(node.holder.Current(), before);
  EXPECT_EQ(node.SinceOf(kSichuanMember), FixtureNow());
}

TEST_F(Threat, T08_ForkOfAPublisherIsInForceUntilItIsAnsweredAndOverARestart) {
  Node node(&store_);
  OfferAll(&node);
  const std::string before = node.CurrentId();
  const MemberId sichuan = *MemberId::Parse(kSichuanMember);

  ASSERT_TRUE(node.intake.SetForked(sichuan, true).ok());
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_STALE_TRUST);
  EXPECT_NE(node.CurrentId(), before);
  // A set of another publisher, or of this one, does not answer the fork.
  ASSERT_TRUE(node.Take(lists_.Set(kSichuanMember), FixtureNow()).ok());
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_STALE_TRUST);

  Node restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(FixtureNow()).ok());
  EXPECT_EQ(OutcomeIn(restarted), audit::v1::OUTCOME_STALE_TRUST);
  EXPECT_EQ(restarted.CurrentId(), node.CurrentId());

  ASSERT_TRUE(restarted.intake.SetForked(sichuan, false).ok());
  EXPECT_EQ(OutcomeIn(restarted), audit::v1::OUTCOME_RECOGNIZED);
  EXPECT_EQ(restarted.CurrentId(), before);
  // What was decided meanwhile is decided again as it was.
  EXPECT_TRUE((*restarted.archive.Rebuild(node.CurrentId()))->IsForked(kSichuanMember));
  EXPECT_TRUE(restarted.intake.SetForked(*MemberId::Parse("nobody"), true).ok());
}

TEST_F(Threat, T08_ForkFoundBeforeTheFirstSetIsInForceWithIt) {
  Node node(&store_);
  ASSERT_TRUE(node.intake.SetForked(*MemberId::Parse(kSichuanMember), true).ok());
  OfferAll(&node);
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_STALE_TRUST);
}

TEST_F(TrustIntakeTest, SetThatDoesNotBuildLeavesWhatIsInForceAndStopsNobodyElse) {
  Node node(&store_);
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
  Node node(&faulty);
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
  Node node(&store_);
  OfferAll(&node);
  ASSERT_TRUE(node.Take(SichuanAfterARevocation(), FixtureNow()).ok());

  Node restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(FixtureNow()).ok());

  EXPECT_EQ(restarted.CurrentId(), node.CurrentId());
  EXPECT_EQ(AnswersOf(*restarted.holder.Current()), AnswersOf(*node.holder.Current()));
  // It knows what is in force of each publisher, and can go on from there.
  lists_.Set(kSichuanMember) = Later(Later(lists_.Set(kSichuanMember)));
  EXPECT_TRUE(restarted.Take(lists_.Set(kSichuanMember)).ok());
  EXPECT_EQ(restarted.CurrentId(), SnapshotId(ToManifest(lists_.Sets())));
}

TEST_F(TrustIntakeTest, RestoreWithABlobMissingFailsAndPublishesNothing) {
  Node node(&store_);
  OfferAll(&node);
  WriteSet loss;
  loss.Delete(Keyspace::kBlob, lists_.Set(kSichuanMember).FindTarget("50/catalogue")->sha256);
  ASSERT_TRUE(store_.Commit(loss).committed());

  Node restarted(&store_);
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
        if (!node.Take(set, FixtureNow()).ok()) break;
        acknowledged = under_way;
        EXPECT_EQ(node.CurrentId(), acknowledged);
      }
      ASSERT_TRUE(faulty.fault_fired());
      EXPECT_EQ(node.CurrentId(), acknowledged);
      faulty.Restart();

      Node restarted(&faulty);
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
  Node node(&store_);
  OfferAll(&node);
  const auto first = node.holder.Current();
  ASSERT_TRUE(node.Take(SichuanAfterARevocation(), FixtureNow()).ok());
  Node restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(FixtureNow()).ok());

  for (const Node* one : {&node, &restarted}) {
    const auto rebuilt = one->archive.Rebuild(first->id());

    ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
    EXPECT_EQ((*rebuilt)->id(), first->id());
    EXPECT_EQ(AnswersOf(**rebuilt), AnswersOf(*first));
  }
}

TEST_F(TrustIntakeTest, SnapshotInForceIsNotBuiltAgain) {
  Node node(&store_);
  OfferAll(&node);

  EXPECT_EQ(*node.archive.Rebuild(node.CurrentId()), node.holder.Current());
}

TEST_F(TrustIntakeTest, RebuildingDoesNotPutInForce) {
  Node node(&store_);
  OfferAll(&node);
  const std::string first = node.CurrentId();
  ASSERT_TRUE(node.Take(SichuanAfterARevocation(), FixtureNow()).ok());
  const std::string second = node.CurrentId();

  ASSERT_TRUE(node.archive.Rebuild(first).ok());

  EXPECT_EQ(node.CurrentId(), second);
}

TEST_F(TrustIntakeTest, SnapshotThatWasNeverInForceIsNotFound) {
  Node node(&store_);
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
  Node node(&store_);
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
  Node node(&store_);
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
  Node node(&store_);
  OfferAll(&node);
  TrustLists next = lists_;
  next.Drop(kDeltaMember, "31/agreements/cross-region-sample/1");

  EXPECT_EQ(ReasonOf(node.Take(Later(next.Set(kDeltaMember)))), Reason::kAgreementRewritten);
}

// Each reader sees one whole snapshot while others are put in force.
TEST_F(TrustIntakeTest, ReadersSeeOneOfTheSnapshotsAndNeverAMixture) {
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
        const bool raised = snapshot->FindRoles(kSichuanMember)->front().version % 2 == 0;
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
  Node node(&store_);
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

TEST_F(TrustIntakeTest, M7_HalfOfARefusedSetNeverCounts) {
  Node node(&store_);
  OfferAll(&node);
  TrustLists bad = lists_;
  bad.PutFile(kHubMember, "federation", "");  // a list without members, well-formed
  bad.PutFile(kHubMember, "canonical/2", "no dictionary");
  Store(bad);

  EXPECT_FALSE(node.Take(Later(bad.Set(kHubMember))).ok());

  EXPECT_EQ(node.holder.Federation()->members_size(), 3);
}

TEST_F(TrustIntakeTest, H6_SetWithALowerTimestampUnderTheSameRootIsNeverPutInForce) {
  Node node(&store_);
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
  Node node(&store_);
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
  for (const Listener::Told& told : node.listener.told()) {
    for (const auto& [publisher, timestamp] : told.timestamps) {
      EXPECT_GE(timestamp, last[publisher]) << publisher;
      last[publisher] = timestamp;
    }
  }
}

TEST_F(TrustIntakeTest, RowsOfTheCallerContentSetAndManifestAreOneCommit) {
  FaultyStore counting(&store_);
  Node node(&counting);
  OfferAll(&node);
  TrustLists next = lists_;
  next.PutTree(kSichuanMember, "50/status/licences", {});
  next.PutFile(kSichuanMember, "50/repeals/cross-region-sample",
               "agreement_id: \"cross-region-sample\" effective_from { seconds: 1 }");
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
  Node node(&store_);
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
  Node node(&store_);
  OfferAll(&node);
  const auto row = InForceStore(&store_).LoadRow(*MemberId::Parse(kSichuanMember));
  InForceSet set = lists_.Set(kSichuanMember);
  for (RoleVersion& role : set.roles) role.version = 1;

  EXPECT_TRUE(node.intake.Take({set, {}, (*row)->version, true}, {}, FixtureNow()).ok());

  EXPECT_EQ(node.holder.View()->Find(set.publisher)->set->FindRole("root")->version, 1);
}

TEST_F(TrustIntakeTest, CommitThatWasAppliedAfterAllIsInForceAtTheNextTurn) {
  FaultyStore faulty(&store_);
  Node node(&faulty);
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
  Node node(&store_);
  OfferAll(&node);
  Node restarted(&store_);

  ASSERT_TRUE(restarted.intake.Restore(FixtureNow() + absl::Hours(1)).ok());

  EXPECT_EQ(restarted.listener.told().size(), 3u);
  EXPECT_EQ(restarted.SinceOf(kHubMember), FixtureNow() + absl::Hours(1));
  EXPECT_EQ(restarted.holder.Federation()->SerializeAsString(),
            node.holder.Federation()->SerializeAsString());
}

TEST_F(TrustIntakeTest, OwnSetWithoutTheHubsDictionaryIsNotReady) {
  Node node(&store_);

  EXPECT_EQ(ReasonOf(node.Take(lists_.Set(kDeltaMember))), Reason::kNodeNotReady);

  EXPECT_EQ(node.holder.View(), nullptr);
}

}  // namespace
}  // namespace mrg
