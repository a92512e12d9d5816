// The outcome of every combination of made and unmade checks, and of every pair of verdicts beside
// checks that passed, compared with a reference that is written down check by check.

#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/recognition/check_list.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::Outcome;
using audit::v1::OUTCOME_NO_RULE;
using audit::v1::OUTCOME_NOT_RECOGNIZED;
using audit::v1::OUTCOME_RECOGNIZED;
using audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS;
using audit::v1::OUTCOME_STALE_TRUST;

enum class State {
  kPassed,
  kCondition,
  kNotNeeded,
  kNotEvaluated,
  kNeverNamed,
  kMalformed,
  kStale,
  kNoRule,
  kRefusal,
};
constexpr State kStates[] = {State::kPassed,       State::kCondition,  State::kNotNeeded,
                             State::kNotEvaluated, State::kNeverNamed, State::kMalformed,
                             State::kStale,        State::kNoRule,     State::kRefusal};
using Case = std::array<State, kCheckCount>;

// The order in which outcomes outweigh each other; the first is that of what is malformed.
constexpr Outcome kByGravity[] = {OUTCOME_NOT_RECOGNIZED, OUTCOME_STALE_TRUST, OUTCOME_NO_RULE,
                                  OUTCOME_NOT_RECOGNIZED};

// The place in kByGravity of a check that nobody made.
int GravityOfUnmade(const std::string& check) {
  if (check == "signature" || check == "document") return 0;
  if (check == "freshness" || check == "status" || check == "dispute_mark") return 1;
  if (check == "agreement" || check == "pack" || check == "translation") return 2;
  return 3;
}

Outcome Reference(const Case& states) {
  int failed = 4;
  int unmade = 4;
  bool conditions = false;
  for (int i = 0; i < kCheckCount; ++i) {
    const std::string check(NameOf(static_cast<Check>(i)));
    const bool made = states[i] != State::kNotEvaluated && states[i] != State::kNeverNamed &&
                      (states[i] != State::kNotNeeded || check == "holder" || check == "copy");
    if (!made) unmade = std::min(unmade, GravityOfUnmade(check));
    if (states[i] == State::kMalformed) failed = std::min(failed, 0);
    if (states[i] == State::kStale) failed = std::min(failed, 1);
    if (states[i] == State::kNoRule) failed = std::min(failed, 2);
    if (states[i] == State::kRefusal) failed = std::min(failed, 3);
    if (states[i] == State::kCondition) conditions = true;
  }
  if (failed < 4) return kByGravity[failed];
  if (unmade < 4) return kByGravity[unmade];
  return conditions ? OUTCOME_RECOGNIZED_WITH_CONDITIONS : OUTCOME_RECOGNIZED;
}

void Put(Check check, State state, CheckList* checks) {
  switch (state) {
    case State::kPassed:
      return checks->Pass(check);
    case State::kCondition:
      return checks->Condition(check, Reason::kUnderDispute);
    case State::kNotNeeded:
      return checks->NotNeeded(check);
    case State::kNotEvaluated:
      return checks->NotEvaluated(check);
    case State::kNeverNamed:
      return;
    case State::kMalformed:
      return checks->Fail(check, FailureClass::kMalformed, Reason::kDocumentMalformed);
    case State::kStale:
      return checks->Fail(check, FailureClass::kStale, Reason::kTrustExpired);
    case State::kNoRule:
      return checks->Fail(check, FailureClass::kNoRule, Reason::kNoPack);
    case State::kRefusal:
      return checks->Fail(check, FailureClass::kRefusal, Reason::kIssuerNotListed);
  }
}

void Compare(const Case& states) {
  CheckList checks;
  for (int i = 0; i < kCheckCount; ++i) Put(static_cast<Check>(i), states[i], &checks);
  const Outcome expected = Reference(states);
  std::string which;
  for (const State state : states) absl::StrAppend(&which, static_cast<int>(state), " ");
  ASSERT_EQ(checks.Outcome(), expected) << which;
  // An answer other than RECOGNIZED always says why.
  ASSERT_EQ(checks.Reasons().empty(), expected == OUTCOME_RECOGNIZED) << which;
}

Case AllPassed() {
  Case states;
  states.fill(State::kPassed);
  return states;
}

TEST(CheckListExhaustive, H2_NoCombinationOfUnmadeChecksIsRecognised) {
  int recognised = 0;
  for (uint32_t unmade = 0; unmade < 1u << kCheckCount; ++unmade) {
    Case states = AllPassed();
    for (int i = 0; i < kCheckCount; ++i) {
      if ((unmade >> i & 1) != 0) states[i] = State::kNotEvaluated;
    }
    Compare(states);
    if (Reference(states) == OUTCOME_RECOGNIZED) ++recognised;
  }
  EXPECT_EQ(recognised, 1) << "the one in which every check passed";
}

TEST(CheckListExhaustive, H2_EveryPairOfVerdictsInEveryPlaceHasItsOutcome) {
  for (int first = 0; first < kCheckCount; ++first) {
    for (int second = first + 1; second < kCheckCount; ++second) {
      for (const State one : kStates) {
        for (const State other : kStates) {
          Case states = AllPassed();
          states[first] = one;
          states[second] = other;
          Compare(states);
        }
      }
    }
  }
}

}  // namespace
}  // namespace mrg
