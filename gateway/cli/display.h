#ifndef MRG_GATEWAY_CLI_DISPLAY_H_
#define MRG_GATEWAY_CLI_DISPLAY_H_

// The one way by which a command shows anything: what stands in our own source goes out as it is,
// every other text as Displayed() of displayed_text.h. So a name cannot end its line, hide or turn
// round what follows, whichever command shows it (tests/architecture refuses streams elsewhere).
//
// A display shows text for people or, when the command was asked for it, JSON for programs, and
// never both: in the form of JSON all text is left out, so that what is shown can be parsed.
//
// Not thread-safe.

#include <concepts>
#include <cstddef>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/cli/words.h"

namespace mrg {

class Display {
 public:
  // A text, and whether it is a literal of ours, which alone may hold line breaks.
  class Text {
   public:
    template <size_t N>
    consteval Text(const char (&literal)[N])  // NOLINT: implicit on purpose
        : text_(literal, N - 1), is_literal_(true) {}
    template <typename Pointer>
    requires std::same_as<Pointer, const char*> Text(const Pointer& text)
        : text_(text) {}                            // NOLINT: implicit on purpose
    Text(const std::string& text) : text_(text) {}  // NOLINT: implicit on purpose
    Text(absl::string_view text) : text_(text) {}   // NOLINT: implicit on purpose

    // A literal of ours that was chosen among several.
    static Text Own(const char* literal) {
      Text text(literal);
      text.is_literal_ = true;
      return text;
    }

   private:
    friend class Display;
    absl::string_view text_;  // borrowed for the call
    bool is_literal_ = false;
  };

  enum class Form { kText, kJson };

  // `terminal` is where somebody sees how far long work is; null: nobody. Both must outlive this.
  explicit Display(std::ostream* out, std::ostream* terminal = nullptr)
      : out_(out), terminal_(terminal) {}
  ~Display() { EndProgress(); }
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  Display& operator<<(Text text);
  // Shows the instant in UTC, and the time that it is then in China.
  Display& operator<<(absl::Time time);
  template <typename Number>
  requires(std::integral<Number> && !std::same_as<Number, bool> &&
           !std::same_as<Number, char>) Display&
  operator<<(Number number) {
    if (BeginText()) *out_ << number;
    return *this;
  }

  // Shows `text` with its line breaks: only for what this program made line by line itself, such as
  // a key in PEM or the help of a command.
  void ShowLines(absl::string_view text);

  // From now on this shows what the form has.
  void SetForm(Form form) { form_ = form; }
  bool json() const { return form_ == Form::kJson; }

  // From now on what stands in our own source is shown in `language`.
  void SetLanguage(Language language) { language_ = language; }
  Language language() const { return language_; }

  // Shows one line of JSON, in the form of JSON only. gateway/cli/json_output.h makes it.
  void ShowJsonLine(absl::string_view json);

  // Says how far the work is, in the place of what was said before; it goes with the next text.
  void ShowProgress(absl::string_view text);

  // What was shown so far is seen now.
  void Flush() { out_->flush(); }

 private:
  // Result: whether text is shown at all.
  bool BeginText();
  void EndProgress();

  std::ostream* const out_;
  std::ostream* const terminal_;
  Form form_ = Form::kText;
  Language language_ = Language::kEnglish;
  bool has_progress_ = false;
};

// Result: the literal `words`, one of several that the place may show, as a literal is shown.
inline Display::Text OwnWords(const char* words) { return Display::Text::Own(words); }

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_DISPLAY_H_
