#include "gateway/agreement/agreement_publication.h"

#include "gateway/agreement/testing/agreement_draft.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const absl::Time kStart = absl::FromUnixSeconds(1600000000);
const absl::Duration kInstant = absl::Microseconds(1);
constexpr char kType[] = "11100000XX0000019L003";
const std::set<std::string> kOwn = {"31", "32"};

absl::Time Day(int days) { return kStart + absl::Hours(24) * days; }
const absl::Time kNow = Day(5);

gateway::v1::Agreement Draft(const std::string& id, absl::Time from, uint32_t revision = 1) {
  auto agreement = DraftAgreement(id, revision, {"31", "50"}, from);
  AddRule("50", "31", kType, "government-service", &agreement);
  return agreement;
}

AgreementHistory History(std::vector<AgreementListing> listings,
                         const std::vector<RepealListing>& repeals = {}) {
  return AgreementHistory::Build(std::move(listings), repeals);
}

// What both list at first.
std::vector<AgreementListing> First() { return ListedBy({"31", "50"}, Draft("first", Day(0))); }

std::optional<Reason> Refusal(const AgreementHistory& before, const AgreementHistory& after) {
  return ReasonOf(CheckAgreementPublication(before, after, kOwn, kNow));
}

TEST(AgreementPublication, TheSameAgainAndAnythingFirstIsFree) {
  EXPECT_EQ(Refusal(History(First()), History(First())), std::nullopt);
  EXPECT_EQ(Refusal(AgreementHistory(), History(First(), {RepealBy("31", "first", 0, Day(1))})),
            std::nullopt)
      << "a repository that is published anew has old repeals";
}

TEST(AgreementPublication, SecondAgreementForThePairAndTypeIsRefusedWithBothNamed) {
  const AgreementHistory before = History(First() + ListedBy({"50"}, Draft("second", Day(9))));
  const AgreementHistory after = History(First() + ListedBy({"31", "50"}, Draft("second", Day(9))));

  const absl::Status status = CheckAgreementPublication(before, after, kOwn, kNow);

  EXPECT_EQ(ReasonOf(status), Reason::kAgreementConflict);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("first and second"), HasSubstr(kType), HasSubstr("of 50 in 31"),
                    HasSubstr("2020-09-22T12:26:40")));
}

TEST(AgreementPublication, ConflictThatIsInForceAlreadyDoesNotStopAPublication) {
  const auto both = First() + ListedBy({"31", "50"}, Draft("second", Day(1)));

  EXPECT_EQ(Refusal(History(both), History(both, {RepealBy("31", "first", 0, kNow)})),
            std::nullopt);
  // But it covers no other one.
  EXPECT_EQ(Refusal(History(both), History(both + ListedBy({"31", "50"}, Draft("third", Day(9))))),
            Reason::kAgreementConflict);
}

TEST(AgreementPublication, RepealThatEndsTheFirstMakesRoomForTheSecond) {
  const auto both = First() + ListedBy({"31", "50"}, Draft("second", Day(9)));
  EXPECT_EQ(Refusal(History(First()), History(both, {RepealBy("31", "first", 0, Day(9))})),
            std::nullopt);
  EXPECT_EQ(Refusal(History(First()), History(both, {RepealBy("31", "first", 0, Day(10))})),
            Reason::kAgreementConflict);
}

TEST(AgreementPublication, ListedRevisionIsNeitherTakenBackNorChanged) {
  auto changed = Draft("first", Day(0));
  changed.mutable_rules(0)->add_allowed_elements("certificateNumber");

  EXPECT_EQ(Refusal(History(First()), History(ListedBy({"50"}, Draft("first", Day(0))))),
            Reason::kAgreementRewritten);
  EXPECT_EQ(Refusal(History(First()), History(ListedBy({"31"}, changed))),
            Reason::kAgreementRewritten);
  EXPECT_EQ(Refusal(History(First()), History(ListedBy({"31"}, Draft("first", Day(0), 2)))),
            Reason::kAgreementRewritten)
      << "a new revision stands beside the old one";
  EXPECT_EQ(
      Refusal(History(First()), History(First() + ListedBy({"31"}, Draft("first", Day(0), 2)))),
      std::nullopt);
  EXPECT_EQ(Refusal(History(First()), History(ListedBy({"31"}, Draft("first", Day(0))))),
            std::nullopt)
      << "what others list is theirs";
}

TEST(AgreementPublication, PublishedRepealStays) {
  const RepealListing repeal = RepealBy("31", "first", 0, Day(9));
  RepealListing longer = repeal;
  longer.repeal.add_further()->mutable_effective_from()->set_seconds(absl::ToUnixSeconds(Day(7)));

  EXPECT_EQ(Refusal(History(First(), {repeal}), History(First())), Reason::kAgreementRewritten);
  EXPECT_EQ(
      Refusal(History(First(), {repeal}), History(First(), {RepealBy("31", "first", 0, Day(8))})),
      Reason::kAgreementRewritten);
  EXPECT_EQ(Refusal(History(First(), {repeal}), History(First(), {longer})), std::nullopt);
  EXPECT_EQ(Refusal(History(First(), {RepealBy("50", "first", 0, Day(9))}), History(First())),
            std::nullopt);
}

TEST(AgreementPublication, T07_TwoMembersForOneJurisdictionAreRefused) {
  // Without rules, so that nothing else is in its way.
  auto other = DraftAgreement("second", 1, {"31", "50"}, Day(0));
  for (auto& root : *other.mutable_counterpart_roots()) {
    if (root.jurisdictions(0) == "50") root.set_member("pearl-river");
  }
  const auto both = First() + ListedBy({"31"}, other);

  const absl::Status status =
      CheckAgreementPublication(History(First()), History(both), kOwn, kNow);

  EXPECT_EQ(ReasonOf(status), Reason::kAgreementInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("one member that publishes for 50"));
  // What is so already does not stop the publication that mends it, nor does the other side's word.
  EXPECT_EQ(Refusal(History(both), History(both)), std::nullopt);
  EXPECT_EQ(Refusal(History(First()), History(First() + ListedBy({"50"}, other))), std::nullopt);
}

TEST(Threat, H5_M8_ConflictsBetweenAnothersProvincesDoNotStopThePublication) {
  auto between = [](const char* id) {
    auto agreement = DraftAgreement(id, 1, {"50", "51"}, Day(0));
    AddRule("50", "51", kType, "government-service", &agreement);
    return ListedBy({"50", "51"}, agreement);
  };

  EXPECT_EQ(Refusal(History(First()), History(First() + between("a") + between("b"))),
            std::nullopt);
}

TEST(AgreementPublication, NewRepealDoesNotReachBack) {
  const auto with = [](const char* side, absl::Time at) {
    return Refusal(History(First()), History(First(), {RepealBy(side, "first", 0, at)}));
  };
  EXPECT_EQ(with("31", kNow), std::nullopt);
  EXPECT_EQ(with("31", kNow - kInstant), Reason::kAgreementInvalid);
  EXPECT_EQ(with("50", kNow - kInstant), std::nullopt) << "another member's";
  const auto published = std::vector<RepealListing>{RepealBy("31", "first", 0, Day(1))};
  EXPECT_EQ(Refusal(History(First(), published), History(First(), published)), std::nullopt);
}

}  // namespace
}  // namespace mrg
