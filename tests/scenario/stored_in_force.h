#ifndef MRG_TESTS_SCENARIO_STORED_IN_FORCE_H_
#define MRG_TESTS_SCENARIO_STORED_IN_FORCE_H_

// What a node that does not run has in its store: the set of a publisher that a restart begins
// with.
//
// Threads: of the test's main thread.

#include <cstdint>
#include <map>
#include <string>

namespace mrg {

// By role.
using Versions = std::map<std::string, int64_t>;

// Reads the store in the node's data folder. Result: the versions in force of the publisher. Fails
// the test when nothing is, or when content that the set lists is missing.
Versions StoredInForce(const std::string& data_folder, const std::string& publisher);

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_STORED_IN_FORCE_H_
