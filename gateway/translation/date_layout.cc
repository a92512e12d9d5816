#include "gateway/translation/date_layout.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/catalogue/check_digits.h"

namespace mrg {
namespace {

constexpr absl::string_view kMidnight = " 00:00:00";

// Result: the text as YYYY-MM-DD when the parts stand where the layout says; checked by the caller.
std::optional<std::string> Rearranged(absl::string_view text, gateway::v1::DateLayout layout) {
  switch (layout) {
    case gateway::v1::DATE_LAYOUT_EXTENDED:
      return std::string(text);
    case gateway::v1::DATE_LAYOUT_EXTENDED_MIDNIGHT:
      if (!absl::ConsumeSuffix(&text, kMidnight)) return std::nullopt;
      return std::string(text);
    case gateway::v1::DATE_LAYOUT_CHINESE:
      // 年, 月 and 日 are three bytes each in UTF-8.
      if (text.size() != 17 || text.substr(4, 3) != "年" || text.substr(9, 3) != "月" ||
          text.substr(14) != "日") {
        return std::nullopt;
      }
      return absl::StrCat(text.substr(0, 4), "-", text.substr(7, 2), "-", text.substr(12, 2));
    case gateway::v1::DATE_LAYOUT_BASIC:
      if (text.size() != 8) return std::nullopt;
      return absl::StrCat(text.substr(0, 4), "-", text.substr(4, 2), "-", text.substr(6, 2));
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> ReadDate(absl::string_view text, gateway::v1::DateLayout layout) {
  std::optional<std::string> date = Rearranged(text, layout);
  if (!date.has_value() || !IsDateText(*date)) return std::nullopt;
  return date;
}

std::string WriteDate(absl::string_view date, gateway::v1::DateLayout layout) {
  const absl::string_view year = date.substr(0, 4);
  const absl::string_view month = date.substr(5, 2);
  const absl::string_view day = date.substr(8, 2);
  switch (layout) {
    case gateway::v1::DATE_LAYOUT_EXTENDED_MIDNIGHT:
      return absl::StrCat(date, kMidnight);
    case gateway::v1::DATE_LAYOUT_CHINESE:
      return absl::StrCat(year, "年", month, "月", day, "日");
    case gateway::v1::DATE_LAYOUT_BASIC:
      return absl::StrCat(year, month, day);
    default:
      return std::string(date);
  }
}

}  // namespace mrg
