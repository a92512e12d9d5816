#ifndef MRG_TRUSTLIST_FORMAT_JSON_DOCUMENT_H_
#define MRG_TRUSTLIST_FORMAT_JSON_DOCUMENT_H_

// Strict reading of JSON that will be signed or was signed: one document, one meaning. Stricter
// than RFC 8259: duplicate names, fractions, byte-order marks, anything but white space behind the
// text and nesting deeper than 32 are refused, because readers differ on them.
//
// Thread-safe: pure functions.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace mrg {

using Json = nlohmann::json;

inline constexpr size_t kJsonDepthMax = 32;
// Digits of an integer; longer ones other readers refuse as well.
inline constexpr size_t kJsonIntegerDigitsMax = 4300;

// Result: the document; object members sorted by name. An integer beyond 2^53 - 1 is kept as its
// digits in a binary value, which no typed read takes: what is opaque to us stays as it was signed.
// Errors: METADATA_MALFORMED. Source: RFC 8259; TUF 1.0 section 4.2 (file formats).
absl::StatusOr<Json> ParseJsonDocument(absl::string_view bytes);

// Typed reads of a member of `object`. Errors: METADATA_MALFORMED naming the member when it is
// absent or of another type, or when `object` is no object.
absl::StatusOr<std::string> StringMember(const Json& object, const std::string& name);
absl::StatusOr<int64_t> IntegerMember(const Json& object, const std::string& name);
absl::StatusOr<bool> BoolMember(const Json& object, const std::string& name);
absl::StatusOr<const Json*> ObjectMember(const Json& object, const std::string& name);
absl::StatusOr<const Json*> ArrayMember(const Json& object, const std::string& name);

// Result: the digits, with their sign, of an integer beyond 2^53 - 1.
// REQUIRES: `value` is binary and came from ParseJsonDocument.
std::string IntegerDigits(const Json& value);

// Result: the member; null when absent. REQUIRES: `object` is an object.
const Json* FindMember(const Json& object, const std::string& name);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_JSON_DOCUMENT_H_
