#ifndef MRG_GATEWAY_RPC_EPOCH_KEY_FETCHER_H_
#define MRG_GATEWAY_RPC_EPOCH_KEY_FETCHER_H_

// Gets the licence-tag keys of one peer's jurisdictions from its node: of every epoch, ahead of its
// use, looking again every hour. Which jurisdictions those are is what the snapshot in force says,
// never what the peer says.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "grpcpp/channel.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// RunOnce by one thread at a time.
class EpochKeyFetcher {
 public:
  // Asks the peer for one key; epoch 0: the one in use. Errors: the peer's, FETCH_FAILED.
  using Ask = std::function<absl::StatusOr<trustlist::v1::GetEpochKeyResponse>(
      const std::string& jurisdiction, uint32_t epoch)>;

  // All pointers must outlive this. `timeout` bounds one call.
  EpochKeyFetcher(MemberId peer, std::shared_ptr<grpc::Channel> channel, absl::Duration timeout,
                  const SnapshotHolder* snapshots, EpochKeyring* epoch_keys, const Clock* clock,
                  EventLog* events);
  // The same by any way to the peer.
  EpochKeyFetcher(MemberId peer, Ask ask, const SnapshotHolder* snapshots, EpochKeyring* epoch_keys,
                  EventLog* events);

  // Fetches what is due. When no key of a jurisdiction is held, or the status list in force has
  // entries under an epoch whose key is not: at once, then every second while it cannot be had.
  // Otherwise every hour.
  void RunOnce(absl::Time now);

 private:
  absl::Status Fetch(const std::string& jurisdiction, const std::set<uint32_t>& needed);
  // Asks and checks the form of the answer.
  absl::StatusOr<trustlist::v1::GetEpochKeyResponse> AskFor(const std::string& jurisdiction,
                                                            uint32_t epoch) const;
  absl::Status Keep(const std::string& jurisdiction, EpochKey key);

  const MemberId peer_;
  const Ask ask_;
  const SnapshotHolder* const snapshots_;
  EpochKeyring* const epoch_keys_;
  EventLog* const events_;

  std::map<std::string, absl::Time> tried_at_;  // jurisdiction -> last try
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_EPOCH_KEY_FETCHER_H_
