#include "gateway/publication/status_intervals.h"

#include <map>

#include "gateway/base/proto_time.h"
#include "gateway/recognition/licence_status.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::LICENCE_STATUS_KIND_REVOKED;
using gateway::v1::LICENCE_STATUS_KIND_SUSPENDED;
using gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE;
using gateway::v1::LicenceStatusEntry;
using gateway::v1::LicenceStatusInterval;
using gateway::v1::LicenceStatusKind;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);
const absl::Time kTomorrow = kNow + absl::Hours(24);
const absl::Duration kInstant = absl::Microseconds(1);

void Add(LicenceStatusKind kind, absl::Time from, absl::Time until, LicenceStatusEntry* entry) {
  LicenceStatusInterval* interval = entry->add_intervals();
  interval->set_kind(kind);
  *interval->mutable_from() = ToTimestamp(from);
  if (until != absl::InfiniteFuture()) *interval->mutable_until() = ToTimestamp(until);
}

LicenceStatusEntry Revoked(absl::Time from, absl::Time until = absl::InfiniteFuture()) {
  LicenceStatusEntry entry;
  Add(LICENCE_STATUS_KIND_REVOKED, from, until, &entry);
  return entry;
}

bool Holds(LicenceStatusKind kind, absl::Time at, const LicenceStatusEntry& entry) {
  bool holds = false;
  for (const LicenceStatusInterval& interval : entry.intervals()) {
    holds |= interval.kind() == kind && HoldsAt(interval, at);
  }
  return holds;
}

bool IsRevoked(absl::Time at, const LicenceStatusEntry& entry) {
  return Holds(LICENCE_STATUS_KIND_REVOKED, at, entry);
}

std::map<LicenceStatusKind, int> Counts(const LicenceStatusEntry& entry) {
  std::map<LicenceStatusKind, int> counts;
  for (const LicenceStatusInterval& interval : entry.intervals()) ++counts[interval.kind()];
  return counts;
}

// As a node left it that counted the kinds together: 256 intervals of one, the newest an hour old.
LicenceStatusEntry FullOf(LicenceStatusKind kind) {
  LicenceStatusEntry entry;
  for (int i = 0; i < 256; ++i) {
    const absl::Time from = kNow - absl::Hours(1 + i);
    Add(kind, from, from + absl::Minutes(1), &entry);
  }
  return entry;
}

TEST(StatusIntervals, T11_WhateverStandsTheKindHoldsOnceItHasBegun) {
  for (const LicenceStatusEntry& before :
       {LicenceStatusEntry(), Revoked(kNow), Revoked(kTomorrow),
        Revoked(kTomorrow, kTomorrow + absl::Hours(1)), Revoked(kNow - absl::Hours(1), kTomorrow),
        Revoked(kNow - absl::Hours(1), kNow), Revoked(kTomorrow + absl::Hours(1), kTomorrow)}) {
    LicenceStatusEntry entry = before;

    BeginInterval(LICENCE_STATUS_KIND_REVOKED, kNow, kNow, &entry);

    EXPECT_TRUE(IsRevoked(kNow, entry)) << before.DebugString();
    EXPECT_TRUE(IsRevoked(kTomorrow + absl::Hours(24 * 365), entry)) << before.DebugString();
    EXPECT_EQ(IsRevoked(kNow - kInstant, entry), IsRevoked(kNow - kInstant, before))
        << before.DebugString();
    EXPECT_FALSE(BeginInterval(LICENCE_STATUS_KIND_REVOKED, kNow, kNow, &entry));
  }
}

TEST(StatusIntervals, T11_WhateverStandsTheKindDoesNotHoldOnceItHasEnded) {
  for (const LicenceStatusEntry& before :
       {LicenceStatusEntry(), Revoked(kNow), Revoked(kTomorrow),
        Revoked(kTomorrow, kTomorrow + absl::Hours(1)), Revoked(kNow - absl::Hours(1), kTomorrow),
        Revoked(kNow - absl::Hours(1), kNow), Revoked(kTomorrow + absl::Hours(1), kTomorrow)}) {
    LicenceStatusEntry entry = before;
    Add(LICENCE_STATUS_KIND_SUSPENDED, kNow, absl::InfiniteFuture(), &entry);

    EndIntervals(LICENCE_STATUS_KIND_REVOKED, kNow, kNow, &entry);

    EXPECT_FALSE(IsUnended(LICENCE_STATUS_KIND_REVOKED, kNow, entry)) << before.DebugString();
    EXPECT_FALSE(IsRevoked(kNow, entry)) << before.DebugString();
    EXPECT_FALSE(IsRevoked(kTomorrow, entry)) << before.DebugString();
    EXPECT_EQ(IsRevoked(kNow - kInstant, entry), IsRevoked(kNow - kInstant, before));
    EXPECT_TRUE(Holds(LICENCE_STATUS_KIND_SUSPENDED, kTomorrow, entry));
    EXPECT_FALSE(EndIntervals(LICENCE_STATUS_KIND_REVOKED, kNow, kNow, &entry));
  }
}

