#include "gateway/base/displayed_text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gateway/base/code_points.h"

namespace mrg {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// Sorted. Source: Unicode 15, DerivedCoreProperties.txt (Default_Ignorable_Code_Point),
// PropList.txt (White_Space, Bidi_Control), and section 23.7 for noncharacters of the first plane.
constexpr Range kHidden[] = {
    {0x0000, 0x001F},    // C0
    {0x007F, 0x009F},    // DEL and C1
    {0x00AD, 0x00AD},    // soft hyphen
    {0x034F, 0x034F},    // combining grapheme joiner
    {0x061C, 0x061C},    // Arabic letter mark
    {0x115F, 0x1160},    // Hangul fillers
    {0x17B4, 0x17B5},    // Khmer inherent vowels
    {0x180B, 0x180F},    // Mongolian selectors and vowel separator
    {0x200B, 0x200F},    // zero-width characters and marks of direction
    {0x2028, 0x202E},    // line and paragraph separators, embeddings and overrides
    {0x2060, 0x206F},    // word joiner, invisible operators, isolates, deprecated formats
    {0x3164, 0x3164},    // Hangul filler
    {0xFDD0, 0xFDEF},    // noncharacters
    {0xFE00, 0xFE0F},    // variation selectors
    {0xFEFF, 0xFEFF},    // byte-order mark
    {0xFFA0, 0xFFA0},    // half-width Hangul filler
    {0xFFF0, 0xFFFB},    // unassigned, interlinear annotation
    {0x1BCA0, 0x1BCA3},  // shorthand formats
    {0x1D173, 0x1D17A},  // musical formats
    {0xE0000, 0xE0FFF},  // tags and further variation selectors
};

bool IsIn(uint32_t code, uint32_t first, uint32_t last) { return code >= first && code <= last; }

bool IsHidden(uint32_t code) {
  if (IsIn(code, 0x20, 0x7E) || IsIn(code, 0x4E00, 0x9FFF)) return false;  // nearly every character
  if ((code & 0xFFFE) == 0xFFFE) return true;  // the last two of each plane are noncharacters
  const Range* const range =
      std::lower_bound(std::begin(kHidden), std::end(kHidden), code,
                       [](const Range& one, uint32_t wanted) { return one.last < wanted; });
  return range != std::end(kHidden) && range->first <= code;
}

bool IsIdeograph(uint32_t code) {
  return IsIn(code, 0x3400, 0x4DBF) || IsIn(code, 0x4E00, 0x9FFF) || IsIn(code, 0xF900, 0xFAFF) ||
         IsIn(code, 0x20000, 0x3FFFD);
}

// Whether `code` only says how the character `before` is written (Unicode 23.4).
bool IsPartOf(uint32_t before, uint32_t code) {
  if (IsIn(code, 0xFE00, 0xFE0F) || IsIn(code, 0xE0100, 0xE01EF)) return IsIdeograph(before);
  return IsIn(code, 0x180B, 0x180F) && IsIn(before, 0x1820, 0x18AA);
}

// Calls `shown` with each character that is shown as itself, `hidden` with each code point that is
// not, `no_text` with each byte that is no UTF-8. Stops when one of them says false.
template <typename Shown, typename Hidden, typename NoText>
void ForEach(absl::string_view text, Shown shown, Hidden hidden, NoText no_text) {
  uint32_t before = 0;
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    bool more;
    if (point.bytes == 0) {
      more = no_text(static_cast<uint8_t>(text[0]));
    } else if (IsHidden(point.value) && !IsPartOf(before, point.value)) {
      more = hidden(point.value);
    } else {
      more = shown(text.substr(0, point.bytes));
    }
    if (!more) return;
    before = point.value;
    text.remove_prefix(std::max(point.bytes, size_t{1}));
  }
}

std::string Escaped(absl::string_view text, bool quoted) {
  std::string out;
  out.reserve(text.size());
  ForEach(
      text,
      [&](absl::string_view character) {
        if (quoted && (character == "\"" || character == "\\")) out += '\\';
        absl::StrAppend(&out, character);
        return true;
      },
      [&](uint32_t code) {
        absl::StrAppendFormat(&out, "\\u{%02X}", code);
        return true;
      },
      [&](uint8_t byte) {
        absl::StrAppendFormat(&out, "\\x{%02X}", byte);
        return true;
      });
  return out;
}

bool IsOfWord(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::StrContains("._:/*+-", absl::string_view(&c, 1));
}

}  // namespace

bool IsDisplayed(absl::string_view text) {
  bool displayed = true;
  const auto refuse = [&](auto) { return displayed = false; };
  ForEach(
      text, [](absl::string_view) { return true; }, refuse, refuse);
  return displayed;
}

std::string Displayed(absl::string_view text) { return Escaped(text, /*quoted=*/false); }

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", Escaped(text, /*quoted=*/true), "\"");
}

std::string Word(absl::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), IsOfWord);
  return plain ? std::string(text) : Quoted(text);
}

std::string DisplayedJson(absl::string_view json) {
  std::string out;
  out.reserve(json.size());
  const auto escape = [&](uint32_t code) {
    if (code > 0xFFFF) {
      code -= 0x10000;
      absl::StrAppendFormat(&out, "\\u%04x\\u%04x", 0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF));
    } else {
      absl::StrAppendFormat(&out, "\\u%04x", code);
    }
    return true;
  };
  ForEach(
      json,
      [&](absl::string_view character) {
        absl::StrAppend(&out, character);
        return true;
      },
      escape, [&](uint8_t) { return escape(0xFFFD); });
  return out;
}

}  // namespace mrg
