#ifndef MRG_TESTS_SCENARIO_LOG_AUDITOR_H_
#define MRG_TESTS_SCENARIO_LOG_AUDITOR_H_

// `mrgctl log` as the Delta's auditor runs it: with the auditor's own certificate at both
// listeners, and the Delta's first root.
//
// Threads: of the test's main thread.

#include <string>
#include <vector>

#include "tests/federation/federation.h"

namespace mrg {

// Runs `mrgctl log` with `words`; what the auditor has come to know is in the folder `state`.
inline Ran MrgctlLog(const Federation& federation, const std::string& state,
                     std::vector<std::string> words) {
  words.insert(words.begin(), "log");
  words.insert(
      words.end(),
      {"--publisher", kDelta, "--address", federation.Address(kDelta, "api"), "--cert",
       federation.Path(kDelta, "tls/auditor.pem"), "--key",
       federation.Path(kDelta, "tls/auditor.key"), "--ca", federation.Path(kDelta, "tls/ca.pem"),
       "--trust-address", federation.Address(kDelta, "federation"), "--root",
       federation.Path(kDelta, "repository/metadata/1.root.json"), "--state", state});
  return federation.Mrgctl(words);
}

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_LOG_AUDITOR_H_
