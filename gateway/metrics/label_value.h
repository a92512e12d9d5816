#ifndef MRG_GATEWAY_METRICS_LABEL_VALUE_H_
#define MRG_GATEWAY_METRICS_LABEL_VALUE_H_

// A value of a metric label. It can be made only from a literal in our own source, from a reason of
// the closed list, from an identifier that the configuration names, or from what was fixed when the
// program was built, so that no string of a caller can become a label (docs/threats.md N12).
//
// Thread-safe: immutable.

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/base/build_text.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"

namespace mrg {

class LabelValue {
 public:
  // A literal; anything that is not a compile-time constant does not compile.
  template <size_t N>
  consteval LabelValue(const char (&literal)[N])  // NOLINT: implicit on purpose
      : text_(literal), size_(N - 1) {}
  // A reason's token.
  LabelValue(Reason reason)  // NOLINT: implicit on purpose
      : text_(TokenOf(reason).data()), size_(TokenOf(reason).size()) {}
  // What was fixed when the program was built.
  LabelValue(BuildText text)  // NOLINT: implicit on purpose
      : text_(text.text().data()), size_(text.text().size()) {}
  // A member of the configuration. The id is borrowed for the call that takes the label.
  static LabelValue OfMember(const MemberId& member) {
    return LabelValue(member.value().data(), member.value().size());
  }

  std::string text() const { return std::string(text_, size_); }

 private:
  constexpr LabelValue(const char* text, size_t size) : text_(text), size_(size) {}
  const char* text_;
  size_t size_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_METRICS_LABEL_VALUE_H_