TEST(StatusIntervals, D09_WhatBeganBeforeAnEndAndArrivesAfterItHolds) {
  LicenceStatusEntry entry;
  Add(LICENCE_STATUS_KIND_UNDER_DISPUTE, kNow - absl::Minutes(10), kNow + absl::Minutes(5), &entry);
  const absl::Time arrived = kNow + absl::Minutes(6);

  EXPECT_TRUE(BeginInterval(LICENCE_STATUS_KIND_UNDER_DISPUTE, kNow, arrived, &entry));

  EXPECT_TRUE(Holds(LICENCE_STATUS_KIND_UNDER_DISPUTE, arrived, entry));
  EXPECT_EQ(entry.intervals_size(), 1);
}

TEST(StatusIntervals, EndBeforeTheBeginningIsTheBeginning) {
  LicenceStatusEntry entry = Revoked(kNow);

  EXPECT_TRUE(EndIntervals(LICENCE_STATUS_KIND_REVOKED, kNow - absl::Hours(1), kNow, &entry));

  EXPECT_EQ(ToTime(entry.intervals(0).until()), kNow);
}

TEST(StatusIntervals, B01_H4_TheNewestOfEachKindAreKeptApart) {
  LicenceStatusEntry entry;
  absl::Time t = kNow;
  for (int i = 0; i < 300; ++i) {
    for (const auto kind : {LICENCE_STATUS_KIND_SUSPENDED, LICENCE_STATUS_KIND_UNDER_DISPUTE}) {
      ASSERT_TRUE(BeginInterval(kind, t, t, &entry));
      ASSERT_TRUE(EndIntervals(kind, t + absl::Seconds(1), t + absl::Seconds(1), &entry));
    }
    t += absl::Seconds(2);
  }

  ASSERT_TRUE(BeginInterval(LICENCE_STATUS_KIND_REVOKED, t, t, &entry));

  EXPECT_TRUE(IsRevoked(t, entry));
  EXPECT_EQ(Counts(entry),
            (std::map<LicenceStatusKind, int>{{LICENCE_STATUS_KIND_REVOKED, 1},
                                              {LICENCE_STATUS_KIND_SUSPENDED, 64},
                                              {LICENCE_STATUS_KIND_UNDER_DISPUTE, 64}}));
  EXPECT_TRUE(Holds(LICENCE_STATUS_KIND_SUSPENDED, t - absl::Seconds(2 * 64), entry));
  EXPECT_FALSE(Holds(LICENCE_STATUS_KIND_SUSPENDED, t - absl::Seconds(2 * 65), entry));
}

TEST(StatusIntervals, B01_AFullEntryOfOneKindHasRoom) {
  LicenceStatusEntry entry = FullOf(LICENCE_STATUS_KIND_REVOKED);
  const absl::Time disputed = kNow - absl::Hours(1000);
  Add(LICENCE_STATUS_KIND_UNDER_DISPUTE, disputed, disputed + absl::Minutes(1), &entry);

  ASSERT_TRUE(BeginInterval(LICENCE_STATUS_KIND_REVOKED, kNow, kNow, &entry));

  EXPECT_EQ(Counts(entry)[LICENCE_STATUS_KIND_REVOKED], kIntervalsOfKindMax);
  EXPECT_TRUE(Holds(LICENCE_STATUS_KIND_UNDER_DISPUTE, disputed, entry)) << "it has its own places";
  EXPECT_TRUE(IsRevoked(kNow, entry));
  for (int i = 1; i < entry.intervals_size(); ++i) {
    EXPECT_LE(ToTime(entry.intervals(i - 1).from()), ToTime(entry.intervals(i).from()));
  }
}

TEST(StatusIntervals, B01_AnEntryFullOfAnotherKindHasRoom) {
  LicenceStatusEntry entry = FullOf(LICENCE_STATUS_KIND_UNDER_DISPUTE);

  ASSERT_TRUE(BeginInterval(LICENCE_STATUS_KIND_REVOKED, kNow, kNow, &entry));

  EXPECT_TRUE(IsRevoked(kNow, entry));
  EXPECT_LE(entry.intervals_size(), kLicenceStatusIntervalsMax);
}

}  // namespace
}  // namespace mrg
