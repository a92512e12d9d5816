#include "gateway/recognition/check_list.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace mrg {
namespace {

struct CheckInfo {
  absl::string_view name;
  bool may_be_unneeded;
  FailureClass not_evaluated;  // what it means that nobody made it
};

// By Check.
constexpr CheckInfo kChecks[] = {
    {"signature", false, FailureClass::kMalformed}, {"freshness", false, FailureClass::kStale},
    {"agreement", false, FailureClass::kNoRule},    {"issuer", false, FailureClass::kRefusal},
    {"pack", false, FailureClass::kNoRule},         {"document", false, FailureClass::kMalformed},
    {"binding", false, FailureClass::kRefusal},     {"issuer_state", false, FailureClass::kRefusal},
    {"validity", false, FailureClass::kRefusal},    {"catalogue", false, FailureClass::kRefusal},
    {"holder", true, FailureClass::kRefusal},       {"copy", true, FailureClass::kRefusal},
    {"status", false, FailureClass::kStale},        {"dispute_mark", false, FailureClass::kStale},
    {"translation", false, FailureClass::kNoRule},
};
static_assert(std::size(kChecks) == kCheckCount);

const CheckInfo& InfoOf(Check check) { return kChecks[static_cast<size_t>(check)]; }

std::optional<FailureClass> Graver(std::optional<FailureClass> a, FailureClass b) {
  return a.has_value() ? std::min(*a, b) : b;
}

audit::v1::Outcome OutcomeOf(FailureClass failure_class) {
  switch (failure_class) {
    case FailureClass::kStale:
      return audit::v1::OUTCOME_STALE_TRUST;
    case FailureClass::kNoRule:
      return audit::v1::OUTCOME_NO_RULE;
    case FailureClass::kMalformed:
    case FailureClass::kRefusal:
      break;
  }
  return audit::v1::OUTCOME_NOT_RECOGNIZED;
}

}  // namespace

absl::string_view NameOf(Check check) { return InfoOf(check).name; }

void CheckList::Pass(Check check) {
  At(check) = {audit::v1::VERDICT_PASSED, true, std::nullopt, std::nullopt};
}

void CheckList::Fail(Check check, FailureClass failure_class, Reason reason) {
  At(check) = {audit::v1::VERDICT_FAILED, true, failure_class, reason};
}

void CheckList::Condition(Check check, Reason reason) {
  At(check) = {audit::v1::VERDICT_CONDITION, true, std::nullopt, reason};
}

void CheckList::NotEvaluated(Check check) { At(check) = {}; }

void CheckList::NotNeeded(Check check) {
  At(check) = {};
  At(check).needed = !InfoOf(check).may_be_unneeded;
}

void CheckList::Judge(Check check, FailureClass failure_class, std::optional<Reason> reason) {
  if (reason.has_value()) {
    Fail(check, failure_class, *reason);
  } else {
    Pass(check);
  }
}

bool CheckList::Holds(const Entry& entry) {
  return entry.verdict == audit::v1::VERDICT_PASSED ||
         entry.verdict == audit::v1::VERDICT_CONDITION || !entry.needed;
}

std::optional<FailureClass> CheckList::GravestFailed() const {
  std::optional<FailureClass> gravest;
  for (const Entry& entry : entries_) {
    if (entry.failure_class.has_value()) gravest = Graver(gravest, *entry.failure_class);
  }
  return gravest;
}

std::optional<FailureClass> CheckList::GravestNotEvaluated() const {
  std::optional<FailureClass> gravest;
  for (size_t i = 0; i < entries_.size(); ++i) {
    const bool was_made = Holds(entries_[i]) || entries_[i].failure_class.has_value();
    if (!was_made) gravest = Graver(gravest, kChecks[i].not_evaluated);
  }
  return gravest;
}

audit::v1::Outcome CheckList::Outcome() const {
  if (const auto failed = GravestFailed()) return OutcomeOf(*failed);
  if (const auto not_evaluated = GravestNotEvaluated()) return OutcomeOf(*not_evaluated);
  const bool conditional = std::any_of(entries_.begin(), entries_.end(), [](const Entry& entry) {
    return entry.verdict == audit::v1::VERDICT_CONDITION;
  });
  return conditional ? audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS
                     : audit::v1::OUTCOME_RECOGNIZED;
}

std::vector<Reason> CheckList::Reasons() const {
  const std::optional<FailureClass> gravest = GravestFailed();
  if (!gravest.has_value() && GravestNotEvaluated().has_value()) {
    return {Reason::kCheckNotEvaluated};
  }
  std::vector<Reason> reasons;
  for (const Entry& entry : entries_) {
    const bool decided = gravest.has_value() ? entry.failure_class == gravest
                                             : entry.verdict == audit::v1::VERDICT_CONDITION;
    if (decided && entry.reason.has_value()) reasons.push_back(*entry.reason);
  }
  return reasons;
}

bool CheckList::AllHoldBefore(Check check) const {
  return std::all_of(entries_.begin(), entries_.begin() + static_cast<int>(check), Holds);
}

void CheckList::AppendTo(audit::v1::DecisionRecord* record) const {
  for (size_t i = 0; i < entries_.size(); ++i) {
    audit::v1::Check* check = record->add_checks();
    check->set_check(std::string(kChecks[i].name));
    check->set_verdict(entries_[i].verdict);
    if (entries_[i].reason.has_value()) {
      check->set_reason(std::string(TokenOf(*entries_[i].reason)));
    }
  }
}

}  // namespace mrg
