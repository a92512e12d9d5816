#ifndef MRG_GATEWAY_RECOGNITION_CHECK_LIST_H_
#define MRG_GATEWAY_RECOGNITION_CHECK_LIST_H_

// The checks of one decision with their verdicts, and the outcome that follows from them.
//
// Not thread-safe: lives inside one decision.

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {

// What a failed check means for the outcome, gravest first (SPEC 7, outcome precedence).
enum class FailureClass {
  kMalformed,  // bad signature, malformed key or document
  kStale,      // a needed list is expired, missing or unavailable
  kNoRule,     // no agreement, no pack, something unknown
  kRefusal,    // any other failure
};

class CheckList {
 public:
  void Pass(absl::string_view check);
  void Fail(absl::string_view check, FailureClass failure_class, Reason reason);
  void Condition(absl::string_view check, Reason reason);
  void NotEvaluated(absl::string_view check);
  // Passes when `reason` is nullopt, else fails.
  void Judge(absl::string_view check, FailureClass failure_class, std::optional<Reason> reason);

  // Result: the outcome by precedence.
  audit::v1::Outcome Outcome() const;
  // Result: the reasons of the class that decided the outcome, in check order; the conditions when
  // nothing failed.
  std::vector<Reason> Reasons() const;
  // Result: true when nothing failed so far.
  bool AllHold() const;

  // Writes the checks into a record, in the order they were made.
  void AppendTo(audit::v1::DecisionRecord* record) const;

 private:
  struct Entry {
    absl::string_view check;
    audit::v1::Verdict verdict;
    std::optional<FailureClass> failure_class;
    std::optional<Reason> reason;
  };
  // The gravest class that failed; nullopt when none did.
  std::optional<FailureClass> Gravest() const;

  std::vector<Entry> entries_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_CHECK_LIST_H_
