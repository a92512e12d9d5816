#ifndef MRG_GATEWAY_RECOGNITION_DECISION_H_
#define MRG_GATEWAY_RECOGNITION_DECISION_H_

// What one recognition is asked and what it answers. Plain values.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/freshness.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/gateway/v1/agreement.pb.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {

// Raised when the same input could be decided otherwise than before; stands in every record. 2:
// AGREEMENT_NOT_IN_FORCE where another agreement of the pair says nothing of the type; of two
// agreements about a type, only the one that began first. 3: the status under every epoch of the
// list (ADR-0017). 4: the record says form and kind of signing time (ADR-0025). 5: recognised only
// when every check was made; a member's own lists are judged whatever the hub says of it. 6: a
// number with a character that is not known is none. 7: an agreement may demand a document without
// undeclared members.
inline constexpr uint32_t kRulesVersion = 7;

// Version of the record's own form.
inline constexpr uint32_t kRecordSchema = 1;

// A request whose syntax has been checked (the caller's faults are gone).
struct RecognitionRequest {
  SpiffeId caller;
  std::string log_origin;  // of the log that will hold the record
  JurisdictionId using_jurisdiction;
  JurisdictionId issuing_jurisdiction;
  LicenceTypeCode type_code;
  StandardId document_standard;
  std::optional<StandardId> target_standard;  // nullopt: the using jurisdiction's default
  ScenarioId scenario;
  std::vector<std::string> requested_elements;  // canonical ids; empty: all that is allowed
  std::string expected_holder_name;             // empty: not compared
  std::string expected_holder_code;             // empty: not compared
};

struct Decision {
  audit::v1::Outcome outcome = audit::v1::OUTCOME_UNSPECIFIED;
  // For a refusal the failed checks' reasons, for conditions the conditions; in check order.
  std::vector<Reason> reasons;
  // Of those reasons that are about elements of the document: their canonical ids
  // (RefusedElements).
  std::map<Reason, std::vector<std::string>> refused_elements;
  // Whose list was wanting; there when the outcome is STALE_TRUST, but for a status that could not
  // be asked for. Not in the record, which says what the decision rests on.
  std::optional<StaleList> stale_list;
  // The record to be logged, complete.
  audit::v1::DecisionRecord record;
  // The answer's document; empty unless recognised.
  std::string target_standard;
  std::string document;
  std::vector<gateway::v1::ElementReport> reports;
  // What the document holds beyond its standard, whatever the outcome.
  gateway::v1::UndeclaredMembers undeclared_members;
  // What the agreement asks of the user; empty unless recognised.
  std::vector<gateway::v1::AgreementCondition> conditions;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_DECISION_H_
