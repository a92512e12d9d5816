#ifndef MRG_TESTS_ARCHITECTURE_BUILD_RULES_H_
#define MRG_TESTS_ARCHITECTURE_BUILD_RULES_H_

// Rules about who may use what: packages are closed unless they say otherwise, and what is open, or
// is a header at all, has a user. Pure functions over the text of the source tree; each returns one
// line a finding. BUILD files are read as they are written here (buildifier's form), not as
// programs.

#include <string>
#include <vector>

#include "tests/architecture/source_tree.h"

namespace mrg {

// Packages of the product whose default visibility is not private, but for those that the .cc file
// lists as still to be closed.
std::vector<std::string> PackagesOpenByDefault(const std::vector<SourceFile>& files);

// Targets that a package of the product opens to others, and that no other package names.
std::vector<std::string> OpenTargetsWithoutUser(const std::vector<SourceFile>& files);

// Headers of the product that only their own .cc file and tests include.
std::vector<std::string> HeadersWithoutUser(const std::vector<SourceFile>& files);

}  // namespace mrg

#endif  // MRG_TESTS_ARCHITECTURE_BUILD_RULES_H_
