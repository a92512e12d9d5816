#ifndef MRG_GATEWAY_RECOGNITION_CHECK_LIST_H_
#define MRG_GATEWAY_RECOGNITION_CHECK_LIST_H_

// The closed list of checks of one decision with their verdicts, and the outcome that follows from
// them: recognised is what passed every one of them, never what nothing spoke against.
//
// Not thread-safe: lives inside one decision.

#include <array>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {

// Every check that a decision makes, in their order (docs/LIFE_OF_A_RECOGNITION.md, step 5).
enum class Check {
  kSignature,
  kFreshness,
  kAgreement,
  kIssuer,
  kPack,
  kDocument,
  kBinding,
  kIssuerState,
  kValidity,
  kCatalogue,
  kHolder,
  kCopy,
  kStatus,
  kDisputeMark,
  kTranslation,
};
inline constexpr int kCheckCount = static_cast<int>(Check::kTranslation) + 1;

// Result: the check's name in records, e.g. "issuer_state".
absl::string_view NameOf(Check check);

// What a failed check means for the outcome, gravest first.
enum class FailureClass {
  kMalformed,  // bad signature, malformed key or document
  kStale,      // a needed list is expired, missing or unavailable
  kNoRule,     // no agreement, no pack, something unknown
  kRefusal,    // any other failure
};

class CheckList {
 public:
  // Each check has one verdict; one without any counts as not evaluated.
  void Pass(Check check);
  void Fail(Check check, FailureClass failure_class, Reason reason);
  void Condition(Check check, Reason reason);
  // What the check needs is not there. Without it nothing is recognised.
  void NotEvaluated(Check check);
  // The question has no need of the check: no holder was named, or the document is no copy. Of any
  // other check the same as NotEvaluated. A record shows both as NOT_EVALUATED.
  void NotNeeded(Check check);
  // Passes when `reason` is nullopt, else fails.
  void Judge(Check check, FailureClass failure_class, std::optional<Reason> reason);

  // Result: the outcome by precedence. RECOGNIZED or RECOGNIZED_WITH_CONDITIONS only when each
  // check passed, passed under a condition, or is not needed. When nothing failed and a check was
  // not evaluated, the outcome is that of the gravest class to which such a check belongs:
  // signature and document are malformed; freshness, status and dispute_mark stale; agreement, pack
  // and translation without a rule; the others refused.
  audit::v1::Outcome Outcome() const;
  // Result: the reasons of the class that decided the outcome, in check order: of failed checks; or
  // CHECK_NOT_EVALUATED once when nothing failed but a check was not evaluated; or the conditions.
  std::vector<Reason> Reasons() const;
  // Result: true when every check before `check` was made and held, or is not needed.
  bool AllHoldBefore(Check check) const;

  // Writes all checks into a record, in their order.
  void AppendTo(audit::v1::DecisionRecord* record) const;

 private:
  struct Entry {
    audit::v1::Verdict verdict = audit::v1::VERDICT_NOT_EVALUATED;
    bool needed = true;
    std::optional<FailureClass> failure_class;
    std::optional<Reason> reason;
  };

  Entry& At(Check check) { return entries_[static_cast<size_t>(check)]; }
  static bool Holds(const Entry& entry);
  // The gravest class that failed; nullopt when none did.
  std::optional<FailureClass> GravestFailed() const;
  // The gravest class of what was not evaluated; nullopt when all that is needed was.
  std::optional<FailureClass> GravestNotEvaluated() const;

  std::array<Entry, kCheckCount> entries_;  // by Check
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_CHECK_LIST_H_
