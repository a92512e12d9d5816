#ifndef MRG_GATEWAY_TRANSLATION_STRICT_JSON_H_
#define MRG_GATEWAY_TRANSLATION_STRICT_JSON_H_

// JSON that has one reading only. Whatever two parsers could read differently is refused, since a
// signature covers bytes and not a reading. Package-private to gateway/translation.
//
// Thread-safe: pure functions, plain values.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Deepest nesting of arrays and objects. Standards use four levels.
inline constexpr int kJsonDepthMax = 32;
// Values in one document, nested ones and members counted. The largest sample has under 100.
inline constexpr size_t kJsonValuesMax = 2000;

struct JsonMember;

// One value; a plain tree, bounded by the limits above.
struct JsonValue {
  enum class Kind { kNull, kBoolean, kNumber, kText, kArray, kObject };

  Kind kind = Kind::kNull;
  bool boolean = false;
  // Text, or a number as it stood in the document.
  std::string text;
  std::vector<JsonValue> items;     // arrays
  std::vector<JsonMember> members;  // objects, in document order

  // Result: the member; null when this is no object or has none of the name.
  const JsonValue* Find(absl::string_view name) const;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

// Parses one JSON text, UTF-8.
// Errors: DOCUMENT_MALFORMED, for: more than kDocumentBytesMax bytes, a byte order mark, text that
// is not UTF-8, unpaired surrogates, a member name twice in one object, a number beyond 2^53 in
// magnitude, more than kJsonDepthMax levels or kJsonValuesMax values, anything after the value.
// Source: RFC 8259, RFC 7493 (I-JSON) 2; docs/threats.md R08, R09.
absl::StatusOr<JsonValue> ParseStrictJson(absl::string_view text);

// Appends `text` as a JSON text with quotes: only what RFC 8259 7 demands is escaped.
// REQUIRES: `text` is UTF-8.
void AppendJsonText(absl::string_view text, std::string* out);

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_STRICT_JSON_H_
