#ifndef MRG_DISPUTE_DISPUTE_RULING_H_
#define MRG_DISPUTE_DISPUTE_RULING_H_

// The steps by which a worker of the owner decides: 受理, 不予受理, and the decision itself. Each
// is one event and one commit; it lands only while the case is as it was read, so that a stale
// lease cannot write.

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dispute/dispute_node.h"
#include "dispute/lease.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/dispute/v1/dispute.pb.h"

namespace mrg {

// Who decides on what.
struct RulingOrder {
  Worker worker;
  RequestId request_id;  // a repeated one gives the same answer
  DisputeId dispute;
  std::optional<FencingToken> token;  // nullopt: the worker has not claimed the case
};

// Why; UTF-8, at most 2,000 bytes each, `zh` not empty.
struct Explanation {
  std::string en;
  std::string zh;
};

// Errors of all steps, in this order: FIELD_* and ENUM_UNSPECIFIED with the field's name;
// REQUEST_ID_REUSED; DISPUTE_NOT_FOUND (also for a case of another queue); DISPUTE_NOT_OWNER;
// FOUR_EYES for who filed; LEASE_LOST for a stale token, or none while a worker holds the case;
// DISPUTE_TRANSITION_REFUSED; MEMBER_UNKNOWN while nobody is known to answer for the issuing
// jurisdiction (call again later); STORE_UNAVAILABLE (call again with the same request_id),
// STORE_CONFLICT, STORE_CORRUPT. An error changes nothing.
// Result of all steps: the dispute as it stands now.
//
// Thread-safe.
class DisputeRuling {
 public:
  // `store` must outlive this.
  DisputeRuling(DisputeNode node, OrderedStore* store, DisputeChanged changed);

  // 受理: the licence is then marked as under dispute by its jurisdiction's node. The caller's
  // lease goes on.
  absl::StatusOr<dispute::v1::Dispute> Accept(const RulingOrder& order, absl::Time now);

  // 不予受理. Final.
  absl::StatusOr<dispute::v1::Dispute> Refuse(const RulingOrder& order, const Explanation& why,
                                              absl::Time now);

  // Decides an accepted case under a live lease; the mark is then lifted. Final.
  absl::StatusOr<dispute::v1::Dispute> Complete(const RulingOrder& order,
                                                dispute::v1::DisputeDecision decision,
                                                const Explanation& why, absl::Time now);

 private:
  // `step` carries the body of the event, and nothing else.
  absl::StatusOr<dispute::v1::Dispute> Rule(const RulingOrder& order,
                                            const dispute::v1::DisputeEvent& step, absl::Time now);

  const DisputeNode node_;
  OrderedStore* const store_;
  const DisputeChanged changed_;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_DISPUTE_RULING_H_
