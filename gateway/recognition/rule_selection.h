#ifndef MRG_GATEWAY_RECOGNITION_RULE_SELECTION_H_
#define MRG_GATEWAY_RECOGNITION_RULE_SELECTION_H_

// Which rule and packs apply to the use of a licence type at an instant. Recognition, translation
// and CheckCoverage all ask here, so that no two of them can answer differently.
//
// Thread-safe: pure functions, immutable values.

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement_index.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/recognition_snapshot.h"

namespace mrg {

// A use of a licence type, no licence at hand. Its texts are borrowed for the call.
struct UseQuestion {
  JurisdictionId using_jurisdiction;
  JurisdictionId issuing_jurisdiction;
  absl::string_view type_code;
  absl::string_view scenario;
  absl::string_view document_standard = {};  // empty: the issuing side's default for the type
  absl::string_view target_standard = {};    // empty: the using side's default for the type
};

struct RuleSelection {
  // Borrowed from the snapshot; null when nothing of the jurisdiction is in force here.
  const JurisdictionFacts* issuing = nullptr;
  const JurisdictionFacts* using_side = nullptr;

  // Why no rule applies; nullopt when `agreement` holds.
  std::optional<Reason> no_rule;
  std::optional<AgreementMatch> agreement;

  // Why no translation is possible: STANDARD_UNKNOWN, NO_PACK, or TRUST_MISSING when a side's lists
  // are not in force here; nullopt when both packs are there or no rule applies.
  std::optional<Reason> no_pack;
  const PackFact* source_pack = nullptr;  // borrowed from the snapshot
  const PackFact* target_pack = nullptr;  // borrowed from the snapshot
  std::string document_standard;          // as asked, or the default; empty when neither is known
  std::string target_standard;
};

// Selects the rule for `question` at `t`. Never fails: what does not hold is stated in the result.
// The agreement names the packs (docs/LIFE_OF_A_RECOGNITION.md, step 4).
RuleSelection SelectRule(const RecognitionSnapshot& snapshot, const UseQuestion& question,
                         absl::Time t);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_RULE_SELECTION_H_
