#ifndef MRG_GATEWAY_FEDERATION_FOLLOW_EPOCH_KEY_TURN_H_
#define MRG_GATEWAY_FEDERATION_FOLLOW_EPOCH_KEY_TURN_H_

// Gets the licence-tag keys of one peer's jurisdictions from its node: of every epoch, ahead of its
// use, looking again every hour. Which jurisdictions those are is what the snapshot in force says,
// never what the peer says.

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/retry_schedule.h"
#include "gateway/base/turn.h"
#include "gateway/base/turn_limit.h"
#include "gateway/federation/peer_connection.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

// RunOnce by one thread at a time.
class EpochKeyTurn {
 public:
  // All pointers must outlive this. `retry`: after a failure.
  EpochKeyTurn(MemberId peer, PeerConnection* connection, RetrySchedule retry,
               const SnapshotHolder* snapshots, EpochKeyring* epoch_keys, EventLog* events);

  // From now on no key is asked for once `limit`, which must outlive this, is over; what was got by
  // then is kept. REQUIRES: no RunOnce is under way.
  void StopAt(const TurnLimit* limit) { limit_ = limit; }

  // Fetches what is due. When no key of a jurisdiction is held, or the status list in force has
  // entries under an epoch whose key is not: a second after the last success. Otherwise every hour.
  // A failure is told when it is another than the last one.
  void RunOnce(absl::Time now);

 private:
  // Of one jurisdiction.
  struct Work {
    Turn turn;
    absl::Status told;  // OK: the last turn succeeded
  };

  absl::Status Fetch(const JurisdictionId& jurisdiction, const std::set<uint32_t>& needed);
  // Asks and checks the form of the answer.
  absl::StatusOr<trustlist::v1::GetEpochKeyResponse> AskFor(const JurisdictionId& jurisdiction,
                                                            uint32_t epoch) const;
  absl::Status Keep(const JurisdictionId& jurisdiction, EpochKey key);

  const MemberId peer_;
  PeerConnection* const connection_;
  const RetrySchedule retry_;
  const SnapshotHolder* const snapshots_;
  EpochKeyring* const epoch_keys_;
  EventLog* const events_;
  const TurnLimit* limit_ = nullptr;  // null: none

  std::map<JurisdictionId, Work> works_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_FOLLOW_EPOCH_KEY_TURN_H_
