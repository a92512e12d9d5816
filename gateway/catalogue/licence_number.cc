#include "gateway/catalogue/licence_number.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace mrg {
namespace {

// Result: the ASCII form of the full-width character at the start of `rest` (U+FF01 to U+FF5E);
// 0 when there is none.
char HalfWidth(absl::string_view rest) {
  if (rest.size() < 3 || rest[0] != '\xEF') return 0;
  const unsigned char second = static_cast<unsigned char>(rest[1]);
  const unsigned char third = static_cast<unsigned char>(rest[2]);
  if (second == 0xBC && third >= 0x81 && third <= 0xBF)
    return static_cast<char>(third - 0x81 + 0x21);
  if (second == 0xBD && third >= 0x80 && third <= 0x9E)
    return static_cast<char>(third - 0x80 + 0x60);
  return 0;
}

}  // namespace

std::string NormaliseNumber(absl::string_view number) {
  std::string normal;
  for (size_t i = 0; i < number.size();) {
    const absl::string_view rest = number.substr(i);
    if (const char half = HalfWidth(rest); half != 0) {
      normal += absl::ascii_toupper(half);
      i += 3;
    } else if (absl::StartsWith(rest, "〔") || absl::StartsWith(rest, "【")) {
      normal += '[';
      i += 3;
    } else if (absl::StartsWith(rest, "〕") || absl::StartsWith(rest, "】")) {
      normal += ']';
      i += 3;
    } else if (absl::StartsWith(rest, "\u3000")) {
      i += 3;
    } else if (absl::StartsWith(rest, "\u00a0")) {
      i += 2;
    } else {
      if (!absl::ascii_isspace(rest[0])) normal += absl::ascii_toupper(rest[0]);
      i += 1;
    }
  }
  return normal;
}

}  // namespace mrg
