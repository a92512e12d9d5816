#ifndef MRG_GATEWAY_RECOGNITION_ISSUERS_KEPT_H_
#define MRG_GATEWAY_RECOGNITION_ISSUERS_KEPT_H_

// Entries of an issuer list are never deleted: a key that is no longer used is retired, suspended
// or compromised by its states. Who could leave an entry out could also make forgotten that it was
// compromised.
//
// Thread-safe: a pure function but for reading nodes.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/prefix_tree/prefix_tree.h"

namespace mrg {

// Checks that each entry of the issuer tree at `before_root` stands in the one at `after_root`,
// with whatever content. `nodes` holds both. The work is that of the nodes that differ. Errors:
// ISSUER_LIST_INVALID with the id of an entry that is missing; as ForEachDifference.
absl::Status CheckIssuersKept(absl::string_view before_root, absl::string_view after_root,
                              const NodeSource& nodes);

// Result: the refusal of a publication that lists no issuers any more where some are listed.
absl::Status IssuersNoLongerListed();

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_ISSUERS_KEPT_H_
