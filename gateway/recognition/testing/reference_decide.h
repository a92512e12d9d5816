#ifndef MRG_GATEWAY_RECOGNITION_TESTING_REFERENCE_DECIDE_H_
#define MRG_GATEWAY_RECOGNITION_TESTING_REFERENCE_DECIDE_H_

// The decision once more, written down anew as plainly as possible: from facts as whole seconds to
// an outcome, with no snapshot, document or key. It shares no code with Decide, so that both would
// have to be wrong in the same way.
//
// Thread-safe: pure functions.

#include <cstdint>
#include <optional>
#include <set>

#include "gateway/base/reason.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {

// Seconds since 1970, UTC.
using Seconds = int64_t;

// The facts on which an answer turns. Intervals are [from, until); no value: open.
struct ReferenceCase {
  Seconds now = 0;
  bool signature_good = true;

  bool within_one_member = false;    // both sides are the same member's
  bool issuing_member_left = false;  // by the hub's list, the federation

  bool issuing_lists_whole = true;  // false: a role was left out of them for its fault
  bool using_lists_whole = true;
  Seconds issuing_lists_expire = 0;  // the first of them to expire
  Seconds using_lists_expire = 0;

  bool agreement_covers_type = true;  // in this direction
  Seconds agreement_from = 0;
  std::optional<Seconds> agreement_until;
  Seconds agreement_grace = 0;  // by which lists may have expired
  bool agreement_has_conditions = false;

  bool key_listed = true;
  bool key_signs = true;  // false: listed for encryption
  bool key_for_type = true;
  Seconds key_listed_from = 0;
  std::optional<Seconds> key_suspended_from;
  std::optional<Seconds> key_suspended_until;
  bool key_compromised = false;
  std::optional<Seconds> key_retired_from;

  Seconds issued = 0;  // as the document claims
  Seconds valid_from = 0;
  std::optional<Seconds> valid_until;
};

struct ReferenceAnswer {
  audit::v1::Outcome outcome = audit::v1::OUTCOME_UNSPECIFIED;
  std::set<Reason> reasons;
};

// Result: the outcome and all reasons of the class that decided it.
ReferenceAnswer ReferenceDecide(const ReferenceCase& facts);

// Result: what the record says of the signing time: a document is read when the lists are whole and
// an agreement covers the question between members, and then claims its date of issue.
audit::v1::SigningTimeKind ReferenceSigningTimeKind(const ReferenceCase& facts);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_TESTING_REFERENCE_DECIDE_H_
