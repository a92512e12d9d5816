#ifndef MRG_GATEWAY_CLI_DISPLAY_H_
#define MRG_GATEWAY_CLI_DISPLAY_H_

// The one way by which a command shows anything: what stands in our own source goes out as it is,
// every other text as Displayed() of displayed_text.h. So a name cannot end its line, hide or turn
// round what follows, whichever command shows it (tests/architecture refuses streams elsewhere).
//
// Not thread-safe.

#include <concepts>
#include <cstddef>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"

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

   private:
    friend class Display;
    absl::string_view text_;  // borrowed for the call
    bool is_literal_ = false;
  };

  // `out` must outlive this.
  explicit Display(std::ostream* out) : out_(out) {}
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  Display& operator<<(Text text);
  template <typename Number>
  requires(std::integral<Number> && !std::same_as<Number, bool> &&
           !std::same_as<Number, char>) Display&
  operator<<(Number number) {
    *out_ << number;
    return *this;
  }

  // Shows `text` with its line breaks: only for what this program made line by line itself, such as
  // a key in PEM or the help of a command.
  void ShowLines(absl::string_view text);

  // What was shown so far is seen now.
  void Flush() { out_->flush(); }

 private:
  std::ostream* const out_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_DISPLAY_H_
