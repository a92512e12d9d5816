#ifndef MRG_GATEWAY_AGREEMENT_AGREEMENT_INDEX_H_
#define MRG_GATEWAY_AGREEMENT_AGREEMENT_INDEX_H_

// Which agreement is in force between two jurisdictions at an instant, and what it says of a
// question.
//
// Thread-safe: immutable after Build.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement.h"
#include "gateway/base/reason.h"

namespace mrg {

// A revision as one jurisdiction lists it.
struct AgreementListing {
  std::string jurisdiction;
  std::string path;    // TUF target path
  std::string sha256;  // of the bytes, 32 raw bytes
  std::shared_ptr<const Agreement> agreement;
};

// A repeal as one jurisdiction lists it.
struct RepealListing {
  std::string jurisdiction;
  gateway::v1::Repeal repeal;
};

// Where a dispute goes.
struct DisputeRouting {
  std::string jurisdiction;  // responsible
  std::string queue;
};

// The agreement that answers a question.
struct AgreementMatch {
  std::shared_ptr<const Agreement> agreement;  // owns `rule`
  const gateway::v1::AgreementRule* rule = nullptr;
  std::string sha256;                     // of the agreement's bytes, 32 raw bytes
  std::vector<std::string> target_paths;  // of the two parties; one when they are the same

  // Result: the digest of the pack for type and standard, 32 raw bytes; nullopt when none is named.
  std::optional<std::string> PackSha256(absl::string_view type_code,
                                        absl::string_view standard) const;
};

class AgreementIndex {
 public:
  AgreementIndex() = default;
  static AgreementIndex Build(std::vector<AgreementListing> listings,
                              std::vector<RepealListing> repeals);

  // Finds the rule for a question at `t`. In force for a pair of jurisdictions is, of each
  // agreement, the highest revision that both list with the same digest, that covers `t` and that
  // neither has repealed with effect at or before `t` (SPEC 5).
  // Result: the match, or the verdict, the most precise one that holds: AGREEMENT_NOT_IN_FORCE,
  // AGREEMENT_MISMATCH (only different texts are listed), TYPE_NOT_COVERED (also in this
  // direction), SCENARIO_UNKNOWN (no agreement here names it), SCENARIO_NOT_COVERED.
  std::variant<AgreementMatch, Reason> Find(absl::string_view issuing, absl::string_view using_side,
                                            absl::string_view type_code, absl::string_view scenario,
                                            absl::Time t) const;

  // Result: where a dispute of `kind` about a licence goes by the agreement in force at `t`;
  // nullopt when no agreement or no route names it.
  std::optional<DisputeRouting> Route(absl::string_view issuing, absl::string_view using_side,
                                      absl::string_view type_code, absl::string_view kind,
                                      absl::Time t) const;

  // Result: true when any listed agreement names the scenario.
  bool KnowsScenario(absl::string_view scenario) const;

 private:
  struct InForce {
    const AgreementListing* issuing = nullptr;
    const AgreementListing* using_side = nullptr;
  };
  // The revisions in force for the pair, one an agreement; `mismatch` is set when a revision was
  // passed over only because its texts differ.
  std::vector<InForce> InForceBetween(absl::string_view issuing, absl::string_view using_side,
                                      absl::Time t, bool* mismatch) const;
  bool IsRepealed(const AgreementListing& listing, absl::Time t) const;

  // jurisdiction -> agreement id -> revision -> listing
  std::map<std::string, std::map<std::string, std::map<uint32_t, AgreementListing>>> listings_;
  std::vector<RepealListing> repeals_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_AGREEMENT_AGREEMENT_INDEX_H_
