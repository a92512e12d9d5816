#ifndef MRG_DISPUTE_TESTING_SAMPLE_RULES_H_
#define MRG_DISPUTE_TESTING_SAMPLE_RULES_H_

// Rules of filing that answer as a test says. What true ones say is gateway/answer/relayed_filing's
// test.
//
// One thread at a time.

#include <vector>

#include "absl/status/statusor.h"
#include "dispute/filing_rules.h"

namespace mrg {

class SampleRules : public FilingRules {
 public:
  // Result: the answer; while there is none, that the dispute belongs where it is.
  absl::StatusOr<std::vector<Destination>> DestinationsOf(
      const DisputeHistory& history) const override {
    ++calls;
    if (!answer.ok() || !answer->empty()) return answer;
    return std::vector<Destination>{
        {*MemberId::Parse(history.owner()), history.queue(), history.priority()}};
  }

  absl::StatusOr<std::vector<Destination>> answer = std::vector<Destination>();
  mutable int calls = 0;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_TESTING_SAMPLE_RULES_H_
