#ifndef MRG_TRUSTLIST_FORMAT_PATH_PATTERN_H_
#define MRG_TRUSTLIST_FORMAT_PATH_PATTERN_H_

// Path patterns of delegations.
//
// Thread-safe: pure functions.

#include <cstddef>

#include "absl/strings/string_view.h"
#include "trustlist/format/match_work.h"

namespace mrg {

// Result: true when `path` matches `pattern`, segment by segment between the '/', of which both
// must have the same number. In a segment '*' stands for any characters, '?' for one and `[a-z]` or
// `[!a-z]` for one in or outside a set. A bracket that is not closed in its segment stands for
// itself. Both are UTF-8 and a character is a code point; a byte that is no UTF-8 is a character
// of its own.
// Work: at most the characters of the path times those of the pattern; false when it runs out.
// Source: TUF 1.0 section 4.5 (PATHPATTERN), which names glob(7).
bool MatchesPathPattern(absl::string_view pattern, absl::string_view path, MatchWork* work);

// The characters of a pattern that stand for themselves at its two ends. One without wildcards has
// all of them in both.
struct PatternEnds {
  absl::string_view head;  // what every path that matches begins with
  absl::string_view tail;  // and ends with
};
PatternEnds EndsOfPattern(absl::string_view pattern);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_PATH_PATTERN_H_
