#include "gateway/recognition/freshness.h"

#include "gateway/base/testing/ids.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Duration kInstant = absl::Microseconds(1);

// Chongqing's licence in Shanghai.
std::optional<Reason> Refusal(const SnapshotFixture& fixture, absl::Time now = FixtureNow()) {
  return JudgeFreshness(fixture.Build(), AsJurisdiction("31"), AsJurisdiction("50"), now).refusal;
}

bool JudgesBoth(const SnapshotFixture& fixture) {
  return JudgeFreshness(fixture.Build(), AsJurisdiction("31"), AsJurisdiction("50"), FixtureNow())
      .judged_both;
}

// Expects that the role alone makes the lists stale from its expiry on.
void ExpectNeeded(const char* publisher, const char* role) {
  SnapshotFixture fixture;
  const absl::Time expires = FixtureNow() + absl::Minutes(1);
  fixture.Role(publisher, role).expires = expires;

  EXPECT_EQ(Refusal(fixture, expires - kInstant), std::nullopt) << publisher << role;
  EXPECT_EQ(Refusal(fixture, expires), Reason::kTrustExpired) << publisher << role;
}

TEST(Freshness, ListsInTheirTermAreFresh) {
  EXPECT_EQ(Refusal(SnapshotFixture()), std::nullopt);
  EXPECT_TRUE(JudgesBoth(SnapshotFixture()));
}

TEST(Freshness, EveryRoleOfBothMembersCountsFromItsExpiry) {
  for (const char* publisher : {kDeltaMember, kSichuanMember}) {
    for (const char* role : {"root", "targets", "snapshot", "timestamp", "status"}) {
      ExpectNeeded(publisher, role);
    }
  }
  ExpectNeeded(kSichuanMember, "j-50");
  ExpectNeeded(kDeltaMember, "j-31");
}

TEST(Freshness, GraceIsCountedFromTheExpiryOfEitherMembersListsAndNotOfTheHubs) {
  const absl::Duration grace = absl::Hours(2);
  const auto refusal = [&](const SnapshotFixture& fixture, absl::Time now) {
    return JudgeFreshness(fixture.Build(), AsJurisdiction("31"), AsJurisdiction("50"), now, grace)
        .refusal;
  };
  for (const char* publisher : {kDeltaMember, kSichuanMember}) {
    SnapshotFixture fixture;
    fixture.Role(publisher, "timestamp").expires = FixtureNow() - grace + kInstant;
    EXPECT_EQ(refusal(fixture, FixtureNow()), std::nullopt) << publisher;
    EXPECT_EQ(refusal(fixture, FixtureNow() + kInstant), Reason::kTrustExpired) << publisher;
  }
  SnapshotFixture fixture;
  fixture.Role(kHubMember, "timestamp").expires = FixtureNow() - kHubExpiryTolerance;
  EXPECT_EQ(refusal(fixture, FixtureNow()), Reason::kTrustExpired);
}

TEST(Freshness, WhatIsStaleIsNamedWithItsEnd) {
  const auto stale = [](const SnapshotFixture& fixture, absl::Duration grace) {
    return JudgeFreshness(fixture.Build(), AsJurisdiction("31"), AsJurisdiction("50"), FixtureNow(),
                          grace)
        .list;
  };
  SnapshotFixture expired;
  expired.Role(kSichuanMember, "timestamp").expires = FixtureNow() - absl::Hours(3);
  expired.Role(kSichuanMember, "j-50").expires = FixtureNow() - absl::Hours(5);
  SnapshotFixture hub;
  hub.Role(kHubMember, "targets").expires = FixtureNow() - absl::Hours(24 * 8);
  SnapshotFixture forked;
  forked.forked.insert(kSichuanMember);

  const auto of_province = stale(expired, absl::Hours(2));
  const auto of_hub = stale(hub, absl::ZeroDuration());
  const auto of_all = stale(forked, absl::ZeroDuration());

  EXPECT_FALSE(stale(SnapshotFixture(), absl::ZeroDuration()).has_value());
  ASSERT_TRUE(of_province.has_value());
  EXPECT_EQ(of_province->publisher, kSichuanMember);
  EXPECT_EQ(of_province->role, "j-50") << "the one that ran out first";
  EXPECT_EQ(of_province->held_until, FixtureNow() - absl::Hours(5)) << "its own end, not the grace";
  ASSERT_TRUE(of_hub.has_value());
  EXPECT_EQ(of_hub->publisher, kHubMember);
  EXPECT_EQ(of_hub->role, "targets");
  ASSERT_TRUE(of_all.has_value());
  EXPECT_EQ(of_all->publisher, kSichuanMember);
  EXPECT_EQ(of_all->role, "");
  EXPECT_EQ(of_all->held_until, std::nullopt);
}

TEST(Freshness, RolesOfOtherProvincesDoNotMatter) {
  SnapshotFixture fixture;
  fixture.Role(kDeltaMember, "j-32").expires = absl::InfinitePast();
  fixture.Role(kSichuanMember, "j-51").expires = absl::InfinitePast();

  EXPECT_EQ(Refusal(fixture), std::nullopt);
}

