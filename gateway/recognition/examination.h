#ifndef MRG_GATEWAY_RECOGNITION_EXAMINATION_H_
#define MRG_GATEWAY_RECOGNITION_EXAMINATION_H_

// What can be known of a presented licence before its status is looked up: which agreement and
// packs apply, and what the signed bytes say.
//
// Thread-safe: pure functions, immutable values.

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement_index.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/decision.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/translation/compiled_pack.h"

namespace mrg {

struct Examination {
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
  std::string target_standard;

  // What the signed bytes say; nullopt without a source pack or when the document is malformed.
  std::optional<ReadResult> content;
  // True when a source pack refused the bytes as a document.
  bool malformed = false;
  // The licence's number as NormaliseNumber gives it; nullopt when the document states none.
  std::optional<std::string> normalised_number;
};

// Examines a presented document. Never fails: what does not hold is stated in the result.
// Source: SPEC 6 (what is read from the signed bytes), SPEC 5 (agreements name the packs).
Examination Examine(const RecognitionSnapshot& snapshot, const RecognitionRequest& request,
                    absl::string_view document, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_EXAMINATION_H_
