#include "gateway/base/request_fields.h"

#include "gateway/base/displayed_text.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"

namespace mrg {

absl::Status RequireText(absl::string_view field, absl::string_view text, size_t bytes_max) {
  if (text.empty()) return MakeFieldError(Reason::kFieldRequired, field, "expected a text");
  return OptionalText(field, text, bytes_max);
}

absl::Status OptionalText(absl::string_view field, absl::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) {
    return MakeFieldError(Reason::kFieldTooLong, field,
                          absl::StrCat("expected at most ", bytes_max, " bytes"));
  }
  if (!IsUtf8(text)) return MakeFieldError(Reason::kFieldNotUtf8, field, "expected UTF-8");
  if (!IsDisplayed(text)) {
    return MakeFieldError(Reason::kFieldMalformed, field,
                          "expected no control, bidi or invisible characters");
  }
  return absl::OkStatus();
}

absl::Status RequireBytes(absl::string_view field, absl::string_view bytes, size_t bytes_max) {
  if (bytes.empty()) return MakeFieldError(Reason::kFieldRequired, field, "expected bytes");
  if (bytes.size() > bytes_max) {
    return MakeFieldError(Reason::kFieldTooLong, field,
                          absl::StrCat("expected at most ", bytes_max, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status RequireBytesOfSize(absl::string_view field, absl::string_view bytes, size_t size) {
  if (bytes.empty()) return MakeFieldError(Reason::kFieldRequired, field, "expected bytes");
  if (bytes.size() != size) {
    return MakeFieldError(Reason::kFieldMalformed, field,
                          absl::StrCat("expected exactly ", size, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status RequireAtMost(absl::string_view field, size_t items, size_t items_max) {
  if (items <= items_max) return absl::OkStatus();
  return MakeFieldError(Reason::kFieldTooLong, field,
                        absl::StrCat("expected at most ", items_max, " items"));
}

absl::Status RequireEnum(absl::string_view field, int value, bool known) {
  if (value != 0 && known) return absl::OkStatus();
  return MakeFieldError(Reason::kEnumUnspecified, field, "expected one of the named values");
}

absl::Status RequireTimestamp(absl::string_view field, bool present,
                              const google::protobuf::Timestamp& timestamp) {
  if (!present) return MakeFieldError(Reason::kFieldRequired, field, "expected a time");
  if (!IsInYears1To9999(timestamp)) {
    return MakeFieldError(Reason::kFieldMalformed, field, kTimeExpected);
  }
  return absl::OkStatus();
}

}  // namespace mrg
