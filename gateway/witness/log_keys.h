#ifndef MRG_GATEWAY_WITNESS_LOG_KEYS_H_
#define MRG_GATEWAY_WITNESS_LOG_KEYS_H_

// A member's target `log-keys`: which key signs the checkpoints of which log, from when until when.
//
// Thread-safe: pure functions.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/crypto/public_key.h"

namespace mrg {

// A key that signs checkpoints of one log.
struct LogKey {
  std::string origin;  // "<member>/<log-id>"
  PublicKey key;       // Ed25519
  absl::Time from;     // inclusive
  absl::Time until;    // exclusive; InfiniteFuture when open
};

// Most keys in one target.
inline constexpr int kLogKeysMax = 1024;

// Parses the target's content, canonical bytes of mrg.trustlist.v1.LogKeys.
// Result: the keys, sorted by origin, then by `from`; may be empty. An open end is InfiniteFuture.
// Errors: METADATA_MALFORMED naming the field: bytes not canonical, more than kLogKeysMax keys, an
// origin that is not "<member>/<log-id>", a key that is not an Ed25519 SubjectPublicKeyInfo, a
// missing or impossible time, `until` not after `from`, keys out of order.
// Source: C2SP tlog-checkpoint.
absl::StatusOr<std::vector<LogKey>> ParseLogKeys(absl::string_view target_bytes);

// The same for the target that `publisher` signed. Errors also: METADATA_MALFORMED when it lists a
// key for another member's log.
absl::StatusOr<std::vector<LogKey>> ParseLogKeysOf(const MemberId& publisher,
                                                   absl::string_view target_bytes);

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_LOG_KEYS_H_
