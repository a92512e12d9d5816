#include "gateway/cli/display.h"

#include "absl/strings/str_split.h"
#include "gateway/base/displayed_text.h"

namespace mrg {

Display& Display::operator<<(Text text) {
  if (text.is_literal_) {
    *out_ << text.text_;
  } else {
    *out_ << Displayed(text.text_);
  }
  return *this;
}

void Display::ShowLines(absl::string_view text) {
  bool first = true;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    *out_ << (first ? "" : "\n") << Displayed(line);
    first = false;
  }
}

}  // namespace mrg
