#include "dispute/working_calendar.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;

std::string ShippedText(int year) {
  std::ifstream in(absl::StrCat("deploy/regions/hub/calendar-", year, ".textproto"),
                   std::ios::binary);
  EXPECT_TRUE(in.good()) << year;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// 2025 and 2026 as the hub ships them.
WorkingCalendar Shipped() {
  WorkingCalendar calendar;
  for (int year : {2025, 2026}) {
    const absl::Status added = calendar.AddText(ShippedText(year));
    EXPECT_TRUE(added.ok()) << added;
  }
  return calendar;
}

absl::CivilDay Day(absl::string_view text) {
  absl::CivilDay day;
  EXPECT_TRUE(absl::ParseCivilTime(text, &day)) << text;
  return day;
}

// A moment by the clock of Shanghai.
absl::Time InShanghai(absl::CivilDay day, int hour = 0, int minute = 0, int second = 0) {
  return absl::FromCivil(
      absl::CivilSecond(day.year(), day.month(), day.day(), hour, minute, second),
      absl::FixedTimeZone(8 * 3600));
}

// Result: the last day of a term, and "?" when it is provisional.
std::string LastDay(const WorkingCalendar& calendar, absl::Time start, int days) {
  const TermEnd end = calendar.EndOfTerm(start, days);
  const absl::CivilDay after = absl::ToCivilDay(end.due_at, absl::FixedTimeZone(8 * 3600));
  EXPECT_EQ(InShanghai(after), end.due_at) << "a term ends at midnight";
  return absl::StrCat(absl::FormatCivilTime(after - 1), end.provisional ? "?" : "");
}

std::vector<int> WorkingDaysByMonth(const WorkingCalendar& calendar, int year) {
  std::vector<int> months(12);
  for (absl::CivilDay day(year, 1, 1); day.year() == year; ++day) {
    months[day.month() - 1] += calendar.IsWorkingDay(day).value_or(false) ? 1 : 0;
  }
  return months;
}

int DaysOffListed(int year) {
  dispute::v1::WorkingCalendar calendar;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(ShippedText(year), &calendar));
  int days = 0;
  for (const auto& off : calendar.off()) {
    days += static_cast<int>(Day(off.last_day()) - Day(off.first_day())) + 1;
  }
  return days;
}

TEST(ShippedCalendars, SumsAreThoseOfTheNotices) {
  const WorkingCalendar calendar = Shipped();

  EXPECT_THAT(WorkingDaysByMonth(calendar, 2025),
              ElementsAre(19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23));
  EXPECT_THAT(WorkingDaysByMonth(calendar, 2026),
              ElementsAre(21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23));
  EXPECT_EQ(DaysOffListed(2025), 28);
  EXPECT_EQ(DaysOffListed(2026), 33);
}

TEST(ShippedCalendars, YearsHave248WorkingDays) {
  const WorkingCalendar calendar = Shipped();
  for (int year : {2025, 2026}) {
    int days = 0;
    for (int month : WorkingDaysByMonth(calendar, year)) days += month;
    EXPECT_EQ(days, 248) << year;
  }
}

struct Terms {
  const char* start;
  const char* after_2;
  const char* after_5;
  const char* after_10;
  const char* after_20;
};

class ShippedTerms : public testing::TestWithParam<Terms> {};

