#ifndef MRG_TESTS_SCENARIO_FAKE_PEER_H_
#define MRG_TESTS_SCENARIO_FAKE_PEER_H_

// A member's node in the hands of an attacker: it has the node's certificate and its place on the
// network, and hands out which files of the member's repository it likes. It has none of the keys
// that sign them; with stolen ones see forged_repository.h.
//
// Threads: made, changed and destroyed by the test's main thread.

#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "tests/federation/federation.h"

namespace mrg {

// The newest file of each role of a repository at one moment, as the member's node served them. A
// version of a role that is to differ from the newest stands beside it as "<version>.<role>", and
// content of targets that followers do not have yet by its ContentName.
using RepositoryMoment = std::map<std::string, std::string>;

// Result: where a target's or a tree node's bytes with that SHA-256, 32 bytes, stand in a moment.
std::string ContentName(absl::string_view sha256);

// Result: what `member` serves now to the node of the other region.
RepositoryMoment MomentOf(const Federation& federation, const std::string& member);

class FakePeer {
 public:
  // Takes the place of `member`, whose own node has stopped, and serves `moment` whatever version
  // is asked for; of the roots after the first, only those that stand there by version. Whoever
  // watches is told of ever newer versions.
  FakePeer(const Federation& federation, const std::string& member, RepositoryMoment moment);
  ~FakePeer();

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_FAKE_PEER_H_
