#include "dispute/working_calendar.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "gateway/base/displayed_fields.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace mrg {
namespace {

constexpr uint32_t kYearMin = 2000;
constexpr uint32_t kYearMax = 2199;
constexpr size_t kNameBytesMax = 64;
constexpr size_t kNoticeBytesMax = 256;

// Asia/Shanghai has had no summer time since 1991, so no time-zone data are needed.
absl::TimeZone Shanghai() { return absl::FixedTimeZone(8 * 60 * 60); }

absl::Status Refuse(absl::string_view detail) {
  return MakeError(Reason::kMetadataMalformed, absl::StrCat("working calendar: ", detail));
}

bool IsText(absl::string_view text, size_t bytes_max) {
  return !text.empty() && text.size() <= bytes_max && IsUtf8(text);
}

bool IsWeekend(absl::CivilDay day) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
}

absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view text, uint32_t year) {
  absl::CivilDay day;
  // The parser also takes "2025-1-1"; what is written must be the one form.
  if (!absl::ParseCivilTime(text, &day) || absl::FormatCivilTime(day) != text) {
    return Refuse("expected days as YYYY-MM-DD");
  }
  if (day.year() != static_cast<absl::civil_year_t>(year)) {
    return Refuse(absl::StrCat(text, " is not a day of ", year));
  }
  return day;
}

class FirstFault : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

absl::Status WorkingCalendar::Add(const dispute::v1::WorkingCalendar& calendar) {
  MRG_RETURN_IF_ERROR(RequireDisplayedFields(calendar, Reason::kMetadataMalformed));
  if (calendar.year() < kYearMin || calendar.year() > kYearMax) {
    return Refuse("expected a year of 2000 to 2199");
  }
  if (!IsText(calendar.notice(), kNoticeBytesMax)) {
    return Refuse("expected a notice of 1 to 256 bytes");
  }
  if (calendar.off().empty() || calendar.off_size() > kCalendarRowsMax ||
      calendar.work_days_size() > kCalendarRowsMax) {
    return Refuse("expected 1 to 64 holidays and at most 64 work days");
  }
  Year year;
  for (const auto& off : calendar.off()) {
    if (!IsText(off.name(), kNameBytesMax)) return Refuse("expected names of 1 to 64 bytes");
    MRG_ASSIGN_OR_RETURN(const absl::CivilDay first, ParseDay(off.first_day(), calendar.year()));
    MRG_ASSIGN_OR_RETURN(const absl::CivilDay last, ParseDay(off.last_day(), calendar.year()));
    if (last < first) return Refuse(absl::StrCat(off.first_day(), " is after its last day"));
    if (!year.off.empty() && first <= *year.off.rbegin()) {
      return Refuse(absl::StrCat(off.first_day(), " is not after the holiday before"));
    }
    for (absl::CivilDay day = first; day <= last; ++day) year.off.insert(day);
  }
  for (const std::string& text : calendar.work_days()) {
    MRG_ASSIGN_OR_RETURN(const absl::CivilDay day, ParseDay(text, calendar.year()));
    if (!IsWeekend(day)) return Refuse(absl::StrCat(text, " is no Saturday or Sunday"));
    if (year.off.count(day) > 0) return Refuse(absl::StrCat(text, " is off and worked"));
    if (!year.work_days.empty() && day <= *year.work_days.rbegin()) {
      return Refuse(absl::StrCat(text, " is not after the work day before"));
    }
    year.work_days.insert(day);
  }
  years_[calendar.year()] = std::move(year);
  return absl::OkStatus();
}

absl::Status WorkingCalendar::AddText(absl::string_view textproto) {
  if (textproto.size() > kCalendarFileBytesMax || !IsUtf8(textproto)) {
    return Refuse("expected at most 64 KiB of UTF-8");
  }
  dispute::v1::WorkingCalendar calendar;
  FirstFault fault;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&fault);
  if (!parser.ParseFromString(std::string(textproto), &calendar)) return Refuse(fault.text());
  return Add(calendar);
}

std::vector<absl::civil_year_t> WorkingCalendar::Years() const {
  std::vector<absl::civil_year_t> years;
  for (const auto& [year, days] : years_) years.push_back(year);
  return years;
}

std::optional<bool> WorkingCalendar::IsWorkingDay(absl::CivilDay day) const {
  auto year = years_.find(day.year());
  if (year == years_.end()) return std::nullopt;
  if (year->second.work_days.count(day) > 0) return true;
  return !IsWeekend(day) && year->second.off.count(day) == 0;
}

TermEnd WorkingCalendar::EndOfTerm(absl::Time start, int working_days) const {
  absl::CivilDay day = absl::ToCivilDay(start, Shanghai());
  TermEnd end;
  const int wanted = std::clamp(working_days, 1, kTermDaysMax);
  for (int counted = 0; counted < wanted;) {
    ++day;
    const std::optional<bool> works = IsWorkingDay(day);
    if (!works.has_value()) end.provisional = true;
    if (works.value_or(true)) ++counted;
  }
  end.due_at = absl::FromCivil(day + 1, Shanghai());
  return end;
}

}  // namespace mrg
