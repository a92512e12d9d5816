#ifndef MRG_GATEWAY_ANSWER_SALT_ERASURE_H_
#define MRG_GATEWAY_ANSWER_SALT_ERASURE_H_

// The answer to EraseSalt: an operator has the node forget what links a record to its licence.
//
// Thread-safe: a function over thread-safe parts.

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/gateway/v1/admin.pb.h"

namespace mrg {

// What it works with; the pointers must outlive it.
struct SaltErasure {
  std::string log_origin;  // of the log that the node writes
  OrderedStore* store;
  EventLog* events;
};

// May take seconds. Result: the decision as it is kept; the event log tells of it, without the
// words.
// Errors: FIELD_REQUIRED, FIELD_TOO_LONG, FIELD_NOT_UTF8, FIELD_MALFORMED with the field's name;
// RECORD_NOT_FOUND when the log has no such record, or another one there; as EraseSalt
// (receipt/kept_salts.h).
absl::StatusOr<gateway::v1::EraseSaltResponse> DecideSaltErasure(
    const SaltErasure& parts, const gateway::v1::EraseSaltRequest& message, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_SALT_ERASURE_H_
