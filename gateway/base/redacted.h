#ifndef MRG_GATEWAY_BASE_REDACTED_H_
#define MRG_GATEWAY_BASE_REDACTED_H_

// A text about a person: a name, a number on a licence, an element's value. Whatever prints it
// prints "[redacted]" and not even its length, which tells an ID number from a passport's; only
// code that says Reveal gets the text (docs/threats.md N11).
//
// Thread-safe: a value.

#include <ostream>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace mrg {

class Redacted {
 public:
  static constexpr char kShown[] = "[redacted]";

  Redacted() = default;
  explicit Redacted(std::string text) : text_(std::move(text)) {}

  // Result: the text itself, for the work it was given for; never for a log, a metric, an error.
  const std::string& Reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend std::ostream& operator<<(std::ostream& out, const Redacted&) { return out << kShown; }

 private:
  std::string text_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_REDACTED_H_
