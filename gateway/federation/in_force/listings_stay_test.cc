#include "gateway/federation/in_force/listings_stay.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/federation/in_force/testing/intake_node.h"
#include "gateway/recognition/testing/list_trees.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/store/in_force.h"

namespace mrg {
namespace {

constexpr char kAgreement[] = "50/agreements/cross-region-sample/1";
constexpr char kRepeal[] = "50/repeals/cross-region-sample";

std::string RepealFrom(absl::Time effective_from) {
  return absl::StrCat("agreement_id: \"cross-region-sample\" effective_from { seconds: ",
                      absl::ToUnixSeconds(effective_from), " }");
}

std::string RewrittenAgreement() {
  std::string text = ShippedAgreementText("cross-region-sample");
  const std::string from = "from { seconds: 1735660800 }";
  return text.replace(text.find(from), from.size(), "from { seconds: 1735660801 }");
}

// A member that takes back what Chongqing listed.
class L5 : public TrustIntakeTest {
 protected:
  struct Attack {
    TrustLists lists;
    Reason reason;
  };

  // Each one is refused when it follows the set that was whole.
  std::vector<Attack> Attacks() {
    std::vector<Attack> attacks = {{lists_, Reason::kAgreementRewritten},
                                   {lists_, Reason::kAgreementRewritten},
                                   {lists_, Reason::kAgreementInvalid},
                                   {lists_, Reason::kIssuerListInvalid},
                                   {lists_, Reason::kIssuerListInvalid}};
    attacks[0].lists.PutFile(kSichuanMember, kAgreement, RewrittenAgreement());
    attacks[1].lists.Drop(kSichuanMember, kAgreement);
    attacks[2].lists.PutFile(kSichuanMember, kRepeal, RepealFrom(FixtureNow() - absl::Hours(48)));
    std::vector<gateway::v1::IssuerEntry> entries =
        SnapshotFixture().jurisdictions.at("50").issuers;
    entries.pop_back();
    attacks[3].lists.PutTree(kSichuanMember, "50/issuers", IssuerEntries(entries));
    attacks[4].lists.Drop(kSichuanMember, "50/issuers");
    for (const Attack& attack : attacks) Store(attack.lists);
    return attacks;
  }

  // The next set of Sichuan: with these lists, signed anew.
  InForceSet Next(InForceSet set) {
    ++signed_;
    for (int i = 0; i < signed_; ++i) set = Later(set);
    return set;
  }

  // The same, in which j-50 is not signed by the keys that the member names for it now.
  InForceSet NextWithoutChongqing() {
    InForceSet set = Next(lists_.Set(kSichuanMember));
    std::erase_if(set.targets, [](const InForceTarget& one) { return one.role == "j-50"; });
    std::erase_if(set.roles, [](const RoleVersion& one) { return one.role == "j-50"; });
    set.left_out = {{"j-50", "targets", "j-50", Reason::kMetadataThreshold}};
    return set;
  }

  // The next set of the hub, in whose list nobody has Chongqing.
  InForceSet HubWithoutChongqing() {
    TrustLists lists = lists_;
    trustlist::v1::Federation list;
    const InForceTarget* const target = lists.Set(kHubMember).FindTarget("federation");
    EXPECT_TRUE(list.ParseFromString(lists.blobs().at(target->sha256)));
    for (auto& member : *list.mutable_members()) {
      std::vector<std::string> kept(member.jurisdictions().begin(), member.jurisdictions().end());
      std::erase(kept, "50");
      member.mutable_jurisdictions()->Assign(kept.begin(), kept.end());
    }
    lists.PutFile(kHubMember, "federation", CanonicalBytes(list));
    Store(lists);
    return Next(lists.Set(kHubMember));
  }

  void ExpectRefused(IntakeNode* node) {
    for (const Attack& attack : Attacks()) {
      TrustLists lists = attack.lists;
      const auto before = node->holder.View();
      const std::string stored = store_.Dump();

      const absl::Status status = node->Take(Next(lists.Set(kSichuanMember)), now_);

      EXPECT_EQ(ReasonOf(status), attack.reason) << status;
      EXPECT_EQ(node->holder.View(), before);
      EXPECT_EQ(store_.Dump(), stored);
    }
  }

