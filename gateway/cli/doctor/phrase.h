#ifndef MRG_GATEWAY_CLI_DOCTOR_PHRASE_H_
#define MRG_GATEWAY_CLI_DOCTOR_PHRASE_H_

// A sentence of ours in which names stand that are in no language: of files, members, numbers. It
// is said in the language that is asked for, though the names stand in another order there.
//
// Thread-safe: plain values.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/cli/words.h"

namespace mrg {

class Phrase {
 public:
  Phrase() = default;
  // `english`: a text of ours in one line, with $0 to $9 where the names of that number stand; by
  // it the Chinese is found, as by InLanguage.
  Phrase(absl::string_view english, std::vector<std::string> names = {})  // NOLINT: on purpose
      : english_(english), names_(std::move(names)) {}
  template <size_t N>
  Phrase(const char (&english)[N])  // NOLINT: implicit on purpose
      : english_(english) {}

  // Result: `said`, which others said: English, and when it begins with the token of a reason, in
  // Chinese what that reason says before it.
  static Phrase OfReason(absl::string_view said);

  std::string In(Language language) const;
  std::string English() const { return In(Language::kEnglish); }
  bool empty() const { return english_.empty(); }

 private:
  std::string english_;
  std::vector<std::string> names_;
  std::string chinese_;  // empty: found by english_
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_DOCTOR_PHRASE_H_
