#include "gateway/agreement/agreement_standing.h"

#include "absl/strings/str_cat.h"
#include "gateway/agreement/testing/agreement_draft.h"
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

const AgreementText& TextOfRevision(const std::vector<AgreementText>& texts, uint32_t revision) {
  for (const AgreementText& text : texts) {
    if (text.agreement->revision() == revision) return text;
  }
  ADD_FAILURE() << "no revision " << revision;
  return texts.front();
}

// The state of a revision between 31 and 32.
AgreementState StateAt(const AgreementHistory& history, uint32_t revision, absl::Time t) {
  const auto texts = TextsOf(history);
  const AgreementText& text = TextOfRevision(texts, revision);
  for (const AgreementStanding& one : StandingsOf(history, text, t)) {
    if (one.first_jurisdiction == "31" && one.second_jurisdiction == "32") return one.state;
  }
  ADD_FAILURE() << "no standing between 31 and 32";
  return AgreementState::kListedByOne;
}

TEST(AgreementStanding, TextsHaveTheirListersAndCopiesThatDifferAreTwo) {
  const std::string text = TextOf(Draft(1, Day(0)));
  const AgreementHistory history = AgreementHistory::Build(
      {ListingOf("33", text), ListingOf("31", text), ListingOf("32", text + "# another\n")}, {});

  const auto texts = TextsOf(history);

  ASSERT_EQ(texts.size(), 2u);
  const AgreementText& common = texts[texts[0].listed_by.size() == 2 ? 0 : 1];
  const AgreementText& other = texts[texts[0].listed_by.size() == 2 ? 1 : 0];
  EXPECT_THAT(common.listed_by, ElementsAre("31", "33"));
  EXPECT_THAT(other.listed_by, ElementsAre("32"));
  const auto standings = StandingsOf(history, other, Day(1));
  ASSERT_EQ(standings.size(), 2u);
  EXPECT_EQ(standings[0].first_jurisdiction, "32") << "the one that lists it";
  EXPECT_EQ(standings[0].second_jurisdiction, "31");
  EXPECT_EQ(standings[0].state, AgreementState::kDiffers);
  EXPECT_THAT(standings[0].in_force, IsEmpty());
}

TEST(AgreementStanding, OfTheSamePairItGoesFromEnactedToInForceToReplacedToOver) {
  const AgreementHistory history =
      AgreementHistory::Build(ListedBy({"31", "32"}, Draft(1, Day(0), Day(30))) +
                                  ListedBy({"31", "32"}, Draft(2, Day(10), Day(20))),
                              {});
  EXPECT_EQ(StateAt(history, 1, Day(0) - kInstant), AgreementState::kEnacted);
  EXPECT_EQ(StateAt(history, 1, Day(0)), AgreementState::kInForce);
  EXPECT_EQ(StateAt(history, 1, Day(10) - kInstant), AgreementState::kInForce);
  EXPECT_EQ(StateAt(history, 1, Day(10)), AgreementState::kReplaced);
  EXPECT_EQ(StateAt(history, 1, Day(20)), AgreementState::kInForce);
  EXPECT_EQ(StateAt(history, 1, Day(30)), AgreementState::kOver);
  EXPECT_EQ(StateAt(history, 2, Day(20)), AgreementState::kOver);

  const auto texts = TextsOf(history);
  const auto standings = StandingsOf(history, TextOfRevision(texts, 1), Day(12));
  ASSERT_FALSE(standings.empty());
  EXPECT_THAT(standings[0].in_force,
              ElementsAre(TimeRange{Day(0), Day(10)}, TimeRange{Day(20), Day(30)}));
}

TEST(AgreementStanding, RepealByEitherSideShowsFromItsInstant) {
  for (const char* side : {"31", "32"}) {
    const AgreementHistory history = AgreementHistory::Build(
        ListedBy({"31", "32"}, Draft(1, Day(0))), {RepealBy(side, "delta", 0, Day(5))});
    EXPECT_EQ(StateAt(history, 1, Day(5) - kInstant), AgreementState::kInForce) << side;
    EXPECT_EQ(StateAt(history, 1, Day(5)), AgreementState::kRepealed) << side;
  }
}

TEST(AgreementStanding, RevisionTakesEffectPairByPair) {
  const AgreementHistory history = AgreementHistory::Build(
      ListedBy({"31", "32", "33"}, Draft(1, Day(0))) + ListedBy({"31", "32"}, Draft(2, Day(10))),
      {});
  const auto texts = TextsOf(history);

  const auto first = StandingsOf(history, TextOfRevision(texts, 1), Day(11));
  const auto second = StandingsOf(history, TextOfRevision(texts, 2), Day(11));

  const auto in_words = [](const std::vector<AgreementStanding>& standings) {
    std::vector<std::string> words;
    for (const AgreementStanding& one : standings) {
      words.push_back(absl::StrCat(one.first_jurisdiction, "-", one.second_jurisdiction, " ",
                                   static_cast<int>(one.state)));
    }
    return words;
  };
  const auto named = [](AgreementState state) {
    return absl::StrCat(" ", static_cast<int>(state));
  };
  EXPECT_THAT(in_words(first), ElementsAre("31-32" + named(AgreementState::kReplaced),
                                           "31-33" + named(AgreementState::kInForce),
                                           "32-33" + named(AgreementState::kInForce)));
  EXPECT_THAT(in_words(second), ElementsAre("31-32" + named(AgreementState::kInForce),
                                            "31-33" + named(AgreementState::kListedByOne),
                                            "32-33" + named(AgreementState::kListedByOne)));
}

}  // namespace
}  // namespace mrg
