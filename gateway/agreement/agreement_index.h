#ifndef MRG_GATEWAY_AGREEMENT_AGREEMENT_INDEX_H_
#define MRG_GATEWAY_AGREEMENT_AGREEMENT_INDEX_H_

// Which agreement is in force between two jurisdictions at an instant, and what it says of a
// question.
//
// Thread-safe: immutable after Build; copies share one set of data.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement.h"
#include "gateway/agreement/agreement_history.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"

namespace mrg {

// Where a dispute goes, and how fast it is to be worked.
struct DisputeRouting {
  JurisdictionId jurisdiction;  // responsible
  std::string queue;
  // Working days to accept or refuse, and to decide once accepted; 0: the usual terms.
  uint32_t accept_working_days = 0;
  uint32_t decide_working_days = 0;
};

// The agreement that answers a question.
struct AgreementMatch {
  std::shared_ptr<const Agreement> agreement;  // owns `rule`
  const gateway::v1::AgreementRule* rule = nullptr;
  std::string sha256;                     // of the agreement's bytes, 32 raw bytes
  std::vector<std::string> target_paths;  // of the two parties; one when they are the same

  // Result: the pack that the agreement names for type and standard; null when it names none.
  const gateway::v1::AgreementPack* FindPack(absl::string_view type_code,
                                             absl::string_view standard) const;
  // Result: its digest, 32 raw bytes; nullopt when none is named.
  std::optional<std::string> PackSha256(absl::string_view type_code,
                                        absl::string_view standard) const;
  // Result: the rule's conditions, in the rule's order; they live as long as `agreement`.
  std::vector<const gateway::v1::AgreementCondition*> Conditions() const;
  // Result: how long decisions go on after a needed list has expired, 0 to 24 h.
  absl::Duration Grace() const;
};

class AgreementIndex {
 public:
  AgreementIndex() = default;
  static AgreementIndex Build(std::vector<AgreementListing> listings,
                              const std::vector<RepealListing>& repeals);

  // Finds the rule for a question at `t`. In force for a pair of jurisdictions is, of each
  // agreement, the highest revision that both list with the same digest, that covers `t` and that
  // neither has repealed with effect at or before `t`. Of two agreements that cover a type in one
  // direction at once, which a node refuses to publish, only the one that began first for the pair
  // counts, of one instant the one whose id sorts first (ADR-0011).
  // Result: the match, or the verdict, the most precise one that holds:
  //   SCENARIO_UNKNOWN        no text here names the scenario;
  //   SCENARIO_NOT_COVERED    the agreement in force for the type has no rule for the scenario;
  //   AGREEMENT_MISMATCH      an agreement is not in force for its texts differ;
  //   AGREEMENT_NOT_IN_FORCE  nothing is in force, or only agreements that say nothing of the type
  //                           in this direction, while one that does is over or has yet to begin;
  //   TYPE_NOT_COVERED        what is in force does not cover the type in this direction.
  std::variant<AgreementMatch, Reason> Find(const JurisdictionId& issuing,
                                            const JurisdictionId& using_side,
                                            absl::string_view type_code, absl::string_view scenario,
                                            absl::Time t) const;

  // Result: the longest range of instants around `t` in which Find gives the same rule of the same
  // text, or the same verdict.
  TimeRange TermOf(const JurisdictionId& issuing, const JurisdictionId& using_side,
                   absl::string_view type_code, absl::string_view scenario, absl::Time t) const;

  // Result: where a dispute of `kind` about a licence goes. The agreement in force at `t` that
  // covers the type in this direction says it alone: where it is silent nobody is named. Without
  // such an agreement the first in force that has a route does. nullopt when no route names it.
  std::optional<DisputeRouting> Route(const JurisdictionId& issuing,
                                      const JurisdictionId& using_side, absl::string_view type_code,
                                      absl::string_view kind, absl::Time t) const;

  // Result: true when any listed agreement names the scenario.
  bool KnowsScenario(absl::string_view scenario) const { return history_.KnowsScenario(scenario); }

  const AgreementHistory& history() const { return history_; }

 private:
  explicit AgreementIndex(AgreementHistory history) : history_(std::move(history)) {}

  AgreementHistory history_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_AGREEMENT_AGREEMENT_INDEX_H_
