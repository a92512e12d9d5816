#ifndef MRG_GATEWAY_CLI_OUTCOME_WORDS_H_
#define MRG_GATEWAY_CLI_OUTCOME_WORDS_H_

// Outcomes, verdicts and element reports in the words that a person reads, in both languages.
//
// Thread-safe: pure functions.

#include <string>

#include "gateway/cli/display.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {

// Result: "RECOGNIZED".
std::string OutcomeToken(audit::v1::Outcome outcome);
// Result: "RECOGNIZED 予以互认".
std::string OutcomeInWords(audit::v1::Outcome outcome);
// Result: "passed", "FAILED", "condition", "not evaluated".
const char* VerdictInWords(audit::v1::Verdict verdict);
// Result: "withheld 不予提供".
const char* ElementOutcomeInWords(gateway::v1::ElementOutcome outcome);

// Prints a translated document field by field, then what was not given and why.
void PrintTranslation(const std::string& standard, const std::string& document,
                      const google::protobuf::RepeatedPtrField<gateway::v1::ElementReport>& reports,
                      Display& out);

// Prints the paths of undeclared members, and how many more there are.
void PrintUndeclared(const gateway::v1::UndeclaredMembers& members, Display& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_OUTCOME_WORDS_H_
