#ifndef MRG_DISPUTE_INBOUND_H_
#define MRG_DISPUTE_INBOUND_H_

// Events of disputes as other members deliver them. A dispute that is transferred to us becomes
// ours here: the acknowledgement is appended and the case queued in the commit that stores the
// transfer.
//
// Who delivers an event first must be who appends it (the owner before it), so that no member can
// put words into another's mouth; the connection proves who delivers (ADR-0030). What a member
// files must pass what our own filing checks, and belong to who is to own it (filing_rules.h), so
// that no member marks a licence by its word alone.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dispute/dispute_node.h"
#include "dispute/filing_rules.h"
#include "dispute/sender_bounds.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Thread-safe.
class Inbound {
 public:
  // `store` and `rules` must outlive this.
  Inbound(DisputeNode node, OrderedStore* store, const FilingRules* rules, DisputeChanged changed);

  // Stores the events of `dispute` that are new; known ones are skipped, so a repeat changes
  // nothing. `events`: canonical bytes of DisputeEvent each, consecutive, 1 to 16, as `sender` sent
  // them. All of the call is stored or nothing.
  // Result: the sequence of the next event that this node lacks.
  // Errors: FIELD_MALFORMED with the field's name; DISPUTE_EVENT_REFUSED for a gap, a broken chain,
  // another event than the known one, a step that the state does not allow, a time more than ten
  // minutes ahead of `now`, an event that `sender` may not append or an actor of another member, an
  // owner, a queue or a priority that the agreement does not give, a dispute in which this member
  // has no part, and another licence tag than the first one over the same receipt;
  // NOT_IN_THIS_VERSION for another kind; as FilingRules::DestinationsOf; DISPUTES_TOO_MANY (call
  // again later), STORE_UNAVAILABLE (call again), STORE_CONFLICT, STORE_CORRUPT.
  // Source: docs/LIFE_OF_A_DISPUTE.md, step 3.
  absl::StatusOr<uint64_t> Deliver(const MemberId& sender, absl::string_view dispute,
                                   const std::vector<std::string>& events, absl::Time now);

 private:
  // A receipt is about one licence: adds what says which, or refuses another than before.
  absl::Status Cite(const dispute::v1::DisputeFiled& filed, WriteSet* writes) const;

  const DisputeNode node_;
  OrderedStore* const store_;
  const FilingRules* const rules_;
  const DisputeChanged changed_;
  SenderBounds bounds_;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_INBOUND_H_
