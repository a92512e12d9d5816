#ifndef MRG_GATEWAY_REQUEST_MEMORY_REQUEST_MEMORY_H_
#define MRG_GATEWAY_REQUEST_MEMORY_REQUEST_MEMORY_H_

// Requests answered before: a caller who repeats a request id gets the first answer again, or a
// refusal when the body differs. What is remembered is written in the same commit as what the
// request did, so that neither is ever there without the other. Kept for 24 hours in which the node
// runs, whatever its clock does (running_day.h).
//
// Thread-safe: plain values, and functions over a thread-safe store.

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/storage/write_set.h"

namespace mrg {

// How long an answered request is remembered.
inline constexpr absl::Duration kRequestMemory = absl::Hours(24);

// What was asked for. A request id counts within its kind.
enum class RequestKind { kRecognition, kStatusChange, kDispute };

struct RequestName {
  RequestKind kind;
  SpiffeId caller;
  RequestId id;
};

struct AnsweredRequest {
  std::string body_digest;  // 32 bytes; equal for equal bodies
  absl::Time at;            // when it was answered
  std::string answer;       // what its kind needs to answer again
};

// Result: the HMAC by which two bodies are compared, 32 bytes. `canonical_request` are the
// canonical bytes of the request message; they hold what is presented, which a plain digest would
// let anybody who reads the store confirm.
std::string RequestBodyHmac(absl::string_view idempotency_key, absl::string_view canonical_request);

// Result: the key in Keyspace::kRequest that is absent until the request is remembered.
std::string RequestStoreKey(const RequestName& name);

// Adds to `writes` that the request is remembered. The caller demands that RequestStoreKey is
// absent, or uses RememberFirst.
void Remember(const RequestName& name, const AnsweredRequest& answered, WriteSet* writes);

// The same, and demands that it is not remembered yet.
void RememberFirst(const RequestName& name, const AnsweredRequest& answered, WriteSet* writes);

// Result: the answer that was remembered; nullopt when there is none.
// Errors: REQUEST_ID_REUSED with "request_id" when it was another body's; STORE_UNAVAILABLE,
// STORE_CORRUPT.
absl::StatusOr<std::optional<std::string>> RecallAnswer(const StoreReader& store,
                                                        const RequestName& name,
                                                        absl::string_view body_digest);

// Forgets requests answered before `begin` (RunningDay), at most `limit` a call.
// Result: how many were forgotten; call again while it equals `limit`. Errors: STORE_UNAVAILABLE.
absl::StatusOr<size_t> ForgetOldRequests(OrderedStore& store, absl::Time begin, size_t limit);

}  // namespace mrg

#endif  // MRG_GATEWAY_REQUEST_MEMORY_REQUEST_MEMORY_H_
