#include "gateway/catalogue/licence_number.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

struct Character {
  uint32_t code_point;
  size_t bytes;
};

// REQUIRES: `text` is UTF-8 and not empty.
Character FirstOf(absl::string_view text) {
  const auto byte = [&text](size_t i) { return static_cast<uint32_t>(text[i]) & 0xFF; };
  const auto low = [&byte](size_t i) { return byte(i) & 0x3F; };
  if (byte(0) < 0x80) return {byte(0), 1};
  if (byte(0) < 0xE0) return {(byte(0) & 0x1F) << 6 | low(1), 2};
  if (byte(0) < 0xF0) return {(byte(0) & 0x0F) << 12 | low(1) << 6 | low(2), 3};
  return {(byte(0) & 0x07) << 18 | low(1) << 12 | low(2) << 6 | low(3), 4};
}

bool IsBlank(uint32_t c) {
  return c == 0xA0 || c == 0x3000 || (c < 0x80 && absl::ascii_isspace(static_cast<uint8_t>(c)));
}

// The unified ideographs: compatibility ideographs and radicals look like them and are others.
bool IsChinese(uint32_t c) {
  struct Range {
    uint32_t first, last;
  };
  constexpr Range kUnified[] = {
      {0x3007, 0x3007},    // 〇
      {0x3400, 0x4DBF},    // extension A
      {0x4E00, 0x9FFF},    // the first block
      {0x20000, 0x2A6DF},  // extension B
      {0x2A700, 0x2EE5D},  // extensions C to F and I
      {0x30000, 0x323AF},  // extensions G and H
  };
  for (const Range& range : kUnified) {
    if (range.first <= c && c <= range.last) return true;
  }
  return false;
}

// Result: the printable ASCII character that stands for this one; nullopt when none does.
std::optional<char> AsciiOf(uint32_t c) {
  if (0xFF01 <= c && c <= 0xFF5E) c = c - 0xFF01 + 0x21;
  if (c == 0x3014 || c == 0x3010) return '[';  // 〔 【
  if (c == 0x3015 || c == 0x3011) return ']';  // 〕 】
  if (c <= 0x20 || 0x7F <= c) return std::nullopt;
  return absl::ascii_toupper(static_cast<uint8_t>(c));
}

}  // namespace

absl::StatusOr<std::string> NormaliseNumber(absl::string_view field, absl::string_view number) {
  if (!IsUtf8(number)) return MakeFieldError(Reason::kFieldNotUtf8, field, "expected UTF-8");
  std::string normal;
  size_t place = 0;
  for (absl::string_view rest = number; !rest.empty();) {
    const Character character = FirstOf(rest);
    ++place;
    if (const auto ascii = AsciiOf(character.code_point)) {
      normal += *ascii;
    } else if (IsChinese(character.code_point)) {
      normal.append(rest.data(), character.bytes);
    } else if (!IsBlank(character.code_point)) {
      return MakeFieldError(Reason::kFieldMalformed, field,
                            absl::StrFormat("expected Chinese characters, letters, digits and "
                                            "signs of ASCII, found U+%04X as character %d",
                                            character.code_point, place));
    }
    rest.remove_prefix(character.bytes);
  }
  if (normal.empty()) {
    return MakeFieldError(Reason::kFieldRequired, field, "expected more than blanks");
  }
  return normal;
}

}  // namespace mrg
