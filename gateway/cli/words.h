#ifndef MRG_GATEWAY_CLI_WORDS_H_
#define MRG_GATEWAY_CLI_WORDS_H_

// The language in which commands speak to people. English stands in the code; chinese_words.cc and
// chinese_help.cc have the Chinese of each piece of it. What others wrote is in neither language.
//
// Thread-safe: pure functions.

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace mrg {

enum class Language { kEnglish, kChinese };

// Result: of "en" and "zh"; nullopt for another name.
std::optional<Language> LanguageFromName(absl::string_view name);

// Result: Chinese when the first that is set of LC_ALL, LC_MESSAGES and LANG begins with "zh".
// Source: POSIX.1-2017 8.2.
Language LanguageOfLocale(absl::string_view lc_all, absl::string_view lc_messages,
                          absl::string_view lang);

// Result: `english`, a text of ours, in the language: line by line, with the blanks around each
// line as they are. A line that has no Chinese stays English.
std::string InLanguage(Language language, absl::string_view english);

// Result: whether InLanguage leaves no word of `english` as it is; commands to type, names of
// fields and options are no words.
bool HasChinese(absl::string_view english);

// Result: the instant in UTC, and how late it is then in China:
// "2026-11-30T12:00:00Z (Asia/Shanghai 20:00)", with the date where that is another one.
std::string ShownTime(Language language, absl::Time time);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_WORDS_H_
