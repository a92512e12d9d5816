#ifndef MRG_TESTS_ARCHITECTURE_FILE_RULES_H_
#define MRG_TESTS_ARCHITECTURE_FILE_RULES_H_

// Rules about files as such: length, names, header shape, top level, words that must not stand in
// the project, and that each source file belongs to a build target. Pure functions; each returns
// one line a finding.

#include <string>
#include <vector>

#include "tests/architecture/source_tree.h"

namespace mrg {

// Source files longer than 500 lines. Vendored protos are exempt.
std::vector<std::string> LongFiles(const std::vector<SourceFile>& files);

// Files and folders whose name says nothing of what is inside (a list of grab-bag words).
std::vector<std::string> GrabBagNames(const std::vector<SourceFile>& files);

// Headers without the guard of their path, or without a purpose paragraph right after it.
std::vector<std::string> MisshapenHeaders(const std::vector<SourceFile>& files);

// Top-level entries outside the fixed list.
std::vector<std::string> StrayTopLevelEntries(const std::vector<std::string>& entries);

// Marks of unfinished work, switched-off tests, and paths of one machine.
std::vector<std::string> UnwantedWords(const std::vector<SourceFile>& files);

// C++ files that the nearest BUILD.bazel above them does not name: they would never be compiled.
std::vector<std::string> FilesOutsideTheBuild(const std::vector<SourceFile>& files);

}  // namespace mrg

#endif  // MRG_TESTS_ARCHITECTURE_FILE_RULES_H_
