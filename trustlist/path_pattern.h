#ifndef MRG_TRUSTLIST_PATH_PATTERN_H_
#define MRG_TRUSTLIST_PATH_PATTERN_H_

// Path patterns of delegations.
//
// Thread-safe: pure function.

#include "absl/strings/string_view.h"

namespace mrg {

// Result: true when `path` matches `pattern`, where '*' stands for any characters and '?' for one,
// neither ever for '/'. Source: TUF 1.0 section 4.5 (PATHPATTERN).
bool MatchesPathPattern(absl::string_view pattern, absl::string_view path);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_PATH_PATTERN_H_
