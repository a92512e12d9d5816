#ifndef MRG_GATEWAY_BASE_BUILD_TEXT_H_
#define MRG_GATEWAY_BASE_BUILD_TEXT_H_

// A text that was fixed when the program was built (build_version.h): no caller's can be one.
//
// Thread-safe: immutable.

#include "absl/strings/string_view.h"

namespace mrg {

class BuildText {
 public:
  absl::string_view text() const { return text_; }

 private:
  friend BuildText BuildVersion();
  friend BuildText BuildRevision();
  explicit BuildText(absl::string_view text) : text_(text) {}
  absl::string_view text_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_BUILD_TEXT_H_
