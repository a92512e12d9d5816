#ifndef MRG_GATEWAY_CLI_LOG_FOLLOWED_LOG_H_
#define MRG_GATEWAY_CLI_LOG_FOLLOWED_LOG_H_

// The newest checkpoint of a node's log, verified by a key that its member lists and compared with
// the one that was kept before, so that a log which forgets or changes what it once showed is found
// by whoever looks twice (docs/threats.md R18).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/base/identifiers.h"
#include "gateway/cli/log/served_log.h"
#include "gateway/crypto/public_key.h"
#include "gateway/witness/log_keys.h"

namespace mrg {

struct FollowedLog {
  Checkpoint newest;                // proved to go on from the one kept before; kept now
  std::vector<PublicKey> keys;      // all that sign or have signed this log
  std::optional<uint64_t> before;   // size of the one kept before; nullopt when it is the first
  std::vector<std::string> others;  // other logs of the publisher of which a checkpoint is kept
  std::string file;                 // where it is kept
};

// Fetches the newest checkpoint of a log of `publisher`, whose keys are `log_keys`, and keeps it in
// the folder `state`. Errors: RECEIPT_CHECKPOINT_INVALID when no key that the member lists at `now`
// signed it, or the kept one is none of the log; LOG_CONTRADICTED when it does not go on from the
// kept one, which then stays, and the contradicting one is beside it; RECORD_NOT_FOUND for an empty
// log; as ServedLog and KeptCheckpoints.
absl::StatusOr<FollowedLog> FollowLog(const ServedLog& log, const MemberId& publisher,
                                      std::span<const LogKey> log_keys, const std::string& state,
                                      absl::Time now);

// Verifies a note of the log by any key that has ever signed it, for an older one.
// Errors: RECEIPT_CHECKPOINT_INVALID, naming `what` it is.
absl::StatusOr<Checkpoint> ReadOlderCheckpoint(absl::string_view what, absl::string_view note,
                                               const std::string& origin,
                                               std::span<const PublicKey> keys);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LOG_FOLLOWED_LOG_H_