TEST_P(ShippedTerms, EndOnTheDaysComputedByHand) {
  const WorkingCalendar calendar = Shipped();
  const absl::CivilDay day = Day(GetParam().start);
  // Whatever the hour, counting begins with the next working day.
  for (absl::Time start : {InShanghai(day), InShanghai(day, 9, 30), InShanghai(day, 23, 59, 59)}) {
    EXPECT_EQ(LastDay(calendar, start, 2), GetParam().after_2);
    EXPECT_EQ(LastDay(calendar, start, 5), GetParam().after_5);
    EXPECT_EQ(LastDay(calendar, start, 10), GetParam().after_10);
    EXPECT_EQ(LastDay(calendar, start, 20), GetParam().after_20);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Domain53, ShippedTerms,
    testing::Values(Terms{"2025-01-24", "2025-01-27", "2025-02-07", "2025-02-13", "2025-02-27"},
                    Terms{"2025-04-30", "2025-05-07", "2025-05-12", "2025-05-19", "2025-06-03"},
                    Terms{"2025-09-26", "2025-09-29", "2025-10-10", "2025-10-16", "2025-10-30"},
                    Terms{"2025-09-30", "2025-10-10", "2025-10-14", "2025-10-21", "2025-11-04"},
                    Terms{"2026-02-13", "2026-02-24", "2026-02-27", "2026-03-05", "2026-03-19"},
                    Terms{"2026-04-30", "2026-05-07", "2026-05-11", "2026-05-18", "2026-06-01"},
                    Terms{"2026-09-18", "2026-09-21", "2026-09-24", "2026-10-09", "2026-10-22"},
                    Terms{"2026-09-30", "2026-10-09", "2026-10-13", "2026-10-20", "2026-11-03"}));

TEST(Threat, D10_TermOverNationalDayAndAWorkedSaturdayFiledOneSecondBeforeMidnight) {
  const WorkingCalendar calendar = Shipped();
  // Wednesday 2026-09-30, 23:59:59; off 10-01 to 10-07; worked Saturday 10-10.
  const absl::Time filed = InShanghai(absl::CivilDay(2026, 9, 30), 23, 59, 59);

  EXPECT_EQ(calendar.EndOfTerm(filed, 1).due_at, InShanghai(absl::CivilDay(2026, 10, 9)));
  EXPECT_EQ(calendar.EndOfTerm(filed, 2).due_at, InShanghai(absl::CivilDay(2026, 10, 10)));
  EXPECT_EQ(calendar.EndOfTerm(filed, 3).due_at, InShanghai(absl::CivilDay(2026, 10, 11)));
  EXPECT_EQ(calendar.EndOfTerm(filed, 4).due_at, InShanghai(absl::CivilDay(2026, 10, 13)));
  EXPECT_EQ(calendar.EndOfTerm(filed, 5).due_at, InShanghai(absl::CivilDay(2026, 10, 14)));
  // One second later it is a day off, and the same day counts first.
  EXPECT_EQ(calendar.EndOfTerm(filed + absl::Seconds(1), 5).due_at,
            InShanghai(absl::CivilDay(2026, 10, 14)));
}

TEST(WorkingCalendar, DayBeginsAtMidnightInShanghaiNotInUtc) {
  const WorkingCalendar calendar = Shipped();
  // 2026-09-17T16:00Z is Friday the 18th in Shanghai; a second before it is Thursday.
  const absl::Time friday = absl::FromUnixSeconds(1789660800);

  EXPECT_EQ(LastDay(calendar, friday, 1), "2026-09-20");  // a worked Sunday
  EXPECT_EQ(LastDay(calendar, friday - absl::Seconds(1), 1), "2026-09-18");
}

TEST(WorkingCalendar, TermPastThePublishedYearsIsProvisionalAndAsEarlyAsPossible) {
  const WorkingCalendar calendar = Shipped();
  const absl::CivilDay last_friday(2026, 12, 25);

  EXPECT_EQ(LastDay(calendar, InShanghai(last_friday), 4), "2026-12-31");
  // 2027-01-01 to 03 may be days off and a weekend; nobody knows yet.
  EXPECT_EQ(LastDay(calendar, InShanghai(last_friday), 5), "2027-01-01?");
  EXPECT_EQ(LastDay(calendar, InShanghai(last_friday), 7), "2027-01-03?");
}

TEST(WorkingCalendar, WithoutAnyYearEveryTermIsProvisional) {
  const WorkingCalendar calendar;

  EXPECT_FALSE(calendar.IsWorkingDay(absl::CivilDay(2026, 9, 18)).has_value());
  EXPECT_EQ(LastDay(calendar, InShanghai(absl::CivilDay(2026, 9, 18)), 2), "2026-09-20?");
}

TEST(WorkingCalendar, TermThroughAnUnknownYearIsProvisionalEvenIfItEndsInAKnownOne) {
  WorkingCalendar calendar;
  ASSERT_TRUE(calendar.AddText(ShippedText(2026)).ok());

  EXPECT_EQ(LastDay(calendar, InShanghai(absl::CivilDay(2025, 12, 30)), 2), "2026-01-04?");
}

TEST(WorkingCalendar, LaterCalendarOfAYearReplacesTheEarlier) {
  WorkingCalendar calendar = Shipped();
  ASSERT_TRUE(calendar
                  .AddText("year: 2026 notice: 'mended' "
                           "off { name: '元旦' first_day: '2026-01-01' last_day: '2026-01-01' }")
                  .ok());

  EXPECT_EQ(calendar.IsWorkingDay(Day("2026-01-02")), true);
  EXPECT_EQ(calendar.IsWorkingDay(Day("2026-10-01")), true);
  EXPECT_EQ(calendar.IsWorkingDay(Day("2025-10-01")), false);
}

class MalformedCalendar : public testing::TestWithParam<const char*> {};

TEST_P(MalformedCalendar, IsRefusedAndChangesNothing) {
  WorkingCalendar calendar = Shipped();

  EXPECT_EQ(ReasonOf(calendar.AddText(GetParam())), Reason::kMetadataMalformed);

  EXPECT_EQ(calendar.IsWorkingDay(Day("2026-10-01")), false);
  EXPECT_EQ(calendar.IsWorkingDay(Day("2026-10-10")), true);
}

#define MRG_OFF "off { name: 'a' first_day: '2026-05-01' last_day: '2026-05-03' } "
INSTANTIATE_TEST_SUITE_P(
    Texts, MalformedCalendar,
    testing::Values(
        "", "year: 2026", "not a calendar", "year: 2026 notice: 'n'",
        "year: 1999 notice: 'n' off { name: 'a' first_day: '1999-05-01' last_day: '1999-05-01' }",
        "notice: 'n' " MRG_OFF, "year: 2026 " MRG_OFF, "year: 2026 notice: 'n' unknown: 1 " MRG_OFF,
        "year: 2026 notice: '\xFF' " MRG_OFF,
        // Not shown as itself.
        "year: 2026 notice: 'n\\n' " MRG_OFF, "year: 2026 notice: 'n\\u202e' " MRG_OFF,
        "year: 2026 notice: 'n' off { name: 'a\\033' first_day: '2026-05-01' "
        "last_day: '2026-05-03' }",
        "year: 2026 notice: 'n' off { first_day: '2026-05-01' last_day: '2026-05-01' }",
        "year: 2026 notice: 'n' off { name: 'a' first_day: '2026-05-02' last_day: '2026-05-01' }",
        "year: 2026 notice: 'n' off { name: 'a' first_day: '2026-5-1' last_day: '2026-05-01' }",
        "year: 2026 notice: 'n' off { name: 'a' first_day: '2026-02-29' last_day: '2026-03-01' }",
        "year: 2026 notice: 'n' off { name: 'a' first_day: '2025-12-31' last_day: '2026-01-01' }",
        "year: 2026 notice: 'n' " MRG_OFF MRG_OFF,
        "year: 2026 notice: 'n' " MRG_OFF "work_days: '2026-05-02'",
        "year: 2026 notice: 'n' " MRG_OFF "work_days: '2026-05-11'",
        "year: 2026 notice: 'n' " MRG_OFF "work_days: '2027-05-09'",
        "year: 2026 notice: 'n' " MRG_OFF "work_days: '2026-05-09' work_days: '2026-05-09'"));
#undef MRG_OFF

}  // namespace
}  // namespace mrg
