#ifndef MRG_GATEWAY_CLI_SETUP_AGREEMENT_TEXT_H_
#define MRG_GATEWAY_CLI_SETUP_AGREEMENT_TEXT_H_

// The text of a first agreement between members, with the digests that nobody should have to write.
//
// Thread-safe: pure functions.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {

struct AgreementPlan {
  std::string id;
  std::vector<trustlist::v1::FederationMember> members;  // at least two
  std::vector<std::string> type_codes;                   // at least one
  std::vector<std::string> elements;                     // that may be shown, at least one
  std::vector<std::string> packs;  // texts of mapping packs, one a type and standard; may be empty
  std::string scenario = "government-service";
  std::string scenario_zh = "政务服务";
  std::string scenario_en = "Government service";
  uint32_t dictionary_version = 1;
  absl::Time from;  // whole seconds
};

// Result: the agreement, between each two members in both directions and not within one; parties
// are all their provinces. A node takes the text as it is. Errors: FIELD_MALFORMED,
// AGREEMENT_INVALID, naming the flag --id, --member, --type, --element,
// --pack, --scenario, --dictionary-version or --from.
absl::StatusOr<std::string> AgreementText(const AgreementPlan& plan);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SETUP_AGREEMENT_TEXT_H_
