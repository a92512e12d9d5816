#ifndef MRG_GATEWAY_RECEIPT_IDEMPOTENCY_H_
#define MRG_GATEWAY_RECEIPT_IDEMPOTENCY_H_

// Requests answered before: a caller who repeats a request id gets the first receipt back, or a
// refusal when the body differs. Kept for 24 hours (DESIGN 4, idempotency).
//
// Thread-safe.

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/storage/write_set.h"
#include "mrg/gateway/v1/stored_request.pb.h"

namespace mrg {

// How long an answered request is remembered.
inline constexpr absl::Duration kRequestMemory = absl::Hours(24);

// Result: the key of (caller, request_id) in Keyspace::kRequest.
std::string RequestStoreKey(const SpiffeId& caller, const RequestId& request_id);

// Result: the HMAC by which two bodies are compared, 32 bytes. `canonical_request` are the
// canonical bytes of the request message.
std::string RequestBodyHmac(absl::string_view idempotency_key, absl::string_view canonical_request);

// Adds the stored request and its entry in the expiry index to `writes`.
void PutStoredRequest(const std::string& store_key, const gateway::v1::StoredRequest& stored,
                      WriteSet* writes);

// Result: the stored request; nullopt when there is none.
// Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<std::optional<gateway::v1::StoredRequest>> ReadStoredRequest(
    const OrderedStore& store, const std::string& store_key);

// Forgets requests decided more than kRequestMemory before `now`, at most `limit` a call.
// Result: how many were forgotten; call again while it equals `limit`. Errors: STORE_UNAVAILABLE.
absl::StatusOr<size_t> ForgetOldRequests(OrderedStore& store, absl::Time now, size_t limit);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECEIPT_IDEMPOTENCY_H_
