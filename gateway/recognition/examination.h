#ifndef MRG_GATEWAY_RECOGNITION_EXAMINATION_H_
#define MRG_GATEWAY_RECOGNITION_EXAMINATION_H_

// What can be known of a presented licence before its status is looked up: which agreement and
// packs apply, and what the signed bytes say.
//
// Thread-safe: pure functions, immutable values.

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/recognition/decision.h"
#include "gateway/recognition/licence_facts.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "gateway/recognition/rule_selection.h"
#include "gateway/translation/compiled_pack.h"

namespace mrg {

struct Examination {
  RuleSelection selection;
  // What the document says; nullopt without a source pack or when the document is malformed.
  std::optional<ReadResult> content;
  // The facts of `content` on which the decision turns; there exactly when it is.
  std::optional<LicenceFacts> facts;
  // True when a source pack refused the bytes as a document.
  bool malformed = false;
  // The licence's number as NormaliseNumber gives it; nullopt when the document states none, or one
  // that NormaliseNumber refuses.
  std::optional<std::string> normalised_number;
};

// Examines a presented document. Never fails: what does not hold is stated in the result.
// Source: docs/LIFE_OF_A_RECOGNITION.md, step 4.
Examination Examine(const RecognitionSnapshot& snapshot, const RecognitionRequest& request,
                    absl::string_view document, absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_EXAMINATION_H_
