#include "gateway/agreement/party_members.h"

#include "gateway/agreement/testing/agreement_draft.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const absl::Time kStart = absl::FromUnixSeconds(1600000000);

gateway::v1::Agreement Naming(const std::string& id, uint32_t revision, const std::string& member) {
  gateway::v1::Agreement agreement = DraftAgreement(id, revision, {"31", "50"}, kStart);
  for (auto& root : *agreement.mutable_counterpart_roots()) {
    if (root.jurisdictions(0) == "50") root.set_member(member);
  }
  return agreement;
}

TEST(Threat, T07_OnlyWhatTheOwnSideListsSaysWhoPublishesForAJurisdiction) {
  const auto agreements =
      AgreementHistory::Build(ListedBy({"31"}, Naming("ours", 1, "sichuan-chongqing")) +
                                  ListedBy({"50"}, Naming("theirs", 1, "hub")),
                              {});

  const PartyMembers named = MembersOfParties(agreements, {"31"});

  EXPECT_THAT(named.members,
              ElementsAre(Pair("31", "yangtze-delta"), Pair("50", "sichuan-chongqing")));
  EXPECT_THAT(named.contested, IsEmpty());
}

TEST(PartyMembers, TheNewestRevisionCounts) {
  const auto agreements = AgreementHistory::Build(
      ListedBy({"31"}, Naming("a", 1, "before")) + ListedBy({"31"}, Naming("a", 2, "after")), {});

  EXPECT_EQ(MembersOfParties(agreements, {"31"}).members.at("50"), "after");
}

TEST(Threat, T07_OfTwoAgreementsThatNameTwoMembersNoneCounts) {
  const auto agreements = AgreementHistory::Build(
      ListedBy({"31"}, Naming("a", 1, "one")) + ListedBy({"31"}, Naming("b", 1, "other")), {});

  const PartyMembers named = MembersOfParties(agreements, {"31"});

  EXPECT_THAT(named.members, ElementsAre(Pair("31", "yangtze-delta")));
  EXPECT_THAT(named.contested, ElementsAre("50"));
}

TEST(PartyMembers, ARepealedAgreementCountsWhereNoOtherOneSpeaks) {
  const auto listings =
      ListedBy({"31"}, Naming("a", 1, "one")) + ListedBy({"31"}, Naming("b", 1, "other"));

  const auto one_left = AgreementHistory::Build(listings, {RepealBy("31", "a", 0, kStart)});
  EXPECT_EQ(MembersOfParties(one_left, {"31"}).members.at("50"), "other");

  const auto none_left = AgreementHistory::Build(ListedBy({"31"}, Naming("a", 1, "one")),
                                                 {RepealBy("31", "a", 1, kStart)});
  EXPECT_EQ(MembersOfParties(none_left, {"31"}).members.at("50"), "one");
}

}  // namespace
}  // namespace mrg
