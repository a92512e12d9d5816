#ifndef MRG_DISPUTE_TESTING_SAMPLE_RULES_H_
#define MRG_DISPUTE_TESTING_SAMPLE_RULES_H_

// Rules of filing that answer as a test says. What true ones say is gateway/answer/relayed_filing's
// test.
//
// One thread at a time.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "dispute/filing_rules.h"

namespace mrg {

class SampleRules : public FilingRules {
 public:
  // Result: the answer; while there is none, that the dispute belongs where it is.
  absl::StatusOr<std::vector<Destination>> DestinationsOf(const DisputeHistory& history,
                                                          absl::Time) const override {
    ++calls;
    if (!answer.ok() || !answer->empty()) return answer;
    return std::vector<Destination>{
        {*MemberId::Parse(history.owner()), history.queue(), history.priority()}};
  }

  std::optional<MemberId> MemberOfDomain(absl::string_view trust_domain) const override {
    const auto found = domains.find(std::string(trust_domain));
    return found == domains.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::string, MemberId> domains;
  absl::StatusOr<std::vector<Destination>> answer = std::vector<Destination>();
  mutable int calls = 0;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_TESTING_SAMPLE_RULES_H_
