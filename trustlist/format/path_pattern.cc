#include "trustlist/format/path_pattern.h"

#include <algorithm>

namespace mrg {
namespace {

constexpr size_t kNowhere = absl::string_view::npos;
// Above every code point: the bytes that are no UTF-8.
constexpr char32_t kNoCharacter = 0x110000;

// What the first byte of a character says of it.
struct Lead {
  size_t bytes = 1;
  char32_t bits = 0;
  char32_t lowest = 0;  // below it the encoding is longer than it must be
};

Lead LeadOf(unsigned char byte) {
  if ((byte & 0xE0) == 0xC0) return {2, static_cast<char32_t>(byte & 0x1F), 0x80};
  if ((byte & 0xF0) == 0xE0) return {3, static_cast<char32_t>(byte & 0x0F), 0x800};
  if ((byte & 0xF8) == 0xF0) return {4, static_cast<char32_t>(byte & 0x07), 0x10000};
  return {};
}

// Result: the character at `*at`, which is moved behind it. REQUIRES: *at < text.size().
char32_t TakeCharacter(absl::string_view text, size_t* at) {
  const auto first = static_cast<unsigned char>(text[(*at)++]);
  if (first < 0x80) return first;
  const Lead lead = LeadOf(first);
  const size_t end = *at + lead.bytes - 1;
  if (lead.bytes == 1 || end > text.size()) return kNoCharacter + first;
  char32_t character = lead.bits;
  for (size_t i = *at; i < end; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return kNoCharacter + first;
    character = character << 6 | (byte & 0x3F);
  }
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < lead.lowest || character >= kNoCharacter || surrogate) {
    return kNoCharacter + first;
  }
  *at = end;
  return character;
}

// Result: the place behind the `[...]` that begins at `p`; npos when it is not closed in its
// segment. A ']' that comes first is one of the set.
size_t EndOfSet(absl::string_view pattern, size_t p) {
  size_t first = p + 1;
  if (first < pattern.size() && pattern[first] == '!') ++first;
  for (size_t i = first; i < pattern.size() && pattern[i] != '/'; ++i) {
    if (pattern[i] == ']' && i > first) return i + 1;
  }
  return kNowhere;
}

// REQUIRES: `set` is a closed `[...]`.
bool InSet(absl::string_view set, char32_t c) {
  const bool negated = set[1] == '!';
  const absl::string_view members = set.substr(negated ? 2 : 1, set.size() - (negated ? 3 : 2));
  bool found = false;
  for (size_t i = 0; i < members.size();) {
    const char32_t low = TakeCharacter(members, &i);
    char32_t high = low;
    // A '-' at the end stands for itself.
    if (i + 1 < members.size() && members[i] == '-') high = TakeCharacter(members, &++i);
    found = found || (low <= c && c <= high);
  }
  return found != negated;
}

// Matches the element of `pattern` at `*p`, which is neither '*' nor '/', with the character of
// `path` at `*t`, which is no '/', and moves both behind it.
bool TakeOne(absl::string_view pattern, absl::string_view path, size_t* p, size_t* t,
             MatchWork* work) {
  if (*p == pattern.size()) return false;
  const char32_t c = TakeCharacter(path, t);
  if (pattern[*p] == '[') {
    const size_t behind = EndOfSet(pattern, *p);
    if (!work->Take((behind == kNowhere ? pattern.size() : behind) - *p)) return false;
    if (behind != kNowhere) {
      const absl::string_view set = pattern.substr(*p, behind - *p);
      *p = behind;
      return InSet(set, c);
    }
  }
  const bool any = pattern[*p] == '?';
  return TakeCharacter(pattern, p) == c || any;
}

}  // namespace

bool MatchesPathPattern(absl::string_view pattern, absl::string_view path, MatchWork* work) {
  size_t p = 0;
  size_t t = 0;
  // Behind the last '*' of this segment, and the character that it stands for next. Only the last
  // one needs to be tried again, so that there is no more than one way back.
  size_t star = kNowhere;
  size_t star_text = 0;
  while (t < path.size()) {
    if (!work->Take(1)) return false;
    const bool slash_wanted = p < pattern.size() && pattern[p] == '/';
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
      continue;
    }
    if (path[t] == '/') {
      // What the segment still lacks it would lack further on as well.
      if (!slash_wanted) return false;
      ++p;
      ++t;
      star = kNowhere;
      continue;
    }
    if (!slash_wanted && TakeOne(pattern, path, &p, &t, work)) continue;
    if (star == kNowhere) return false;
    TakeCharacter(path, &star_text);
    p = star;
    t = star_text;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

PatternEnds EndsOfPattern(absl::string_view pattern) {
  size_t head = kNowhere;
  size_t tail = 0;
  // Where the next ']' was looked for in vain: one look is enough for a segment.
  size_t unclosed_to = 0;
  for (size_t p = 0; p < pattern.size();) {
    size_t behind = p + 1;
    bool wildcard = pattern[p] == '*' || pattern[p] == '?';
    if (pattern[p] == '[' && p >= unclosed_to) {
      const size_t end = EndOfSet(pattern, p);
      wildcard = end != kNowhere;
      if (wildcard) {
        behind = end;
      } else {
        unclosed_to = std::min(pattern.find('/', p), pattern.size());
      }
    }
    if (wildcard) {
      if (head == kNowhere) head = p;
      tail = behind;
    }
    p = behind;
  }
  return {pattern.substr(0, head), pattern.substr(tail)};
}

}  // namespace mrg
