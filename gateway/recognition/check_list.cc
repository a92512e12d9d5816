#include "gateway/recognition/check_list.h"

#include <string>

namespace mrg {

void CheckList::Pass(absl::string_view check) {
  entries_.push_back({check, audit::v1::VERDICT_PASSED, std::nullopt, std::nullopt});
}

void CheckList::Fail(absl::string_view check, FailureClass failure_class, Reason reason) {
  entries_.push_back({check, audit::v1::VERDICT_FAILED, failure_class, reason});
}

void CheckList::Condition(absl::string_view check, Reason reason) {
  entries_.push_back({check, audit::v1::VERDICT_CONDITION, std::nullopt, reason});
}

void CheckList::NotEvaluated(absl::string_view check) {
  entries_.push_back({check, audit::v1::VERDICT_NOT_EVALUATED, std::nullopt, std::nullopt});
}

void CheckList::Judge(absl::string_view check, FailureClass failure_class,
                      std::optional<Reason> reason) {
  if (reason.has_value()) {
    Fail(check, failure_class, *reason);
  } else {
    Pass(check);
  }
}

std::optional<FailureClass> CheckList::Gravest() const {
  std::optional<FailureClass> gravest;
  for (const Entry& entry : entries_) {
    if (!entry.failure_class.has_value()) continue;
    if (!gravest.has_value() || *entry.failure_class < *gravest) gravest = entry.failure_class;
  }
  return gravest;
}

audit::v1::Outcome CheckList::Outcome() const {
  const std::optional<FailureClass> gravest = Gravest();
  if (gravest.has_value()) {
    switch (*gravest) {
      case FailureClass::kMalformed:
      case FailureClass::kRefusal:
        return audit::v1::OUTCOME_NOT_RECOGNIZED;
      case FailureClass::kStale:
        return audit::v1::OUTCOME_STALE_TRUST;
      case FailureClass::kNoRule:
        return audit::v1::OUTCOME_NO_RULE;
    }
  }
  for (const Entry& entry : entries_) {
    if (entry.verdict == audit::v1::VERDICT_CONDITION) {
      return audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS;
    }
  }
  return audit::v1::OUTCOME_RECOGNIZED;
}

std::vector<Reason> CheckList::Reasons() const {
  const std::optional<FailureClass> gravest = Gravest();
  std::vector<Reason> reasons;
  for (const Entry& entry : entries_) {
    const bool decided = gravest.has_value() ? entry.failure_class == gravest
                                             : entry.verdict == audit::v1::VERDICT_CONDITION;
    if (decided && entry.reason.has_value()) reasons.push_back(*entry.reason);
  }
  return reasons;
}

bool CheckList::AllHold() const { return !Gravest().has_value(); }

void CheckList::AppendTo(audit::v1::DecisionRecord* record) const {
  for (const Entry& entry : entries_) {
    audit::v1::Check* check = record->add_checks();
    check->set_check(std::string(entry.check));
    check->set_verdict(entry.verdict);
    if (entry.reason.has_value()) check->set_reason(std::string(TokenOf(*entry.reason)));
  }
}

}  // namespace mrg