  absl::Time now_ = FixtureNow() + absl::Hours(5);
  int signed_ = 0;
};

TEST_F(L5, WhatWasListedIsNotTakenBackInOnePublication) {
  IntakeNode node(&store_);
  OfferAll(&node);

  ExpectRefused(&node);
}

TEST_F(L5, WhatWasListedIsNotTakenBackByWayOfASetThatLeavesItsRoleOut) {
  IntakeNode node(&store_);
  OfferAll(&node);
  ASSERT_TRUE(node.Take(NextWithoutChongqing(), FixtureNow()).ok());

  ExpectRefused(&node);

  TrustLists whole = lists_;
  whole.PutFile(kSichuanMember, kRepeal, RepealFrom(now_));
  Store(whole);
  EXPECT_TRUE(node.Take(Next(whole.Set(kSichuanMember)), now_).ok()) << "what may be published";
  EXPECT_EQ(OutcomeIn(node), audit::v1::OUTCOME_RECOGNIZED);
}

TEST_F(L5, WhatWasListedIsNotTakenBackAfterSeveralSetsThatLeaveItsRoleOutAndARestart) {
  {
    IntakeNode node(&store_);
    OfferAll(&node);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(node.Take(NextWithoutChongqing(), FixtureNow()).ok());
  }
  IntakeNode restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(now_).ok());
  ASSERT_TRUE(restarted.Take(NextWithoutChongqing(), FixtureNow()).ok());

  ExpectRefused(&restarted);

  EXPECT_TRUE(restarted.Take(Next(lists_.Set(kSichuanMember)), now_).ok());
  // It was whole again: the next one is compared with that.
  ExpectRefused(&restarted);
}

TEST_F(L5, ARoleThatIsLeftOutHidesNoChangeOfAnotherOne) {
  IntakeNode node(&store_);
  OfferAll(&node);
  const auto before = node.holder.View();
  TrustLists rewritten = lists_;
  rewritten.PutFile(kSichuanMember, kAgreement, RewrittenAgreement());
  Store(rewritten);
  InForceSet set = Next(rewritten.Set(kSichuanMember));
  set.left_out = {{"j-50", "j-50", "repeals-50", Reason::kMetadataThreshold}};

  EXPECT_EQ(ReasonOf(node.Take(set, now_)), Reason::kAgreementRewritten);

  EXPECT_EQ(node.holder.View(), before);
}

TEST_F(L5, ADelegationThatIsTakenAwayWhileItIsLeftOutTakesNothingBack) {
  IntakeNode node(&store_);
  OfferAll(&node);
  ASSERT_TRUE(node.Take(NextWithoutChongqing(), FixtureNow()).ok());
  const auto before = node.holder.View();
  InForceSet set = NextWithoutChongqing();
  set.left_out.clear();

  EXPECT_EQ(ReasonOf(node.Take(set, now_)), Reason::kIssuerListInvalid);

  EXPECT_EQ(node.holder.View(), before);
}

TEST_F(L5, WhatWasListedIsNotRewrittenWhileTheHubDoesNotListTheJurisdiction) {
  IntakeNode node(&store_);
  OfferAll(&node);
  ASSERT_TRUE(node.Take(HubWithoutChongqing(), FixtureNow()).ok());
  const auto before = node.holder.View();
  for (const Attack& attack : Attacks()) {
    TrustLists lists = attack.lists;
    const InForceSet set = Next(lists.Set(kSichuanMember));
    const bool is_less = set.targets.size() < lists_.Set(kSichuanMember).targets.size();
    if (is_less) continue;  // what is missing is asked for when the jurisdiction returns

    EXPECT_EQ(ReasonOf(node.Take(set, now_)), attack.reason);

    EXPECT_EQ(node.holder.View(), before);
  }
}

TEST_F(L5, WhatWasListedIsNotTakenBackWhileTheHubDropsTheJurisdictionAndListsItAgain) {
  TrustLists less = lists_;
  for (const char* path : {"50/issuers", kAgreement}) less.Drop(kSichuanMember, path);
  {
    IntakeNode node(&store_);
    OfferAll(&node);
    ASSERT_TRUE(node.Take(HubWithoutChongqing(), FixtureNow()).ok());
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(node.Take(Next(less.Set(kSichuanMember)), FixtureNow()).ok());
    }
  }
  IntakeNode restarted(&store_);
  ASSERT_TRUE(restarted.intake.Restore(now_).ok());
  ASSERT_TRUE(restarted.Take(Next(lists_.Set(kHubMember)), FixtureNow()).ok());

  ExpectRefused(&restarted);
  EXPECT_EQ(ReasonOf(restarted.Take(Next(less.Set(kSichuanMember)), now_)),
            Reason::kIssuerListInvalid);

  EXPECT_TRUE(restarted.Take(Next(lists_.Set(kSichuanMember)), now_).ok());
  EXPECT_EQ(OutcomeIn(restarted), audit::v1::OUTCOME_RECOGNIZED);
}

}  // namespace
}  // namespace mrg
