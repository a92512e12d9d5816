#include "gateway/base/instant.h"

#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(Instant, IsReadWithItsOffsetAndItsFraction) {
  const absl::Time midnight = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z
  const struct {
    const char* text;
    absl::Time time;
  } kCases[] = {
      {"2026-11-24T00:00:00Z", midnight},
      {"2026-11-24T08:00:00+08:00", midnight},
      {"2026-11-23T18:30:00-05:30", midnight},
      {"2026-11-24T00:00:00.5Z", midnight + absl::Milliseconds(500)},
      {"2026-11-24T00:00:00.000000001Z", midnight + absl::Nanoseconds(1)},
      {"2028-02-29T00:00:00Z", absl::FromCivil(absl::CivilDay(2028, 2, 29), absl::UTCTimeZone())},
      {"0001-01-01T00:00:00Z", absl::FromUnixSeconds(-62135596800)},
      {"9999-12-31T23:59:59.999999999Z",
       absl::FromUnixSeconds(253402300800) - absl::Nanoseconds(1)},
  };
  for (const auto& one : kCases) {
    const auto time = ParseInstant("--at", one.text);
    ASSERT_TRUE(time.ok()) << one.text << ": " << time.status();
    EXPECT_EQ(*time, one.time) << one.text;
  }
}

TEST(Fault, B09_InfiniteLooseAndImpossibleInstantsAreRefusedByTheFieldAlone) {
  for (const char* text : {"",
                           "infinite-future",
                           "infinite-past",
                           "now",
                           "1795478400",
                           "2026-11-24",
                           "2026-11-24T00:00:00",
                           "2026-11-24 00:00:00Z",
                           "2026-11-24t00:00:00Z",
                           "2026-11-24T00:00:00z",
                           " 2026-11-24T00:00:00Z",
                           "2026-11-24T00:00:00Z ",
                           "2026-11-24T00:00:00 +08:00",
                           "2026-11-24T00:00:00+0800",
                           "2026-11-24T00:00:00+08",
                           "2026-11-24T00:00:00+8:00",
                           "2026-11-24T00:00:00+24:00",
                           "2026-11-24T00:00:00+08:60",
                           "2026-11-24T00:00Z",
                           "2026-1-24T00:00:00Z",
                           "2026-11-4T00:00:00Z",
                           "26-11-24T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-11-24T24:00:00Z",
                           "2026-11-24T00:60:00Z",
                           "2026-11-24T00:00:60Z",
                           "2026-11-24T00:00:00.Z",
                           "2026-11-24T00:00:00,5Z",
                           "2026-11-24T00:00:00.0000000001Z",
                           "+2026-11-24T00:00:00Z",
                           "-2026-11-24T00:00:00Z",
                           "12026-11-24T00:00:00Z",
                           "0000-01-01T00:00:00Z",
                           "0001-01-01T00:00:00+08:00",
                           "9999-12-31T23:59:59-08:00",
                           "292277026596-12-04T15:30:07Z",
                           "２０２６-11-24T00:00:00Z"}) {
    const absl::Status status = ParseInstant("--from", text).status();
    EXPECT_EQ(ReasonOf(status), Reason::kFieldMalformed) << text;
    EXPECT_EQ(FieldOf(status), "--from") << text;
  }
}

TEST(Instant, NowAndWhatIsFarFromItAreTakenWhereATimeIsGivenByHand) {
  const absl::Time now = absl::FromUnixSeconds(1795478400) + absl::Milliseconds(700);
  const absl::Time second = absl::FromUnixSeconds(1795478400);
  const struct {
    const char* text;
    absl::Time time;
  } kCases[] = {
      {"now", second},
      {"now+90d", second + absl::Hours(24 * 90)},
      {"now-36h", second - absl::Hours(36)},
      {"now+20m", second + absl::Minutes(20)},
      {"now+99999d", second + absl::Hours(24) * 99999},
      {"2026-11-24T08:00:00+08:00", second},
  };
  for (const auto& one : kCases) {
    const auto time = ParseInstantFrom("--from", one.text, now);
    ASSERT_TRUE(time.ok()) << one.text << ": " << time.status();
    EXPECT_EQ(*time, one.time) << one.text;
  }
  for (const char* text : {"now ", " now", "NOW", "now+", "now+d", "now+1", "now+1w", "now+-1d",
                           "now+1d2h", "now+100000d", "now1d", "now+1.5h", "nowish", "today", ""}) {
    EXPECT_EQ(FieldOf(ParseInstantFrom("--from", text, now).status()), "--from") << text;
  }
  EXPECT_EQ(FieldOf(ParseInstant("from", "now").status()), "from") << "in a file it is no time";
}

}  // namespace
}  // namespace mrg
