#include "gateway/audit/log_leaf.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/status_macros.h"

namespace mrg {

using audit::v1::DecisionRecord;
using audit::v1::LogLeaf;

std::string DecisionLeaf(const DecisionRecord& record) {
  LogLeaf leaf;
  leaf.set_kind(audit::v1::LEAF_KIND_DECISION);
  leaf.set_schema(record.schema());
  leaf.set_body(CanonicalBytes(record));
  return CanonicalBytes(leaf);
}

absl::StatusOr<LogLeaf> ParseLeaf(absl::string_view bytes, Reason malformed) {
  if (bytes.size() > kLeafBytesMax) {
    return MakeError(malformed, absl::StrCat("expected a leaf of at most ", kLeafBytesMax,
                                             " bytes, got ", bytes.size()));
  }
  MRG_ASSIGN_OR_RETURN(LogLeaf leaf, ParseCanonical<LogLeaf>(bytes, malformed));
  switch (leaf.kind()) {
    case audit::v1::LEAF_KIND_DECISION:
      if (leaf.schema() == kDecisionLeafSchema) return leaf;
      return MakeError(malformed, absl::StrCat("expected a decision of schema ",
                                               kDecisionLeafSchema, ", got ", leaf.schema()));
    default:
      return MakeError(malformed, absl::StrCat("expected a leaf of a known kind, got ",
                                               static_cast<int>(leaf.kind())));
  }
}

absl::StatusOr<DecisionRecord> ParseDecision(const LogLeaf& leaf, Reason malformed) {
  if (leaf.kind() != audit::v1::LEAF_KIND_DECISION) {
    return MakeError(malformed, "expected the leaf of a decision");
  }
  MRG_ASSIGN_OR_RETURN(DecisionRecord record,
                       ParseCanonical<DecisionRecord>(leaf.body(), malformed));
  if (record.schema() != leaf.schema()) {
    return MakeError(malformed, "expected the record's schema to be the leaf's");
  }
  return record;
}

}  // namespace mrg
