#ifndef MRG_GATEWAY_ANSWER_DISPUTE_VIEWS_H_
#define MRG_GATEWAY_ANSWER_DISPUTE_VIEWS_H_

// The answers to GetDispute, ListDisputes and WatchDispute. A platform sees what it filed, a worker
// what is in its queue; anything else looks as if it were not there. An auditor, /auditor/<name>,
// whom a rule lets get and list disputes, sees of each how it goes and nothing that people wrote.
//
// Thread-safe: functions without state.

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/dispute_reader.h"
#include "gateway/base/identifiers.h"
#include "mrg/dispute/v1/dispute_service.pb.h"

namespace mrg {

// Where disputes are read, and whose queues these are: a queue of the same name at another member
// is another queue (docs/threats.md D06).
struct DisputeShelf {
  MemberId member;  // the node's own
  const DisputeReader* reader;
};

// To an auditor the dispute without content and without its events.
// Errors: FIELD_* with "dispute"; DISPUTE_NOT_FOUND, also for what the caller may not see;
// STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<dispute::v1::GetDisputeResponse> GetDispute(
    const DisputeShelf& shelf, const SpiffeId& caller,
    const dispute::v1::GetDisputeRequest& message, absl::Time now);

// Of a platform its own filings; of a worker its queue, and nothing of another one; of an auditor
// all that the node holds, without content.
// Errors: FIELD_* with the field's path; ENUM_UNSPECIFIED; STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<dispute::v1::ListDisputesResponse> ListDisputes(
    const DisputeShelf& shelf, const SpiffeId& caller,
    const dispute::v1::ListDisputesRequest& message, absl::Time now);

// What a watcher is shown, and whether nothing will follow.
struct WatchedDispute {
  dispute::v1::WatchDisputeResponse shown;
  bool is_over = false;
};

// Checks the bounds of what is asked, before anybody waits for it. Errors: FIELD_* with "dispute".
absl::Status CheckWatchRequest(const dispute::v1::WatchDisputeRequest& message);

// The dispute as it stands. Errors: as GetDispute.
absl::StatusOr<WatchedDispute> WatchDispute(const DisputeShelf& shelf, const SpiffeId& caller,
                                            const dispute::v1::WatchDisputeRequest& message,
                                            absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_DISPUTE_VIEWS_H_
