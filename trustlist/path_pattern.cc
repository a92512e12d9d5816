#include "trustlist/path_pattern.h"

#include <cstddef>

namespace mrg {
namespace {

constexpr size_t kNowhere = absl::string_view::npos;

// Result: the place behind the `[...]` that begins at `p`; npos when it is never closed, and then
// the bracket stands for itself. A ']' that comes first is one of the set.
size_t EndOfSet(absl::string_view pattern, size_t p) {
  size_t first = p + 1;
  if (first < pattern.size() && pattern[first] == '!') ++first;
  const size_t close = pattern.find(']', first + 1);
  return close == kNowhere ? kNowhere : close + 1;
}

// REQUIRES: `set` is a closed `[...]`.
bool InSet(absl::string_view set, char c) {
  const bool negated = set[1] == '!';
  const absl::string_view members = set.substr(negated ? 2 : 1, set.size() - (negated ? 3 : 2));
  bool found = false;
  for (size_t i = 0; i < members.size(); ++i) {
    if (i + 2 < members.size() && members[i + 1] == '-') {
      found = found || (members[i] <= c && c <= members[i + 2]);
      i += 2;
    } else {
      found = found || members[i] == c;
    }
  }
  return found != negated;
}

// Matches the element of `pattern` at `*p`, which is no '*', with the character of `path` at `*t`,
// and moves both behind it. Result: false, and nothing moved, when they do not match.
bool TakeOne(absl::string_view pattern, absl::string_view path, size_t* p, size_t* t) {
  if (*p == pattern.size()) return false;
  const char c = path[*t];
  size_t behind = *p + 1;
  bool is_wildcard = pattern[*p] == '?';
  if (pattern[*p] == '[' && EndOfSet(pattern, *p) != kNowhere) {
    behind = EndOfSet(pattern, *p);
    if (!InSet(pattern.substr(*p, behind - *p), c)) return false;
    is_wildcard = true;
  }
  if (is_wildcard ? c == '/' : pattern[*p] != c) return false;
  *p = behind;
  ++*t;
  // A wildcard stands for a character, which in UTF-8 may have more bytes.
  while (is_wildcard && *t < path.size() && (path[*t] & 0xC0) == 0x80) ++*t;
  return true;
}

}  // namespace

bool MatchesPathPattern(absl::string_view pattern, absl::string_view path) {
  // One pass with a single point of return: after a '*' only the last one needs to be tried again.
  size_t p = 0;
  size_t t = 0;
  size_t star = kNowhere;
  size_t star_text = 0;
  while (t < path.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (TakeOne(pattern, path, &p, &t)) {
      continue;
    } else if (star != kNowhere && path[star_text] != '/') {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace mrg
