#ifndef MRG_GATEWAY_RPC_EPOCH_KEY_FETCHER_H_
#define MRG_GATEWAY_RPC_EPOCH_KEY_FETCHER_H_

// Gets the licence-tag keys of one peer's jurisdictions from its node, again every hour. Which
// jurisdictions those are is what the snapshot in force says, never what the peer says.

#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/rpc/epoch_keyring.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "grpcpp/channel.h"

namespace mrg {

// RunOnce by one thread at a time.
class EpochKeyFetcher {
 public:
  // All pointers must outlive this. `timeout` bounds one call.
  EpochKeyFetcher(MemberId peer, std::shared_ptr<grpc::Channel> channel, absl::Duration timeout,
                  const SnapshotHolder* snapshots, EpochKeyring* epoch_keys, const Clock* clock,
                  EventLog* events);
  ~EpochKeyFetcher();

  // Fetches what is due: a key that is not held at once, then every second while it cannot be had;
  // a key that is held every hour.
  void RunOnce(absl::Time now);

 private:
  struct Stub;

  void Fetch(const std::string& jurisdiction);

  const MemberId peer_;
  const absl::Duration timeout_;
  const SnapshotHolder* const snapshots_;
  EpochKeyring* const epoch_keys_;
  const Clock* const clock_;
  EventLog* const events_;
  const std::unique_ptr<Stub> stub_;

  std::map<std::string, absl::Time> tried_at_;  // jurisdiction -> last try
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_EPOCH_KEY_FETCHER_H_
