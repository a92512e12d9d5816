#ifndef MRG_GATEWAY_RECOGNITION_RECORD_FACTS_H_
#define MRG_GATEWAY_RECOGNITION_RECORD_FACTS_H_

// What a decision rests on, written into its record: role versions, targets, commitments.
//
// Thread-safe: pure functions.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {

// Adds the roles of the issuing and the using member and of the hub, each once, sorted by publisher
// and role. Roles of other provinces are left out. Unknown jurisdictions add nothing.
void AddRestsOn(const RecognitionSnapshot& snapshot, const JurisdictionId& using_jurisdiction,
                const JurisdictionId& issuing_jurisdiction, audit::v1::DecisionRecord* record);

// A target that a decision used; borrowed from its snapshot.
struct TargetRef {
  absl::string_view path;
  absl::string_view sha256;  // 32 raw bytes
};

// Adds the targets, each once, sorted by path, and sets policy_digest to the SHA-256 of the
// canonical bytes of a record that holds nothing but them. Targets that the record had are gone.
void AddTargetsUsed(std::vector<TargetRef> targets, audit::v1::DecisionRecord* record);

// Result: SHA-256(salt || bytes), 32 raw bytes: a commitment that can be opened only with the salt.
std::string Commitment(absl::string_view salt, absl::string_view bytes);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_RECORD_FACTS_H_
