#ifndef MRG_GATEWAY_PREFIX_TREE_TREE_PROOF_H_
#define MRG_GATEWAY_PREFIX_TREE_TREE_PROOF_H_

// Proof that a tree holds an entry, or that it does not: the nodes on the way to the entry's place.
// Whoever knows the root's digest can check it without the tree.
//
// Thread-safe: pure functions but for NodeSource.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/prefix_tree/prefix_tree.h"

namespace mrg {

// Nodes from the root down; 1 to 65.
using TreeProof = std::vector<std::string>;

// Result: the proof for `id`, whether the tree holds it or not.
// Errors: TREE_NODE_MALFORMED, TREE_NODE_NOT_FOUND, STORE_UNAVAILABLE.
absl::StatusOr<TreeProof> ProveEntry(absl::string_view root_sha256, const NodeSource& nodes,
                                     absl::string_view id);

// Checks `proof` against the root's digest (32 raw bytes).
// Result: the value that the tree holds for `id`; nullopt: proven absent.
// Errors: TREE_NODE_MALFORMED when the nodes do not lead from the root to the place of `id`, stop
// short of it, or more nodes follow.
absl::StatusOr<std::optional<std::string>> VerifyEntry(absl::string_view root_sha256,
                                                       const TreeProof& proof,
                                                       absl::string_view id);

}  // namespace mrg

#endif  // MRG_GATEWAY_PREFIX_TREE_TREE_PROOF_H_
