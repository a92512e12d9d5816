#include "gateway/agreement/agreement_faults.h"

#include "gateway/agreement/testing/agreement_draft.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kStart = absl::FromUnixSeconds(1600000000);
const absl::Duration kInstant = absl::Microseconds(1);
constexpr char kType[] = "11100000XX0000019L003";
constexpr char kOtherType[] = "11100000XX0000027F001";

absl::Time Day(int days) { return kStart + absl::Hours(24) * days; }

gateway::v1::Agreement Draft(const std::string& id, absl::Time from,
                             absl::Time until = absl::InfiniteFuture(),
                             const std::string& type = kType,
                             const std::string& scenario = "government-service") {
  auto agreement = DraftAgreement(id, 1, {"31", "50"}, from, until);
  AddRule("50", "31", type, scenario, &agreement);
  return agreement;
}

std::vector<AgreementConflict> Conflicts(const gateway::v1::Agreement& a,
                                         const gateway::v1::Agreement& b, absl::Time t,
                                         const std::vector<RepealListing>& repeals = {}) {
  return ConflictsFrom(
      AgreementHistory::Build(ListedBy({"31", "50"}, a) + ListedBy({"31", "50"}, b), repeals), t);
}

TEST(AgreementFaults, TwoInForceForOnePairAndTypeConflictAndAreNamed) {
  const auto conflicts = Conflicts(Draft("first", Day(0)), Draft("second", Day(10)), Day(5));

  ASSERT_THAT(conflicts, SizeIs(1));
  EXPECT_EQ(conflicts[0].issuing, "50");
  EXPECT_EQ(conflicts[0].using_side, "31");
  EXPECT_EQ(conflicts[0].type_code, kType);
  EXPECT_EQ(conflicts[0].first_agreement, "first");
  EXPECT_EQ(conflicts[0].second_agreement, "second");
  EXPECT_EQ(conflicts[0].from, Day(10));
}

TEST(AgreementFaults, OtherScenariosOfTheSameTypeConflictToo) {
  EXPECT_THAT(
      Conflicts(Draft("first", Day(0)),
                Draft("second", Day(0), absl::InfiniteFuture(), kType, "traffic-check"), Day(1)),
      SizeIs(1));
}

TEST(AgreementFaults, OneAfterTheOtherIsNoConflictToTheInstant) {
  const auto second = Draft("second", Day(10));
  EXPECT_THAT(Conflicts(Draft("first", Day(0), Day(10)), second, Day(0)), IsEmpty());
  EXPECT_THAT(Conflicts(Draft("first", Day(0), Day(10) + kInstant), second, Day(0)), SizeIs(1));
  // A repeal ends the first one just as well.
  EXPECT_THAT(
      Conflicts(Draft("first", Day(0)), second, Day(0), {RepealBy("50", "first", 0, Day(10))}),
      IsEmpty());
  EXPECT_THAT(Conflicts(Draft("first", Day(0)), second, Day(0),
                        {RepealBy("50", "first", 0, Day(10) + kInstant)}),
              SizeIs(1));
}

TEST(AgreementFaults, ConflictThatIsOverIsNone) {
  const auto first = Draft("first", Day(0), Day(10));
  const auto second = Draft("second", Day(5));
  EXPECT_THAT(Conflicts(first, second, Day(10) - kInstant), SizeIs(1));
  EXPECT_THAT(Conflicts(first, second, Day(10)), IsEmpty());
}

TEST(AgreementFaults, OtherTypeDirectionOrPairIsNoConflict) {
  EXPECT_THAT(Conflicts(Draft("first", Day(0)),
                        Draft("second", Day(0), absl::InfiniteFuture(), kOtherType), Day(1)),
              IsEmpty());
  auto back = DraftAgreement("second", 1, {"31", "50"}, Day(0));
  AddRule("31", "50", kType, "government-service", &back);
  EXPECT_THAT(Conflicts(Draft("first", Day(0)), back, Day(1)), IsEmpty());
  const AgreementHistory one_sided = AgreementHistory::Build(
      ListedBy({"31", "50"}, Draft("first", Day(0))) + ListedBy({"31"}, Draft("second", Day(0))),
      {});
  EXPECT_THAT(ConflictsFrom(one_sided, Day(1)), IsEmpty());
}

TEST(AgreementFaults, RevisionThatAHigherOneReplacedConflictsNoMore) {
  auto without_type = DraftAgreement("first", 2, {"31", "50"}, Day(5));
  const auto listings = ListedBy({"31", "50"}, Draft("first", Day(0))) +
                        ListedBy({"31", "50"}, Draft("second", Day(5)));
  EXPECT_THAT(ConflictsFrom(AgreementHistory::Build(listings, {}), Day(0)), SizeIs(1));
  EXPECT_THAT(
      ConflictsFrom(AgreementHistory::Build(listings + ListedBy({"31", "50"}, without_type), {}),
                    Day(0)),
      IsEmpty());
}

TEST(AgreementFaults, SameConflictIsKnownInEitherOrderAndAtAnyTime) {
  const AgreementConflict one = {"50", "31", kType, "a", "b", Day(1)};
  EXPECT_TRUE(one.IsSameAs({"50", "31", kType, "b", "a", Day(2)}));
  EXPECT_FALSE(one.IsSameAs({"31", "50", kType, "a", "b", Day(1)}));
  EXPECT_FALSE(one.IsSameAs({"50", "31", kOtherType, "a", "b", Day(1)}));
  EXPECT_FALSE(one.IsSameAs({"50", "31", kType, "a", "c", Day(1)}));
}

TEST(AgreementFaults, RevisionWhoseCopiesDifferIsAMismatchUntilItIsOver) {
  const std::string text = TextOf(Draft("first", Day(0), Day(10)));
  const AgreementHistory history = AgreementHistory::Build(
      {ListingOf("31", text), ListingOf("50", text + "# another text\n")}, {});

  const auto mismatches = MismatchesFrom(history, Day(10) - kInstant);
  ASSERT_THAT(mismatches, SizeIs(1));
  EXPECT_EQ(mismatches[0].agreement, "first");
  EXPECT_EQ(mismatches[0].revision, 1u);
  EXPECT_EQ(mismatches[0].first_jurisdiction, "31");
  EXPECT_EQ(mismatches[0].second_jurisdiction, "50");
  EXPECT_THAT(MismatchesFrom(history, Day(10)), IsEmpty());
}

TEST(AgreementFaults, EqualCopiesAreNoMismatch) {
  EXPECT_THAT(
      MismatchesFrom(AgreementHistory::Build(ListedBy({"31", "50"}, Draft("first", Day(0))), {}),
                     Day(1)),
      IsEmpty());
}

}  // namespace
}  // namespace mrg
