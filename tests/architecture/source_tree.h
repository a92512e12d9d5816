#ifndef MRG_TESTS_ARCHITECTURE_SOURCE_TREE_H_
#define MRG_TESTS_ARCHITECTURE_SOURCE_TREE_H_

// The project's source files as text, for tests that prove rules about the source itself. Holds
// nothing about what the rules are. Read-only after loading; any thread may read it.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mrg {

struct SourceFile {
  std::string path;     // from the workspace root, e.g. "gateway/base/clock.h"
  std::string content;  // as on disk
};

// Result: every file of the workspace in path order, without .git, build output (bazel-*), Python
// caches, node_modules and the demo's data. Symbolic links are not followed.
// Errors: ends the test binary when the workspace root cannot be found from the runfiles.
const std::vector<SourceFile>& WorkspaceFiles();

// Result: the workspace root's entries: the names of files and folders, sorted, without build
// output.
std::vector<std::string> TopLevelEntries();

// Result: the folder that holds WORKSPACE, absolute.
std::string WorkspaceRoot();

// Result: the content of one workspace file; empty when there is none.
std::string ReadWorkspaceFile(absl::string_view path);

// Result: `code` with comments blanked and, unless `keep_strings`, the inside of string and
// character literals too. Line ends are kept, so line numbers stay true. Raw strings are
// understood.
std::string CodeOnly(absl::string_view code, bool keep_strings = false);

struct Include {
  int line;            // from 1
  std::string target;  // as written between the quotes or angle brackets
};

// Result: the #include lines of a C++ file, in order; those in comments are not seen.
std::vector<Include> IncludesOf(const SourceFile& file);

// Result: true for .cc and .h files.
bool IsCpp(absl::string_view path);

// Result: true for what only tests link: tests/, testing/ folders and *_test.cc, *_fuzz.cc files.
bool IsTestCode(absl::string_view path);

// Result: the findings as one text, one a line; what a failed rule prints.
std::string Lines(const std::vector<std::string>& findings);

}  // namespace mrg

#endif  // MRG_TESTS_ARCHITECTURE_SOURCE_TREE_H_
