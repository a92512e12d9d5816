#include "gateway/base/instant.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

// A text that is taken piece by piece from its front.
class Pieces {
 public:
  explicit Pieces(absl::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  // Takes `c` when it is next.
  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Takes exactly `digits` decimal digits.
  std::optional<int> TakeNumber(size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    int number = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
      number = number * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return number;
  }

  // Takes the one to nine digits of a fraction.
  std::optional<absl::Duration> TakeFraction() {
    constexpr size_t kDigitsMax = 9;
    const auto end = std::find_if_not(rest_.begin(), rest_.end(),
                                      [](unsigned char c) { return absl::ascii_isdigit(c); });
    const size_t digits = static_cast<size_t>(end - rest_.begin());
    if (digits == 0 || digits > kDigitsMax) return std::nullopt;
    int nanos = *TakeNumber(digits);
    for (size_t i = digits; i < kDigitsMax; ++i) nanos *= 10;
    return absl::Nanoseconds(nanos);
  }

 private:
  absl::string_view rest_;
};

std::optional<absl::CivilSecond> TakeCivil(Pieces* pieces) {
  constexpr size_t kDigits[] = {4, 2, 2, 2, 2, 2};
  constexpr char kBefore[] = {0, '-', '-', 'T', ':', ':'};
  int parts[6] = {};
  for (size_t i = 0; i < 6; ++i) {
    if (i > 0 && !pieces->Take(kBefore[i])) return std::nullopt;
    const std::optional<int> part = pieces->TakeNumber(kDigits[i]);
    if (!part.has_value()) return std::nullopt;
    parts[i] = *part;
  }
  const absl::CivilSecond civil(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
  // Civil time carries what is too much over: 30 February would be a day of March.
  if (civil.month() != parts[1] || civil.day() != parts[2] || civil.hour() != parts[3] ||
      civil.minute() != parts[4] || civil.second() != parts[5]) {
    return std::nullopt;
  }
  return civil;
}

std::optional<absl::Duration> TakeOffset(Pieces* pieces) {
  if (pieces->Take('Z')) return absl::ZeroDuration();
  const bool is_west = pieces->Take('-');
  if (!is_west && !pieces->Take('+')) return std::nullopt;
  const std::optional<int> hours = pieces->TakeNumber(2);
  if (!hours.has_value() || *hours > 23 || !pieces->Take(':')) return std::nullopt;
  const std::optional<int> minutes = pieces->TakeNumber(2);
  if (!minutes.has_value() || *minutes > 59) return std::nullopt;
  const absl::Duration offset = absl::Hours(*hours) + absl::Minutes(*minutes);
  return is_west ? -offset : offset;
}

std::optional<absl::Time> Parse(absl::string_view text) {
  Pieces pieces(text);
  const std::optional<absl::CivilSecond> civil = TakeCivil(&pieces);
  if (!civil.has_value()) return std::nullopt;
  absl::Time time = absl::FromCivil(*civil, absl::UTCTimeZone());
  if (pieces.Take('.')) {
    const std::optional<absl::Duration> fraction = pieces.TakeFraction();
    if (!fraction.has_value()) return std::nullopt;
    time += *fraction;
  }
  const std::optional<absl::Duration> offset = TakeOffset(&pieces);
  if (!offset.has_value() || !pieces.at_end()) return std::nullopt;
  return time - *offset;
}

// What stands after "now". Result: nullopt when it is no distance.
std::optional<absl::Duration> ParseDistance(absl::string_view text) {
  constexpr size_t kDigitsMax = 5;
  Pieces pieces(text);
  if (pieces.at_end()) return absl::ZeroDuration();
  const bool is_before = pieces.Take('-');
  if (!is_before && !pieces.Take('+')) return std::nullopt;
  const size_t digits = text.size() - 2;  // between sign and unit
  if (text.size() < 3 || digits > kDigitsMax) return std::nullopt;
  const std::optional<int> number = pieces.TakeNumber(digits);
  if (!number.has_value()) return std::nullopt;
  absl::Duration unit;
  if (pieces.Take('d')) {
    unit = absl::Hours(24);
  } else if (pieces.Take('h')) {
    unit = absl::Hours(1);
  } else if (pieces.Take('m')) {
    unit = absl::Minutes(1);
  } else {
    return std::nullopt;
  }
  return unit * (is_before ? -*number : *number);
}

}  // namespace

absl::StatusOr<absl::Time> ParseInstantFrom(absl::string_view field, absl::string_view text,
                                            absl::Time now) {
  absl::string_view rest = text;
  if (!absl::ConsumePrefix(&rest, "now")) return ParseInstant(field, text);
  const std::optional<absl::Duration> distance = ParseDistance(rest);
  const absl::Time begin = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
  if (!distance.has_value() || !IsInYears1To9999(begin + *distance)) {
    return MakeFieldError(Reason::kFieldMalformed, field,
                          "expected an instant with its offset, 2026-11-24T00:00:00+08:00, or now, "
                          "or a distance from now, now+90d, now+36h, now-20m");
  }
  return begin + *distance;
}

absl::StatusOr<absl::Time> ParseInstant(absl::string_view field, absl::string_view text) {
  const std::optional<absl::Time> time = Parse(text);
  if (!time.has_value() || !IsInYears1To9999(*time)) {
    return MakeFieldError(Reason::kFieldMalformed, field,
                          "expected an instant with its offset, 2026-11-24T00:00:00+08:00");
  }
  return *time;
}

}  // namespace mrg
