#ifndef MRG_GATEWAY_RECOGNITION_FRESHNESS_H_
#define MRG_GATEWAY_RECOGNITION_FRESHNESS_H_

// Whether the trust lists that a decision needs are in force and unexpired. Only the issuing and
// the using member count; an expired hub blocks membership changes and makes decisions stale after
// seven days; an agreement may grant a grace.
//
// Thread-safe: pure functions.

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/recognition_snapshot.h"

namespace mrg {

// How long decisions go on after the hub's own lists have expired.
inline constexpr absl::Duration kHubExpiryTolerance = absl::Hours(24 * 7);

// The list, or lists, for want of which nothing is decided.
struct StaleList {
  std::string publisher;  // member id
  std::string role;       // empty: all of the publisher's lists
  // When it ran out, whatever grace was granted; nullopt: it has not, but is not in force or does
  // not count.
  std::optional<absl::Time> held_until;
};

struct Freshness {
  // nullopt: nothing that was judged is stale. Else TRUST_MISSING (a known jurisdiction's lists are
  // not in force here), PUBLISHER_FORKED (a fork of one of the two members or of the hub waits for
  // an operator) or TRUST_EXPIRED (an instant equal to the expiry is expired, TUF 5.3.10).
  std::optional<Reason> refusal;
  // There exactly when `refusal` is: of what ran out, what did so first.
  std::optional<StaleList> list;
  // False: a side has no lists to judge, because nobody answers for it or because its member is not
  // in the federation and the other side is another's. That says nothing of being fresh.
  bool judged_both = true;
};

// Result: whether every needed list is fresh at `now`. Between two jurisdictions of one member the
// hub's word on its membership counts for nothing: all of its lists are judged. `grace`, from the
// agreement in force, is how long the lists of the two members may have expired; the hub's have
// their own tolerance, and a missing list has none.
Freshness JudgeFreshness(const RecognitionSnapshot& snapshot,
                         const JurisdictionId& using_jurisdiction,
                         const JurisdictionId& issuing_jurisdiction, absl::Time now,
                         absl::Duration grace = absl::ZeroDuration());

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_FRESHNESS_H_
