// A follower that was off for a month: everything it holds has run out and the publisher has moved
// on in every role. One refresh brings it up to date.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/testing/reader_fetcher.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
constexpr int kDaysOff = 30;
// A timestamp lives for an hour and is renewed at 20 minutes (docs/OPERATING.md, A change).
constexpr int kTimestampsADay = 72;
constexpr int kTimestampsKept = 31 * kTimestampsADay;
constexpr int kEntries = 2000;

BuiltTree Issuers(int changed) {
  std::vector<TreeEntry> entries;
  for (int i = 0; i < kEntries; ++i) {
    entries.push_back({absl::StrCat("issuer-", i), i < changed ? "changed" : "listed"});
  }
  return *BuildTree(entries);
}

class LongAbsenceTest : public ::testing::Test {
 protected:
  LongAbsenceTest() {
    MetadataStore metadata(&store_);
    EXPECT_TRUE(InitTrust(member_, repository_.root(1), std::nullopt, &metadata).ok());
    repository_.SetTree("j-31", "31/issuers", Issuers(0));
    repository_.Publish("j-31");
    EXPECT_TRUE(updater_.Refresh(kStart).ok());
    repository_.ForgetRequests();
  }

  int64_t InForce(absl::string_view role) {
    return (*InForceStore(&store_).Load(member_))->FindRole(role)->version;
  }

  int RequestsOf(absl::string_view part) {
    const auto& requests = repository_.requests();
    return static_cast<int>(std::count_if(
        requests.begin(), requests.end(),
        [part](const std::string& request) { return absl::StrContains(request, part); }));
  }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  MemoryStore store_;
  RepositorySimulator repository_{kStart};
  Updater updater_{member_, &store_, &repository_};
};

TEST_F(LongAbsenceTest, AFollowerThatWasOffForAMonthCatchesUpInOneRefresh) {
  absl::Time now = kStart;
  for (int day = 1; day <= kDaysOff; ++day) {
    now = kStart + absl::Hours(24) * day;
    repository_.SetNow(now);
    if (day % 10 == 0) repository_.PublishRoot();
    if (day == 15) {
      // The province changes its key.
      repository_.DropKeys("j-31");
      repository_.AddKey("j-31", Scheme::kSm2Sm3);
      repository_.PublishTargets("targets");
    }
    repository_.SetTree("j-31", "31/issuers", Issuers(day));
    repository_.Publish("j-31");
    for (int i = 1; i < kTimestampsADay; ++i) repository_.PublishTimestamp();
  }
  // Before it is back, what it holds has ended.
  const auto held = InForceStore(&store_).Load(member_);
  ASSERT_TRUE(held.ok() && held->has_value());
  for (const RoleVersion& role : (*held)->roles) {
    if (role.role != "timestamp" && role.role != "snapshot") continue;
    EXPECT_LT(role.expires, now) << role.role;
  }

  const auto outcome = updater_.Refresh(now);

  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(outcome->changed);
  EXPECT_EQ(InForce("root"), 1 + kDaysOff / 10);
  EXPECT_EQ(InForce("timestamp"), repository_.timestamp().version);
  EXPECT_EQ(InForce("snapshot"), repository_.snapshot().version);
  EXPECT_EQ(InForce("j-31"), 2 + kDaysOff);
  // It does not go through the days that it missed, nor through what did not change.
  EXPECT_EQ(RequestsOf("j-31"), 1);
  EXPECT_EQ(RequestsOf("snapshot"), 1);
  EXPECT_LT(RequestsOf("nodes/"), static_cast<int>(Issuers(0).nodes.size()) / 2);
}

TEST_F(LongAbsenceTest, M6_WhatAFollowerClosedAGapWithClosesTheGapOfOthersThatWereAwayAsLong) {
  MemoryStore other;
  MetadataStore metadata(&other);
  ASSERT_TRUE(InitTrust(member_, repository_.root(1), std::nullopt, &metadata).ok());
  ASSERT_TRUE(Updater(member_, &other, &repository_).Refresh(kStart).ok());
  for (int i = 0; i < kTimestampsKept; ++i) repository_.PublishTimestamp();
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  ReaderFetcher relay(member_, &store_);

  const auto outcome = Updater(member_, &other, &relay).Refresh(kStart);

  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->in_force.FindRole("timestamp")->version, 1 + 1 + kTimestampsKept);
  // 31 days of timestamps: three calls.
  EXPECT_EQ(relay.timestamp_calls(), 3);
}

}  // namespace
}  // namespace mrg