TEST(Freshness, WithinOneMemberBothProvincesCount) {
  SnapshotFixture fixture;
  fixture.Role(kDeltaMember, "j-32").expires = FixtureNow();
  const RecognitionSnapshot snapshot = fixture.Build();

  EXPECT_EQ(
      JudgeFreshness(snapshot, AsJurisdiction("31"), AsJurisdiction("32"), FixtureNow()).refusal,
      Reason::kTrustExpired);
  EXPECT_EQ(
      JudgeFreshness(snapshot, AsJurisdiction("32"), AsJurisdiction("31"), FixtureNow()).refusal,
      Reason::kTrustExpired);
  EXPECT_EQ(
      JudgeFreshness(snapshot, AsJurisdiction("31"), AsJurisdiction("33"), FixtureNow()).refusal,
      std::nullopt);
}

TEST(Threat, T08_NothingThatRestsOnAForkedPublisherIsFresh) {
  for (const char* publisher : {kDeltaMember, kSichuanMember, kHubMember}) {
    SnapshotFixture fixture;
    fixture.forked = {publisher};
    EXPECT_EQ(Refusal(fixture), Reason::kPublisherForked) << publisher;
  }
  SnapshotFixture fixture;
  fixture.forked = {kSichuanMember};
  EXPECT_EQ(
      JudgeFreshness(fixture.Build(), AsJurisdiction("31"), AsJurisdiction("32"), FixtureNow())
          .refusal,
      std::nullopt);
}

TEST(Freshness, ThirdMemberDoesNotMatter) {
  SnapshotFixture fixture;
  fixture.Role(kSichuanMember, "timestamp").expires = absl::InfinitePast();

  EXPECT_EQ(
      JudgeFreshness(fixture.Build(), AsJurisdiction("31"), AsJurisdiction("32"), FixtureNow())
          .refusal,
      std::nullopt);
}

TEST(Freshness, HubMayHaveExpiredForSevenDays) {
  for (const char* role : {"root", "targets", "snapshot", "timestamp"}) {
    SnapshotFixture fixture;
    fixture.Role(kHubMember, role).expires = FixtureNow() - kHubExpiryTolerance + kInstant;
    EXPECT_EQ(Refusal(fixture), std::nullopt) << role;

    fixture.Role(kHubMember, role).expires = FixtureNow() - kHubExpiryTolerance;
    EXPECT_EQ(Refusal(fixture), Reason::kTrustExpired) << role;
  }
  EXPECT_EQ(kHubExpiryTolerance, absl::Hours(7 * 24));
}

TEST(Freshness, SnapshotWithoutHubIsJudgedByTheMembersAlone) {
  SnapshotFixture fixture;
  fixture.roles.erase(kHubMember);
  fixture.hub = "";

  EXPECT_EQ(Refusal(fixture), std::nullopt);
}

TEST(Freshness, KnownJurisdictionWithoutListsIsMissingOnEitherSide) {
  for (const char* jurisdiction : {"31", "50"}) {
    SnapshotFixture fixture;
    fixture.jurisdictions.at(jurisdiction).in_force = false;

    EXPECT_EQ(Refusal(fixture), Reason::kTrustMissing) << jurisdiction;
  }
}

TEST(Freshness, JurisdictionWithoutRolesIsMissing) {
  SnapshotFixture fixture;
  fixture.roles.erase(kSichuanMember);

  EXPECT_EQ(Refusal(fixture), Reason::kTrustMissing);
}

TEST(Freshness, UnknownJurisdictionIsNotStale) {
  SnapshotFixture fixture;
  fixture.jurisdictions.at("50").in_force = false;
  fixture.known_jurisdictions.erase("50");

  EXPECT_EQ(Refusal(fixture), std::nullopt);
  EXPECT_FALSE(JudgesBoth(fixture));
}

TEST(Freshness, ListsOfWhoLeftTheFederationAreNotNeeded) {
  SnapshotFixture fixture;
  fixture.Role(kSichuanMember, "timestamp").expires = absl::InfinitePast();
  ASSERT_EQ(Refusal(fixture), Reason::kTrustExpired);
  fixture.memberships[kSichuanMember].until = absl::InfinitePast();

  EXPECT_EQ(Refusal(fixture), std::nullopt);
  EXPECT_FALSE(JudgesBoth(fixture)) << "nothing says that they are fresh";
}

TEST(Freshness, H2_WithinAMemberThatTheHubEndedEveryCheckOfItsOwnListsIsMade) {
  const auto within = [](SnapshotFixture fixture) {
    fixture.memberships[kDeltaMember].until = absl::InfinitePast();
    return JudgeFreshness(fixture.Build(), AsJurisdiction("31"), AsJurisdiction("32"), FixtureNow())
        .refusal;
  };
  EXPECT_EQ(within(SnapshotFixture()), std::nullopt);
  SnapshotFixture expired;
  expired.Role(kDeltaMember, "timestamp").expires = FixtureNow();
  EXPECT_EQ(within(expired), Reason::kTrustExpired);
  SnapshotFixture forked;
  forked.forked = {kDeltaMember};
  EXPECT_EQ(within(forked), Reason::kPublisherForked);
  for (const char* left_out : {"j-31", "j-32"}) {
    SnapshotFixture partial;
    partial.left_out[kDeltaMember].insert(left_out);
    EXPECT_EQ(within(partial), Reason::kTrustMissing) << left_out;
  }
}

TEST(Freshness, MissingOutweighsExpiredOfTheOtherSide) {
  SnapshotFixture fixture;
  fixture.jurisdictions.at("50").in_force = false;
  fixture.Role(kDeltaMember, "timestamp").expires = absl::InfinitePast();

  EXPECT_EQ(Refusal(fixture), Reason::kTrustMissing);
}

}  // namespace
}  // namespace mrg
