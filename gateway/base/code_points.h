#ifndef MRG_GATEWAY_BASE_CODE_POINTS_H_
#define MRG_GATEWAY_BASE_CODE_POINTS_H_

// The one decoder of UTF-8 (RFC 3629): what is text, and what stands in it.
//
// Thread-safe: pure functions.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace mrg {

// The start of a text, decoded.
struct CodePoint {
  uint32_t value = 0;
  size_t bytes = 0;  // 1 to 4; 0: the text does not start with the UTF-8 of a code point
};

// Result: the first code point of `text`; none for overlong forms, surrogates, what lies above
// U+10FFFF, and what is cut off.
// REQUIRES: `text` is not empty.
CodePoint FirstCodePoint(absl::string_view text);

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_CODE_POINTS_H_
