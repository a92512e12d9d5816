#ifndef MRG_TESTS_ARCHITECTURE_FORBIDDEN_CALLS_H_
#define MRG_TESTS_ARCHITECTURE_FORBIDDEN_CALLS_H_

// Calls that only one place may make (clock, threads, locks, environment, randomness) or nobody
// (sleep, throw, dynamic_cast), each with what to use instead. Pure functions.

#include <string>
#include <vector>

#include "tests/architecture/source_tree.h"

namespace mrg {

// Result: one line for each forbidden call in the C++ files of gateway/, trustlist/, dispute/ and
// tests/, naming file, line, call and replacement. Comments and strings are not looked at.
std::vector<std::string> ForbiddenCalls(const std::vector<SourceFile>& files);

}  // namespace mrg

#endif  // MRG_TESTS_ARCHITECTURE_FORBIDDEN_CALLS_H_
