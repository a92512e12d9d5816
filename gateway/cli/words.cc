#include "gateway/cli/words.h"

#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/cli/chinese_words.h"

namespace mrg {
namespace {

// One time in all of China, without daylight saving since 1991.
constexpr int kChinaSecondsEast = 8 * 3600;

const std::map<absl::string_view, absl::string_view>& Catalogue() {
  static const auto* const catalogue = [] {
    auto* all = new std::map<absl::string_view, absl::string_view>();
    for (const auto texts : {ChineseHelp(), ChineseWords()}) {
      for (const ChineseText& text : texts) all->emplace(text.english, text.chinese);
    }
    return all;
  }();
  return *catalogue;
}

// Result: the line without the blanks around it.
absl::string_view Core(absl::string_view line) { return absl::StripAsciiWhitespace(line); }

std::string LineInChinese(absl::string_view line) {
  const absl::string_view core = Core(line);
  const auto found = Catalogue().find(core);
  if (core.empty() || found == Catalogue().end()) return std::string(line);
  const size_t before = static_cast<size_t>(core.data() - line.data());
  absl::string_view after = line.substr(before + core.size());
  // These are as wide as a sign and a blank.
  for (const absl::string_view mark : {"：", "，", "；", "（"}) {
    if (absl::EndsWith(found->second, mark)) after = absl::StripLeadingAsciiWhitespace(after);
  }
  return absl::StrCat(line.substr(0, before), found->second, after);
}

// A command line or a part of one, or what has no two small letters in a row.
bool IsNoWord(absl::string_view core) {
  for (const absl::string_view begin : {"mrgctl", "mrgd ", "--", "/", ".", "gateway/"}) {
    if (absl::StartsWith(core, begin)) return true;
  }
  for (size_t i = 0; i + 1 < core.size(); ++i) {
    if (absl::ascii_islower(core[i]) && absl::ascii_islower(core[i + 1])) return false;
  }
  return true;
}

}  // namespace

std::optional<Language> LanguageFromName(absl::string_view name) {
  if (name == "en") return Language::kEnglish;
  if (name == "zh") return Language::kChinese;
  return std::nullopt;
}

Language LanguageOfLocale(absl::string_view lc_all, absl::string_view lc_messages,
                          absl::string_view lang) {
  for (const absl::string_view locale : {lc_all, lc_messages, lang}) {
    if (locale.empty()) continue;
    return absl::StartsWith(locale, "zh") ? Language::kChinese : Language::kEnglish;
  }
  return Language::kEnglish;
}

std::string InLanguage(Language language, absl::string_view english) {
  if (language == Language::kEnglish) return std::string(english);
  std::string text;
  bool first = true;
  for (const absl::string_view line : absl::StrSplit(english, '\n')) {
    absl::StrAppend(&text, first ? "" : "\n", LineInChinese(line));
    first = false;
  }
  return text;
}

bool HasChinese(absl::string_view english) {
  for (const absl::string_view line : absl::StrSplit(english, '\n')) {
    const absl::string_view core = Core(line);
    if (!IsNoWord(core) && !Catalogue().contains(core)) return false;
  }
  return true;
}

std::string ShownTime(Language language, absl::Time time) {
  const absl::TimeZone china = absl::FixedTimeZone(kChinaSecondsEast);
  const bool same_day =
      absl::ToCivilDay(time, china) == absl::ToCivilDay(time, absl::UTCTimeZone());
  return absl::StrCat(absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone()), " (",
                      InLanguage(language, "Asia/Shanghai"), " ",
                      absl::FormatTime(same_day ? "%H:%M" : "%Y-%m-%d %H:%M", time, china), ")");
}

}  // namespace mrg
