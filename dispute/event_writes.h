#ifndef MRG_DISPUTE_EVENT_WRITES_H_
#define MRG_DISPUTE_EVENT_WRITES_H_

// What new events bring with them, in the same commit: their rows, the indexes, the outbox entries
// for the other participants, and the mark on the licence. Not here: the case in the queue, whose
// lease only its caller knows.
//
// Thread-safe: pure functions, but for what the node's functions do.

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_node.h"
#include "gateway/storage/write_set.h"

namespace mrg {

// Result: the members that follow the dispute, without this node's: the filing member, every owner,
// and the member that answers for the issuing jurisdiction. REQUIRES: not empty.
std::set<std::string> OtherParticipants(const DisputeNode& node, const DisputeHistory& history);

// Result: whether this member owns or owned the dispute, or answers for the issuing jurisdiction.
// REQUIRES: not empty.
bool IsParticipant(const DisputeNode& node, const DisputeHistory& history);

// Errors: MEMBER_UNKNOWN when it is not known now who answers for the issuing jurisdiction: a step
// that it must hear of, for the mark, is then refused rather than lost. REQUIRES: not empty.
absl::Status CheckIssuerIsKnown(const DisputeNode& node, const DisputeHistory& history);

// Adds what belongs to the events of `history` after the first `stored` ones. Their absence in the
// store is a precondition, so that of two writers one is first. Events that this member appended
// are put into the outbox; an ACCEPTED or RESOLVED one, whoever appended it, changes the mark when
// the licence is of one of our jurisdictions. REQUIRES: not empty, stored < last_sequence.
void PutEvents(const DisputeNode& node, const DisputeHistory& history, uint64_t stored,
               WriteSet* writes);

}  // namespace mrg

#endif  // MRG_DISPUTE_EVENT_WRITES_H_
