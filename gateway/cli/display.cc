#include "gateway/cli/display.h"

#include "absl/strings/str_split.h"
#include "gateway/base/displayed_text.h"

namespace mrg {

Display& Display::operator<<(Text text) {
  if (!BeginText()) return *this;
  if (text.is_literal_) {
    *out_ << InLanguage(language_, text.text_);
  } else {
    *out_ << Displayed(text.text_);
  }
  return *this;
}

Display& Display::operator<<(absl::Time time) {
  if (BeginText()) *out_ << ShownTime(language_, time);
  return *this;
}

void Display::ShowLines(absl::string_view text) {
  if (!BeginText()) return;
  bool first = true;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    *out_ << (first ? "" : "\n") << Displayed(line);
    first = false;
  }
}

void Display::ShowJsonLine(absl::string_view json) {
  if (form_ != Form::kJson) return;
  EndProgress();
  *out_ << json << "\n";
}

void Display::ShowProgress(absl::string_view text) {
  if (terminal_ == nullptr) return;
  // Back to the beginning of the line, and what stood there is erased (ECMA-48 8.3.41).
  *terminal_ << "\r\x1b[K" << Displayed(text);
  terminal_->flush();
  has_progress_ = true;
}

bool Display::BeginText() {
  if (form_ != Form::kText) return false;
  EndProgress();
  return true;
}

void Display::EndProgress() {
  if (!has_progress_) return;
  *terminal_ << "\r\x1b[K";
  terminal_->flush();
  has_progress_ = false;
}

}  // namespace mrg
