#ifndef MRG_GATEWAY_CATALOGUE_LICENCE_NUMBER_H_
#define MRG_GATEWAY_CATALOGUE_LICENCE_NUMBER_H_

// One form of a licence number for comparison and for the licence tag. What is stored and shown
// stays as received.
//
// A revocation bites only if it and the document come to the same form. So the form is made of
// characters that are known, and a number with any other is none: it is refused alike where a
// status is set and where a licence is presented.
//
// Thread-safe: pure functions.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Result: `number` (UTF-8) with full-width ASCII forms (U+FF01 to U+FF5E, so brackets, digits and
// letters) made half-width, the six-corner brackets 〔 〕 and 【 】 made square, the blanks of
// ASCII and U+00A0 and U+3000 removed and ASCII letters made upper-case. Idempotent, never empty.
// Known are besides these the printable characters of ASCII and the unified Chinese characters of
// all planes, 〇 among them; not their compatibility and radical twins, and no other script.
// Errors: FIELD_REQUIRED when nothing but blanks is there; FIELD_NOT_UTF8; FIELD_MALFORMED with the
// code point of the first unknown character and its place, never the number. `field`: its name.
absl::StatusOr<std::string> NormaliseNumber(absl::string_view field, absl::string_view number);

}  // namespace mrg

#endif  // MRG_GATEWAY_CATALOGUE_LICENCE_NUMBER_H_
