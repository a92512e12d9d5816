#include "gateway/cli/doctor/phrase.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/reason.h"

namespace mrg {

Phrase Phrase::OfReason(absl::string_view said) {
  Phrase phrase("$0", {std::string(said)});
  const auto reason = ReasonFromToken(said.substr(0, said.find(':')));
  if (reason.has_value()) phrase.chinese_ = absl::StrCat(InfoOf(*reason).chinese, "（$0）");
  return phrase;
}

std::string Phrase::In(Language language) const {
  const bool own = language == Language::kChinese && !chinese_.empty();
  // At once: what stands in a name is not looked at again.
  std::vector<std::pair<std::string, std::string>> names;
  for (size_t i = 0; i < names_.size(); ++i) names.emplace_back(absl::StrCat("$", i), names_[i]);
  return absl::StrReplaceAll(own ? chinese_ : InLanguage(language, english_), names);
}

}  // namespace mrg
