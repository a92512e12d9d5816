#include "gateway/agreement/agreement_history.h"

#include "gateway/agreement/testing/agreement_draft.h"
#include "gateway/base/proto_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1600000000);
const absl::Duration kInstant = absl::Microseconds(1);

absl::Time Day(int days) { return kStart + absl::Hours(24) * days; }

gateway::v1::Agreement Draft(uint32_t revision, absl::Time from,
                             absl::Time until = absl::InfiniteFuture()) {
  return DraftAgreement("delta", revision, {"31", "32", "33"}, from, until);
}

const SharedAgreement& Only(const AgreementHistory& history) {
  const auto* shared = history.Between("32", "31");
  EXPECT_NE(shared, nullptr);
  EXPECT_EQ(shared->size(), 1u);
  return shared->front();
}

uint32_t RevisionAt(const AgreementHistory& history, absl::Time t) {
  const SharedRevision* in_force = Only(history).InForceAt(t);
  return in_force == nullptr ? 0 : in_force->first->agreement->revision();
}

TEST(AgreementHistory, NothingListedIsNothingShared) {
  EXPECT_EQ(AgreementHistory().Between("31", "32"), nullptr);
  EXPECT_EQ(AgreementHistory::Build(ListedBy({"31"}, Draft(1, kStart)), {}).Between("31", "32"),
            nullptr);
}

TEST(AgreementHistory, EndedAndRepealedRevisionsAreKept) {
  const AgreementHistory history = AgreementHistory::Build(
      ListedBy({"31", "32"}, Draft(1, Day(0), Day(10))) + ListedBy({"31", "32"}, Draft(2, Day(20))),
      {RepealBy("32", "delta", 2, Day(30))});

  EXPECT_EQ(RevisionAt(history, Day(5)), 1u);
  EXPECT_EQ(RevisionAt(history, Day(15)), 0u);
  EXPECT_EQ(RevisionAt(history, Day(25)), 2u);
  EXPECT_EQ(RevisionAt(history, Day(30)), 0u);
  EXPECT_EQ(history.listings().at({"31", "delta"}).size(), 2u);
  EXPECT_EQ(history.repeals().at({"32", "delta"}).size(), 1u);
}

TEST(AgreementHistory, LaterRepealOfTheSamePartyDoesNotUndoTheEarlierOne) {
  RepealListing repeals = RepealBy("31", "delta", 1, Day(10));
  gateway::v1::FurtherRepeal* further = repeals.repeal.add_further();
  further->set_revision(2);
  *further->mutable_effective_from() = ToTimestamp(Day(20));
  const AgreementHistory history = AgreementHistory::Build(
      ListedBy({"31", "32"}, Draft(1, Day(0))) + ListedBy({"31", "32"}, Draft(2, Day(12))),
      {repeals});

  EXPECT_EQ(RevisionAt(history, Day(10) - kInstant), 1u);
  EXPECT_EQ(RevisionAt(history, Day(10)), 0u);
  EXPECT_EQ(RevisionAt(history, Day(12)), 2u);
  EXPECT_EQ(RevisionAt(history, Day(20) - kInstant), 2u);
  EXPECT_EQ(RevisionAt(history, Day(20)), 0u) << "revision 1 stays repealed";
}

TEST(AgreementHistory, RepealOfTheHigherRevisionBringsTheLowerOneBack) {
  const AgreementHistory history = AgreementHistory::Build(
      ListedBy({"31", "32"}, Draft(1, Day(0))) + ListedBy({"31", "32"}, Draft(2, Day(10))),
      {RepealBy("31", "delta", 2, Day(20))});

  EXPECT_EQ(RevisionAt(history, Day(20) - kInstant), 2u);
  EXPECT_EQ(RevisionAt(history, Day(20)), 1u);
}

TEST(AgreementHistory, WhoIsNoPartyDoesNotBindItself) {
  const AgreementHistory history =
      AgreementHistory::Build(ListedBy({"31", "50"}, Draft(1, kStart)), {});

  EXPECT_EQ(history.Between("31", "50"), nullptr);
  EXPECT_EQ(history.listings().count({"50", "delta"}), 0u);
}

TEST(AgreementHistory, TermsOfARevisionAreThoseThatNoHigherOneTakes) {
  const AgreementHistory history =
      AgreementHistory::Build(ListedBy({"31", "32"}, Draft(1, Day(0))) +
                                  ListedBy({"31", "32"}, Draft(2, Day(10), Day(20))) +
                                  ListedBy({"31", "32"}, Draft(3, Day(15), Day(30))) +
                                  ListedBy({"31", "32"}, Draft(4, Day(40), Day(50))),
                              {RepealBy("31", "delta", 4, Day(40))});
  const SharedAgreement& shared = Only(history);

  EXPECT_THAT(shared.InForceTerms(0), IsEmpty()) << "repealed before it began";
  EXPECT_THAT(shared.InForceTerms(1), ElementsAre(TimeRange{Day(15), Day(30)}));
  EXPECT_THAT(shared.InForceTerms(2), ElementsAre(TimeRange{Day(10), Day(15)}));
  EXPECT_THAT(shared.InForceTerms(3),
              ElementsAre(TimeRange{Day(0), Day(10)}, TimeRange{Day(30), absl::InfiniteFuture()}));
}

TEST(AgreementHistory, AgreementsStandInTheOrderInWhichTheyBegan) {
  const auto other = DraftAgreement("alpha", 1, {"31", "32"}, Day(1));
  const auto same_day = DraftAgreement("beta", 1, {"31", "32"}, Day(0));
  // The revision of 31 and 32 that began first counts, also when a later one is in force.
  const AgreementHistory history = AgreementHistory::Build(
      ListedBy({"31", "32"}, other) + ListedBy({"31", "32"}, Draft(1, Day(0))) +
          ListedBy({"31", "32"}, Draft(2, Day(5))) + ListedBy({"31", "32"}, same_day),
      {});

  const auto* shared = history.Between("31", "32");
  ASSERT_EQ(shared->size(), 3u);
  EXPECT_EQ((*shared)[0].id, "beta");
  EXPECT_EQ((*shared)[1].id, "delta");
  EXPECT_EQ((*shared)[2].id, "alpha");
}

}  // namespace
}  // namespace mrg
