#include "gateway/agreement/agreement_faults.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
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

const std::set<std::string> kOwn = {"31", "32"};

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
      AgreementHistory::Build(ListedBy({"31", "50"}, a) + ListedBy({"31", "50"}, b), repeals), kOwn,
      t);
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
  EXPECT_THAT(ConflictsFrom(one_sided, kOwn, Day(1)), IsEmpty());
}

TEST(AgreementFaults, RevisionThatAHigherOneReplacedConflictsNoMore) {
  auto without_type = DraftAgreement("first", 2, {"31", "50"}, Day(5));
  const auto listings = ListedBy({"31", "50"}, Draft("first", Day(0))) +
                        ListedBy({"31", "50"}, Draft("second", Day(5)));
  EXPECT_THAT(ConflictsFrom(AgreementHistory::Build(listings, {}), kOwn, Day(0)), SizeIs(1));
  EXPECT_THAT(
      ConflictsFrom(AgreementHistory::Build(listings + ListedBy({"31", "50"}, without_type), {}),
                    kOwn, Day(0)),
      IsEmpty());
}

TEST(AgreementFaults, SameConflictIsKnownInEitherOrderAndAtAnyTime) {
  const AgreementConflict one = {"50", "31", kType, "a", "b", Day(1)};
  const auto key = [](AgreementConflict conflict) { return conflict.key(); };
  EXPECT_EQ(one.key(), key({"50", "31", kType, "b", "a", Day(2)}));
  EXPECT_NE(one.key(), key({"31", "50", kType, "a", "b", Day(1)}));
  EXPECT_NE(one.key(), key({"50", "31", kOtherType, "a", "b", Day(1)}));
  EXPECT_NE(one.key(), key({"50", "31", kType, "a", "c", Day(1)}));
}

TEST(AgreementFaults, RevisionWhoseCopiesDifferIsAMismatchUntilItIsOver) {
  const std::string text = TextOf(Draft("first", Day(0), Day(10)));
  const AgreementHistory history = AgreementHistory::Build(
      {ListingOf("31", text), ListingOf("50", text + "# another text\n")}, {});

  const auto mismatches = MismatchesFrom(history, kOwn, Day(10) - kInstant);
  ASSERT_THAT(mismatches, SizeIs(1));
  EXPECT_EQ(mismatches[0].agreement, "first");
  EXPECT_EQ(mismatches[0].revision, 1u);
  EXPECT_EQ(mismatches[0].first_jurisdiction, "31");
  EXPECT_EQ(mismatches[0].second_jurisdiction, "50");
  EXPECT_THAT(MismatchesFrom(history, kOwn, Day(10)), IsEmpty());
}

TEST(AgreementFaults, EqualCopiesAreNoMismatch) {
  EXPECT_THAT(
      MismatchesFrom(AgreementHistory::Build(ListedBy({"31", "50"}, Draft("first", Day(0))), {}),
                     kOwn, Day(1)),
      IsEmpty());
}

// Agreements about one type between the provinces `between`, all in force, in both directions.
std::vector<AgreementListing> ManyBetween(const std::vector<std::string>& between, int count) {
  std::vector<AgreementListing> listings;
  for (int i = 0; i < count; ++i) {
    auto agreement = DraftAgreement(absl::StrCat("a-", i), 1, between, Day(0));
    AddRule(between[0], between[1], kType, "government-service", &agreement);
    AddRule(between[1], between[0], kType, "government-service", &agreement);
    listings = std::move(listings) + ListedBy(between, agreement);
  }
  return listings;
}

// All pairs of 1,000 agreements are a million conflicts: a node of neither side looks at none.
TEST(Threat, H5_M8_AgreementsBetweenAnothersProvincesAreNobodyElsesFaults) {
  const std::string text = TextOf(DraftAgreement("differs", 1, {"50", "51"}, Day(0)));
  const AgreementHistory history = AgreementHistory::Build(
      ManyBetween({"50", "51"}, 1000) +
          std::vector<AgreementListing>{ListingOf("50", text), ListingOf("51", text + "# other\n")},
      {});
  ASSERT_THAT(*history.Between("50", "51"), SizeIs(1001));

  EXPECT_THAT(ConflictsFrom(history, kOwn, Day(1)), IsEmpty());
  EXPECT_THAT(MismatchesFrom(history, kOwn, Day(1)), IsEmpty());

  EXPECT_THAT(MismatchesFrom(history, {"51"}, Day(1)), SizeIs(1));
}

TEST(Threat, H5_M8_NoMoreFaultsAreLookedForThanAreAskedFor) {
  const AgreementHistory history = AgreementHistory::Build(ManyBetween({"31", "50"}, 1000), {});

  const auto conflicts = ConflictsFrom(history, kOwn, Day(1), 10);

  ASSERT_THAT(conflicts, SizeIs(10));
  std::set<AgreementConflict::Key> keys;
  for (const AgreementConflict& conflict : conflicts) keys.insert(conflict.key());
  EXPECT_THAT(keys, SizeIs(10));
}

}  // namespace
}  // namespace mrg
