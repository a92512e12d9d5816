#ifndef MRG_GATEWAY_CATALOGUE_LICENCE_NUMBER_H_
#define MRG_GATEWAY_CATALOGUE_LICENCE_NUMBER_H_

// One form of a licence number for comparison and for the licence tag. What is stored and shown
// stays as received.
//
// Thread-safe: pure functions.

#include <string>

#include "absl/strings/string_view.h"

namespace mrg {

// Result: `number` (UTF-8) with full-width ASCII forms (U+FF01 to U+FF5E, so brackets, digits and
// letters) made half-width, the six-corner brackets 〔 〕 and 【 】 made square, all spaces removed
// and ASCII letters made upper-case. Idempotent.
// Source: SPEC 8; DOMAIN 4.2, brackets.
std::string NormaliseNumber(absl::string_view number);

}  // namespace mrg

#endif  // MRG_GATEWAY_CATALOGUE_LICENCE_NUMBER_H_
