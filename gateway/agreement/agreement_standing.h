#ifndef MRG_GATEWAY_AGREEMENT_AGREEMENT_STANDING_H_
#define MRG_GATEWAY_AGREEMENT_AGREEMENT_STANDING_H_

// The texts of all agreements that are listed, and pair by pair where each stands at an instant:
// enacted, in force, replaced, repealed, over.
//
// Thread-safe: pure functions.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/agreement/agreement.h"
#include "gateway/agreement/agreement_history.h"

namespace mrg {

// One text with who lists it. Copies of one revision that differ are two texts.
struct AgreementText {
  std::shared_ptr<const Agreement> agreement;
  std::string sha256;                  // of its bytes, 32 raw bytes
  std::vector<std::string> listed_by;  // jurisdictions, sorted, at least one
};

// Where a text stands between two of its parties. Of two that hold, the first one counts.
enum class AgreementState {
  kListedByOne,  // only one of the two lists the revision
  kDiffers,      // both list the revision, and the other one's text is another
  kRepealed,     // by either, with effect at or before the instant
  kOver,         // its last instant has passed
  kEnacted,      // both list it; its first instant is to come
  kReplaced,     // a higher revision is in force between them
  kInForce,
};

struct AgreementStanding {
  std::string first_jurisdiction;  // lists the text
  std::string second_jurisdiction;
  AgreementState state = AgreementState::kListedByOne;
  std::vector<TimeRange> in_force;  // all of them, past and to come, in the order of time
};

// Result: the texts by id, revision and digest.
std::vector<AgreementText> TextsOf(const AgreementHistory& history);

// Result: where the text stands at `t` between each two of its parties of which at least one lists
// it, by (lower code, higher code) of the pair; `first_jurisdiction` is the lower code when both
// list it.
std::vector<AgreementStanding> StandingsOf(const AgreementHistory& history,
                                           const AgreementText& text, absl::Time t);

}  // namespace mrg

#endif  // MRG_GATEWAY_AGREEMENT_AGREEMENT_STANDING_H_
