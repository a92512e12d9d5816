#ifndef MRG_GATEWAY_FEDERATION_FOLLOW_FOLLOWING_TURNS_H_
#define MRG_GATEWAY_FEDERATION_FOLLOW_FOLLOWING_TURNS_H_

// One client of a publisher at a time, whichever way its lists come: what goes in force on the node
// is in the order in which it was verified. Held over a whole refresh.

#include <map>
#include <vector>

#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/federation/peer.h"

namespace mrg {

// Thread-safe.
class FollowingTurns {
 public:
  explicit FollowingTurns(const std::vector<Peer>& peers) {
    for (const Peer& peer : peers) turns_[peer.member];
  }
  // REQUIRES: one of the peers.
  Mutex& Of(const MemberId& publisher) { return turns_.at(publisher); }

 private:
  std::map<MemberId, Mutex> turns_;  // its keys are constant
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_FOLLOW_FOLLOWING_TURNS_H_
