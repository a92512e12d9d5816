#ifndef MRG_GATEWAY_BASE_REQUEST_FIELDS_H_
#define MRG_GATEWAY_BASE_REQUEST_FIELDS_H_

// Checks of request fields before anything else looks at them. Every error names the field's path,
// says what was expected and never repeats the value.
//
// Thread-safe: pure functions.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "google/protobuf/timestamp.pb.h"

namespace mrg {

// A text that must be there: 1 to `bytes_max` bytes of UTF-8, every character shown as itself
// (displayed_text.h).
// Errors: FIELD_REQUIRED, FIELD_TOO_LONG, FIELD_NOT_UTF8, FIELD_MALFORMED.
absl::Status RequireText(absl::string_view field, absl::string_view text, size_t bytes_max);

// A text that may be empty; otherwise as RequireText.
absl::Status OptionalText(absl::string_view field, absl::string_view text, size_t bytes_max);

// Bytes that must be there, at most `bytes_max`. Errors: FIELD_REQUIRED, FIELD_TOO_LONG.
absl::Status RequireBytes(absl::string_view field, absl::string_view bytes, size_t bytes_max);

// Bytes of exactly `size`, such as a SHA-256. Errors: FIELD_REQUIRED, FIELD_MALFORMED.
absl::Status RequireBytesOfSize(absl::string_view field, absl::string_view bytes, size_t size);

// A list of at most `items_max` items. Errors: FIELD_TOO_LONG.
absl::Status RequireAtMost(absl::string_view field, size_t items, size_t items_max);

// An enum value that this version knows. `value` is the number on the wire, `known` what the
// generated Foo_IsValid says of it. Errors: ENUM_UNSPECIFIED.
absl::Status RequireEnum(absl::string_view field, int value, bool known);

// A timestamp that is set and within year 1 to 9999. Errors: FIELD_REQUIRED, FIELD_MALFORMED.
// Source: google/protobuf/timestamp.proto.
absl::Status RequireTimestamp(absl::string_view field, bool present,
                              const google::protobuf::Timestamp& timestamp);

// An identifier of gateway/base/identifiers.h: RequireId<JurisdictionId>("using_jurisdiction", …).
// Errors: FIELD_REQUIRED, FIELD_MALFORMED.
template <typename Id>
absl::StatusOr<Id> RequireId(absl::string_view field, absl::string_view text) {
  if (text.empty()) return MakeFieldError(Reason::kFieldRequired, field, "expected a value");
  auto id = Id::Parse(text);
  if (!id.ok()) {
    // The identifier's own message states the form and not the value.
    absl::string_view expected = id.status().message();
    const size_t token_end = expected.find(": ");
    if (token_end != absl::string_view::npos) expected.remove_prefix(token_end + 2);
    return MakeFieldError(Reason::kFieldMalformed, field, expected);
  }
  return *std::move(id);
}

// The same where empty means absent. Result: nullopt for an empty text.
template <typename Id>
absl::StatusOr<std::optional<Id>> OptionalId(absl::string_view field, absl::string_view text) {
  if (text.empty()) return std::optional<Id>();
  auto id = RequireId<Id>(field, text);
  if (!id.ok()) return id.status();
  return std::optional<Id>(*std::move(id));
}

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_REQUEST_FIELDS_H_
