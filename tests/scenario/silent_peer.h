#ifndef MRG_TESTS_SCENARIO_SILENT_PEER_H_
#define MRG_TESTS_SCENARIO_SILENT_PEER_H_

// A member's node that takes every call and answers none, or only those of some methods.
//
// Threads: made and destroyed by the test's main thread.

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "tests/federation/federation.h"

namespace mrg {

class SilentPeer {
 public:
  // Stands in the place of `member`, whose own node does not run. `answers`: by method
  // ("/package.Service/Method") the bytes of the message with which each of its calls is answered.
  SilentPeer(const Federation& federation, const std::string& member,
             std::map<std::string, std::string> answers = {});
  ~SilentPeer();

  // Result: how many calls of that method wait for an answer.
  size_t Waiting(const std::string& method) const;
  // Result: how many calls of that method were answered.
  size_t Answered(const std::string& method) const;

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_SILENT_PEER_H_
