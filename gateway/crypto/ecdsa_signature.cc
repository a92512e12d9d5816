#include "gateway/crypto/ecdsa_signature.h"

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr uint8_t kSequenceTag = 0x30;
constexpr uint8_t kIntegerTag = 0x02;
// Two integers of at most 127 bytes fit the short form of a DER length; anything longer is not a
// signature on a 256-bit curve.
constexpr uint8_t kShortLengthMax = 0x7F;

absl::Status NotDer(absl::string_view detail) {
  return MakeError(Reason::kSignatureNotDer, detail);
}

// Takes one tag-length-value off `rest`. Result: the value.
absl::StatusOr<absl::string_view> TakeValue(uint8_t tag, absl::string_view* rest) {
  if (rest->size() < 2 || static_cast<uint8_t>((*rest)[0]) != tag) {
    return NotDer("expected SEQUENCE { INTEGER r, INTEGER s }");
  }
  const uint8_t length = static_cast<uint8_t>((*rest)[1]);
  if (length > kShortLengthMax) return NotDer("expected the shortest form of each length");
  if (rest->size() < size_t{2} + length) return NotDer("expected as many bytes as stated");
  const absl::string_view value = rest->substr(2, length);
  rest->remove_prefix(size_t{2} + length);
  return value;
}

absl::Status CheckInteger(absl::string_view name, absl::string_view value,
                          absl::string_view order) {
  if (value.empty()) return NotDer("expected an INTEGER of at least one byte");
  if ((static_cast<uint8_t>(value[0]) & 0x80) != 0) {
    return NotDer("expected a positive INTEGER, with a leading zero where its top bit is set");
  }
  if (value.size() > 1 && value[0] == '\0' && (static_cast<uint8_t>(value[1]) & 0x80) == 0) {
    return NotDer("expected no needless leading zero");
  }
  if (value[0] == '\0') value.remove_prefix(1);
  const bool zero = value.empty();
  // string_view compares bytes as unsigned, so equal lengths compare as numbers do.
  const bool too_large =
      value.size() > order.size() || (value.size() == order.size() && value >= order);
  if (zero || too_large) {
    return MakeError(Reason::kSignatureOutOfRange,
                     absl::StrCat("expected ", name, " in [1, n - 1]"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckEcdsaSignature(absl::string_view signature, absl::string_view order) {
  absl::string_view rest = signature;
  MRG_ASSIGN_OR_RETURN(absl::string_view body, TakeValue(kSequenceTag, &rest));
  if (!rest.empty()) {
    return MakeError(Reason::kSignatureTrailingBytes, "expected nothing after the SEQUENCE");
  }
  MRG_ASSIGN_OR_RETURN(const absl::string_view r, TakeValue(kIntegerTag, &body));
  MRG_ASSIGN_OR_RETURN(const absl::string_view s, TakeValue(kIntegerTag, &body));
  if (!body.empty()) {
    return MakeError(Reason::kSignatureTrailingBytes, "expected nothing after s");
  }
  MRG_RETURN_IF_ERROR(CheckInteger("r", r, order));
  return CheckInteger("s", s, order);
}

}  // namespace mrg
