#ifndef MRG_TESTS_GOLDEN_GOLDEN_FILE_H_
#define MRG_TESTS_GOLDEN_GOLDEN_FILE_H_

// Compares text with a file of the repository that is generated, and rewrites that file when asked
// to. Test code only; one thread.

#include "absl/strings/string_view.h"

namespace mrg {

// Expects that the repository file `path` ("gateway/docs/REASONS.md") holds exactly `actual`. The
// test target names the file as data and carries the tag "golden".
// Under `./tests/run --golden` the file is rewritten instead, and the expectation holds.
void ExpectGolden(absl::string_view path, absl::string_view actual);

}  // namespace mrg

#endif  // MRG_TESTS_GOLDEN_GOLDEN_FILE_H_
