#ifndef MRG_GATEWAY_RECEIPT_LOG_KEYS_H_
#define MRG_GATEWAY_RECEIPT_LOG_KEYS_H_

// A member's target `log-keys`: which key signs the checkpoints of which log, from when until when.
//
// Thread-safe: pure functions.

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/receipt/receipt_check.h"

namespace mrg {

// Most keys in one target.
inline constexpr int kLogKeysMax = 1024;

// Parses the target's content, canonical bytes of mrg.trustlist.v1.LogKeys.
// Result: the keys, sorted by origin, then by `from`; may be empty. An open end is InfiniteFuture.
// Errors: METADATA_MALFORMED naming the field: bytes not canonical, more than kLogKeysMax keys, an
// origin that is not "<member>/<log-id>", a key that is not an Ed25519 SubjectPublicKeyInfo, a
// missing or impossible time, `until` not after `from`, keys out of order.
// Source: SPEC 2; C2SP tlog-checkpoint.
absl::StatusOr<std::vector<LogKey>> ParseLogKeys(absl::string_view target_bytes);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECEIPT_LOG_KEYS_H_
