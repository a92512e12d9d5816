#ifndef MRG_GATEWAY_AUDIT_LOG_LEAF_H_
#define MRG_GATEWAY_AUDIT_LOG_LEAF_H_

// The leaves of the log: an envelope that says what it holds and in which version of its form, so
// that a reader refuses what it does not know instead of guessing. What the bodies mean is theirs.
//
// Thread-safe: pure functions.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {

// A leaf has a 16-bit length in C2SP entry bundles.
inline constexpr size_t kLeafBytesMax = 65535;

// The version of DecisionRecord that is read here.
inline constexpr uint32_t kDecisionLeafSchema = 1;

// Result: the leaf of a decision, canonical bytes of LogLeaf.
std::string DecisionLeaf(const audit::v1::DecisionRecord& record);

// Takes a leaf apart. Result: a leaf of a kind and schema that are known here; its body is not
// read. Errors: `malformed` for anything else: more than kLeafBytesMax bytes, bytes that are not
// canonical, an unknown kind or schema.
// Source: docs/formats/log.md.
absl::StatusOr<audit::v1::LogLeaf> ParseLeaf(absl::string_view bytes, Reason malformed);

// Reads the body of a leaf that ParseLeaf gave.
// Errors: `malformed` unless the leaf's kind is a decision and its body the canonical bytes of a
// record of the leaf's schema.
absl::StatusOr<audit::v1::DecisionRecord> ParseDecision(const audit::v1::LogLeaf& leaf,
                                                        Reason malformed);

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_LOG_LEAF_H_
