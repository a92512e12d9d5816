#ifndef MRG_TRUSTLIST_PATH_PATTERN_H_
#define MRG_TRUSTLIST_PATH_PATTERN_H_

// Path patterns of delegations.
//
// Thread-safe: pure function.

#include "absl/strings/string_view.h"

namespace mrg {

// Result: true when `path` matches `pattern`, where '*' stands for any characters, '?' for one and
// `[a-z]` or `[!a-z]` for one in or outside a set of ASCII characters, none of them ever for '/'.
// A bracket that is not closed stands for itself. Both are UTF-8.
// Source: TUF 1.0 section 4.5 (PATHPATTERN), which names glob(7).
bool MatchesPathPattern(absl::string_view pattern, absl::string_view path);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_PATH_PATTERN_H_
