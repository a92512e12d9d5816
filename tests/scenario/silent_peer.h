#ifndef MRG_TESTS_SCENARIO_SILENT_PEER_H_
#define MRG_TESTS_SCENARIO_SILENT_PEER_H_

// A member's node that takes every call and never answers one.
//
// Threads: made and destroyed by the test's main thread.

#include <cstddef>
#include <memory>
#include <string>

#include "tests/federation/federation.h"

namespace mrg {

class SilentPeer {
 public:
  // Stands in the place of `member`, whose own node does not run.
  SilentPeer(const Federation& federation, const std::string& member);
  ~SilentPeer();

  // Result: how many calls of that method ("/package.Service/Method") wait for an answer.
  size_t Waiting(const std::string& method) const;

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_SILENT_PEER_H_
