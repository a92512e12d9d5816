#ifndef MRG_GATEWAY_CLI_RECORD_WORDS_H_
#define MRG_GATEWAY_CLI_RECORD_WORDS_H_

// Records of the decision log as a person or a program reads them. Not shown are the commitments,
// which say nothing without a salt, and the caller, whose SPIFFE id may name a person.
//
// Thread-safe: pure functions.

#include <cstdint>
#include <string>

#include "gateway/cli/display.h"
#include "gateway/cli/json_output.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {

// Result: the reason of the first check, in the record's order, that failed, or that holds under a
// condition when the outcome is conditional; empty when there is none. Where checks failed for
// causes of several kinds the answer states the gravest first, which a record does not hold.
std::string FirstReason(const audit::v1::DecisionRecord& record);

// Shows a record in several lines: when, question, outcome, checks, what it rests on.
void PrintRecord(const audit::v1::DecisionRecord& record, Display& out);

// Shows the record `index` in one line.
void PrintRecordLine(uint64_t index, const audit::v1::DecisionRecord& record, Display& out);

// Result: the record as one JSON object.
ShownJson RecordJson(uint64_t index, const audit::v1::DecisionRecord& record);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_RECORD_WORDS_H_
