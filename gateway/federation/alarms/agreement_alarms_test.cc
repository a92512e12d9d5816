#include "gateway/federation/alarms/agreement_alarms.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/agreement/testing/agreement_draft.h"
#include "gateway/base/testing/kept_events.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1600000000);

gateway::v1::Agreement Draft(const std::string& id) {
  auto agreement = DraftAgreement(id, 1, {"31", "50"}, kNow);
  AddRule("50", "31", "11100000XX0000019L003", "government-service", &agreement);
  return agreement;
}

class AgreementAlarmsTest : public ::testing::Test {
 protected:
  double Faults(Reason reason) const {
    return metrics_.agreement_faults.Value({{"reason", reason}});
  }

  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  KeptEvents events_;
  AgreementAlarms alarms_{{*JurisdictionId::Parse("31")}, &metrics_, &events_};

  const std::vector<AgreementListing> one_ = ListedBy({"31", "50"}, Draft("first"));
  const AgreementHistory sound_ = AgreementHistory::Build(one_, {});
  const AgreementHistory conflict_ =
      AgreementHistory::Build(one_ + ListedBy({"31", "50"}, Draft("second")), {});
};

TEST_F(AgreementAlarmsTest, ConflictIsToldOnceWithBothNamesAndCountedWhileItLasts) {
  alarms_.Look(conflict_, kNow);
  EXPECT_THAT(events_.Take(), ElementsAre(AllOf(HasSubstr(R"("level":"error")"),
                                                HasSubstr(R"("agreement_conflict")"),
                                                HasSubstr(R"("counts":"first","refused":"second")"),
                                                HasSubstr(R"("issuing":"50","using":"31")"))));
  EXPECT_EQ(Faults(Reason::kAgreementConflict), 1);

  alarms_.Look(conflict_, kNow + absl::Hours(1));
  EXPECT_THAT(events_.Take(), IsEmpty());
  EXPECT_EQ(Faults(Reason::kAgreementConflict), 1);

  alarms_.Look(sound_, kNow);
  EXPECT_THAT(events_.Take(), IsEmpty());
  EXPECT_EQ(Faults(Reason::kAgreementConflict), 0);
}

TEST_F(AgreementAlarmsTest, FaultThatComesBackIsToldAgain) {
  alarms_.Look(conflict_, kNow);
  alarms_.Look(sound_, kNow);
  events_.Take();

  alarms_.Look(conflict_, kNow);

  EXPECT_EQ(events_.Take().size(), 1u);
}

TEST_F(AgreementAlarmsTest, CopiesThatDifferAreTold) {
  const std::string text = TextOf(Draft("first"));
  const AgreementHistory history = AgreementHistory::Build(
      {ListingOf("31", text), ListingOf("50", text + "# another text\n")}, {});

  alarms_.Look(history, kNow);
  alarms_.Look(history, kNow);

  EXPECT_THAT(events_.Take(),
              ElementsAre(AllOf(HasSubstr(R"("agreement_mismatch")"),
                                HasSubstr(R"("agreement":"first","revision":1,"first":"31")"))));
  EXPECT_EQ(Faults(Reason::kAgreementMismatch), 1);
}

// Everyone who puts something in force waits for what is told.
TEST_F(AgreementAlarmsTest, H5_M8_WhatAnotherMemberAgreesBetweenItsProvincesIsNotToldHere) {
  std::vector<AgreementListing> listings;
  for (int i = 0; i < 200; ++i) {
    auto agreement = DraftAgreement(absl::StrCat("a-", i), 1, {"50", "51"}, kNow);
    AddRule("50", "51", "11100000XX0000019L003", "government-service", &agreement);
    listings = listings + ListedBy({"50", "51"}, agreement);
  }

  alarms_.Look(AgreementHistory::Build(listings, {}), kNow);

  EXPECT_THAT(events_.Take(), IsEmpty());
  EXPECT_EQ(Faults(Reason::kAgreementConflict), 0);
}

TEST_F(AgreementAlarmsTest, H5_M8_OnlySoManyFaultsAreToldAndEachOnce) {
  std::vector<AgreementListing> listings;
  for (int i = 0; i < 100; ++i) {
    listings = listings + ListedBy({"31", "50"}, Draft(absl::StrCat("a-", i)));
  }
  const AgreementHistory history = AgreementHistory::Build(listings, {});

  alarms_.Look(history, kNow);
  EXPECT_EQ(events_.Take().size(), kAgreementFaultsMax);
  EXPECT_EQ(Faults(Reason::kAgreementConflict), kAgreementFaultsMax);

  alarms_.Look(history, kNow);
  EXPECT_THAT(events_.Take(), IsEmpty());
}

}  // namespace
}  // namespace mrg
