#ifndef MRG_GATEWAY_RECOGNITION_COVERAGE_H_
#define MRG_GATEWAY_RECOGNITION_COVERAGE_H_

// Whether a licence type of one jurisdiction would serve a scenario in another at an instant, past
// or to come, and what it would show. Of a single licence nothing is asked, and how fresh the lists
// are is left out: they answer by what is listed now.
//
// Thread-safe: pure functions, immutable values.

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/agreement/agreement_index.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/recognition/rule_selection.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {

// Where a kind of dispute about such a licence goes.
struct CoverageRoute {
  std::string kind;  // token such as FACE_INFORMATION_ERROR
  DisputeRouting routing;
};

struct Coverage {
  // Rule and packs, selected as recognition selects them.
  RuleSelection selection;
  // Why it would not serve: the verdict of the check "agreement" of a decision, else of the check
  // "pack", else TRUST_MISSING when a side's lists are not in force here; nullopt: it would.
  std::optional<Reason> refusal;
  // What would become of each element that is allowed or asked for, by id: GIVEN (when the document
  // holds it), WITHHELD, LOST (no place in the target standard), ABSENT (none in the document's).
  // Empty unless it would serve.
  std::vector<gateway::v1::ElementReport> elements;
  // Ids of those that are GIVEN of which some values lose meaning on the way, sorted.
  std::vector<std::string> may_be_narrowed;
  // Likewise of which some texts in the document mean more, or less, than the code they are read
  // as.
  std::vector<std::string> may_be_broader_in_document;
  std::vector<std::string> may_be_narrower_in_document;
  // Of those that are LOST, by id, what the target's pack says about it.
  std::vector<gateway::v1::DeclaredLoss> declared_losses;
  // Of the agreement that applies, one a kind, by kind; empty without an agreement.
  std::vector<CoverageRoute> dispute_routes;
  // The instants around `t` with the same answer: the same rule of the same text, or the same
  // verdict. Packs and catalogues have no times of their own.
  TimeRange term;
};

// Answers `question` at `t`. `requested`: canonical element ids; empty asks for all that is
// allowed. Never fails: what does not hold is stated in the result.
// Source: docs/LIFE_OF_A_RECOGNITION.md, step 4.
Coverage FindCoverage(const RecognitionSnapshot& snapshot, const UseQuestion& question,
                      const std::vector<std::string>& requested, absl::Time t);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_COVERAGE_H_
