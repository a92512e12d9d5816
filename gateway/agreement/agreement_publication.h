#ifndef MRG_GATEWAY_AGREEMENT_AGREEMENT_PUBLICATION_H_
#define MRG_GATEWAY_AGREEMENT_AGREEMENT_PUBLICATION_H_

// What a member's publication may do to the agreements. The checks of single texts are
// Agreement::Parse and ParseRepeal; here stands what follows from all of them together.
//
// Thread-safe: a pure function.

#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement_history.h"

namespace mrg {

// Whether the member that answers for the jurisdictions `own` may turn `before`, which is in force,
// into `after` at `now`.
// Errors:
//   AGREEMENT_REWRITTEN  a revision or a repeal that `own` listed is missing or changed: past
//                        decisions rest on it;
//   AGREEMENT_INVALID    a new repeal of a listed agreement takes effect before `now`, or the
//                        agreements of `own` name two members for one jurisdiction;
//   AGREEMENT_CONFLICT   two agreements would be in force for one pair with one of `own`, direction
//                        and type at `now` or later that are not so already. Names both, the pair,
//                        type and instant.
// Source: ADR-0011. Agreements are immutable, repeals effective from their publication.
absl::Status CheckAgreementPublication(const AgreementHistory& before,
                                       const AgreementHistory& after,
                                       const std::set<std::string>& own, absl::Time now);

// Whether a follower may take `after` in place of `before`, of which the member that answers for
// the jurisdictions `of` is another one. What may not be published is not taken either, or a member
// whose node does not check could change the ground of decisions that were made elsewhere.
// Conflicts are not asked about: two members may have published at the same moment (ADR-0011).
// `known_at`: a time before which the member had published `before`; nullopt: not known.
// Errors: AGREEMENT_REWRITTEN; AGREEMENT_INVALID for a new repeal that takes effect before
// `known_at`. Both as above.
absl::Status CheckAgreementsFollowed(const AgreementHistory& before, const AgreementHistory& after,
                                     const std::set<std::string>& of,
                                     std::optional<absl::Time> known_at);

}  // namespace mrg

#endif  // MRG_GATEWAY_AGREEMENT_AGREEMENT_PUBLICATION_H_
