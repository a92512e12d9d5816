#ifndef MRG_TESTS_ARCHITECTURE_LAYERS_H_
#define MRG_TESTS_ARCHITECTURE_LAYERS_H_

// Which package may include which: the level table of gateway/docs/ARCHITECTURE.md as data, and the
// check of a set of files against it. Pure functions.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/architecture/source_tree.h"

namespace mrg {

// Result: the package that owns a source path or an include target, e.g. "gateway/crypto" for
// "gateway/crypto/testing/failing_signer.h", "trustlist", "proto" for "mrg/audit/v1/audit.pb.h";
// empty for what belongs to no package of ours (system headers).
std::string PackageOf(absl::string_view path);

// Result: one line for each #include that points sideways or up, at a package outside the table, at
// test code from production code, or at a library that another package owns; naming file, line and
// edge. tests/ may include everything.
std::vector<std::string> WrongEdges(const std::vector<SourceFile>& files);

}  // namespace mrg

#endif  // MRG_TESTS_ARCHITECTURE_LAYERS_H_
