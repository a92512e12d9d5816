#include "gateway/publication/licence_standing.h"

#include "absl/strings/str_format.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/licence_status.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::LICENCE_STATUS_ACTION_RESTORE;
using gateway::v1::LICENCE_STATUS_ACTION_REVOKE;
using gateway::v1::LICENCE_STATUS_ACTION_SUSPEND;
using gateway::v1::LICENCE_STATUS_KIND_REVOKED;
using gateway::v1::LICENCE_STATUS_KIND_SUSPENDED;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);
const IssuerCode kA = *IssuerCode::Parse("11310000YY000001XH");
const IssuerCode kB = *IssuerCode::Parse("11310000YY000002XX");

bool Holds(gateway::v1::LicenceStatusKind kind, const LicenceStandings& standings) {
  for (const auto& [epoch, standing] : standings) {
    for (const auto& interval : standing.entry.intervals()) {
      if (interval.kind() == kind && HoldsAt(interval, kNow)) return true;
    }
  }
  return false;
}

class LicenceStandingTest : public testing::Test {
 protected:
  absl::Status Apply(gateway::v1::LicenceStatusAction action, const IssuerCode& issuer,
                     uint32_t epoch = 1) {
    return ApplyStatusAction(action, issuer, kNow, epoch, &standings_);
  }

  LicenceStandings standings_ = {{1, {}}, {2, {}}};
};

TEST_F(LicenceStandingTest, B02_L7_RestoringEndsOnesOwnAndLeavesTheOthers) {
  ASSERT_TRUE(Apply(LICENCE_STATUS_ACTION_SUSPEND, kA).ok());
  ASSERT_TRUE(Apply(LICENCE_STATUS_ACTION_REVOKE, kB, 2).ok());

  ASSERT_TRUE(Apply(LICENCE_STATUS_ACTION_RESTORE, kA).ok());

  EXPECT_FALSE(Holds(LICENCE_STATUS_KIND_SUSPENDED, standings_));
  EXPECT_TRUE(Holds(LICENCE_STATUS_KIND_REVOKED, standings_));
  const absl::Status refused = Apply(LICENCE_STATUS_ACTION_RESTORE, kA);
  EXPECT_EQ(ReasonOf(refused), Reason::kIssuerNotAllowed);
  EXPECT_EQ(FieldOf(refused), "issuer_code");
  EXPECT_TRUE(Apply(LICENCE_STATUS_ACTION_RESTORE, kB).ok());
  EXPECT_FALSE(Holds(LICENCE_STATUS_KIND_REVOKED, standings_));
}

TEST_F(LicenceStandingTest, WhatNobodyHoldsIsEndedByWhoeverRestores) {
  auto* const interval = standings_.at(1).entry.add_intervals();
  interval->set_kind(LICENCE_STATUS_KIND_REVOKED);
  *interval->mutable_from() = ToTimestamp(kNow - absl::Hours(1));

  EXPECT_TRUE(Apply(LICENCE_STATUS_ACTION_RESTORE, kA).ok());

  EXPECT_FALSE(Holds(LICENCE_STATUS_KIND_REVOKED, standings_));
}

TEST_F(LicenceStandingTest, RestoringWhatIsNotRefusedChangesNothing) {
  EXPECT_TRUE(Apply(LICENCE_STATUS_ACTION_RESTORE, kA).ok());

  EXPECT_EQ(standings_.at(1).entry.intervals_size(), 0);
}

TEST_F(LicenceStandingTest, B01_L7_MoreHoldersThanTakePartAreRefused) {
  for (size_t i = 0; i < kStatusHoldersMax; ++i) {
    standings_.at(1).holders.emplace(LICENCE_STATUS_KIND_SUSPENDED, absl::StrFormat("%018d", i));
  }

  const absl::Status refused = Apply(LICENCE_STATUS_ACTION_REVOKE, kA);

  EXPECT_EQ(ReasonOf(refused), Reason::kIssuerNotAllowed);
  EXPECT_EQ(FieldOf(refused), "issuer_code");
}

}  // namespace
}  // namespace mrg
