#ifndef MRG_GATEWAY_FEDERATION_FOLLOW_FIRST_ROOT_KEEPER_H_
#define MRG_GATEWAY_FEDERATION_FOLLOW_FIRST_ROOT_KEEPER_H_

// Sees to it that a followed publisher has a first root before its lists are asked for: looks
// whether all who have a say name one, and gets it from whichever node hands it out.

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/retry_schedule.h"
#include "gateway/base/turn.h"
#include "gateway/federation/first_roots.h"
#include "gateway/federation/on_refused.h"
#include "gateway/federation/peer.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/client/fetcher.h"

namespace mrg {

// One thread at a time.
class FirstRootKeeper {
 public:
  // `sources`: of the peer's files, its own node first. All pointers must outlive this.
  FirstRootKeeper(Peer peer, std::vector<Fetcher*> sources, const FirstRoots* first_roots,
                  OrderedStore* store, RetrySchedule retry, OnRefused refused);

  // Result: true when a root of the peer is stored. A word that is missing is looked for at each
  // call, which costs no question to a peer, and told once; fetching is tried again by schedule.
  bool Ensure(absl::Time now);

 private:
  absl::Status Confirm() const;
  absl::Status Fetch();

  const Peer peer_;
  const std::vector<Fetcher*> sources_;
  const FirstRoots* const first_roots_;
  OrderedStore* const store_;
  const OnRefused refused_;

  bool has_root_ = false;
  absl::Status unconfirmed_;  // why it was last not confirmed, and told
  Turn turn_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_FOLLOW_FIRST_ROOT_KEEPER_H_
