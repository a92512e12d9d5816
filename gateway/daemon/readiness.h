#ifndef MRG_GATEWAY_DAEMON_READINESS_H_
#define MRG_GATEWAY_DAEMON_READINESS_H_

// Whether the node may decide. Lists that ran out do not count here: then it decides, and says
// STALE_TRUST.
//
// Thread-safe: pure function.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/crypto/public_key.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/witness/log_keys.h"

namespace mrg {

struct ReadinessFacts {
  const RecognitionSnapshot* snapshot = nullptr;  // null: nothing is in force
  std::vector<JurisdictionId> jurisdictions;      // that the node serves; empty at the hub
  std::string log_origin;
  const PublicKey* log_key = nullptr;  // the node's own
  std::vector<LogKey> listed_keys;     // of the own member, in force
  absl::Status log_standing;           // LogStanding::Check
  StoreStanding store = StoreStanding::kWorks;
  bool commit_hangs = false;     // CommitWatch::Hangs
  std::string clock_doubt = {};  // PeerClocks::Look
};

// Result: why the node may not decide, each "REASON: sentence"; empty when it may.
std::vector<std::string> NotReadyReasons(const ReadinessFacts& facts, absl::Time now);

// Whether the own log key is listed for the own log at `now`. Errors: LOG_KEY_NOT_TRUSTED.
absl::Status CheckLogKeyListed(const ReadinessFacts& facts, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_READINESS_H_
