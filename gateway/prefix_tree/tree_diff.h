#ifndef MRG_GATEWAY_PREFIX_TREE_TREE_DIFF_H_
#define MRG_GATEWAY_PREFIX_TREE_TREE_DIFF_H_

// What differs between two prefix trees. Both are walked together, and what has one digest in both
// is passed over, so the work is that of the changes and not of the lists.
//
// Pure but for NodeSource; thread-safe.

#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/prefix_tree/prefix_tree.h"

namespace mrg {

// One entry that is not the same in both trees: added (no `before`), removed (no `after`) or with
// another value. What is given lives for the call.
struct EntryDifference {
  absl::string_view id;
  std::optional<absl::string_view> before;  // value
  std::optional<absl::string_view> after;   // value
};

// Calls `visit` once for each entry that differs, until it fails. An empty `before_root` stands for
// a tree that does not exist. Order: by subtree, the same for the same trees.
// Errors: TREE_NODE_MALFORMED, TREE_NODE_NOT_FOUND, STORE_UNAVAILABLE, or what `visit` gave.
absl::Status ForEachDifference(absl::string_view before_root, absl::string_view after_root,
                               const NodeSource& nodes,
                               const std::function<absl::Status(const EntryDifference&)>& visit);

// Calls `visit` with digest (32 raw bytes) and bytes of each node of the tree at `after_root` that
// does not stand at the same place of the one at `before_root`; a node before those below it.
// Errors: as ForEachDifference.
absl::Status ForEachNewNode(
    absl::string_view before_root, absl::string_view after_root, const NodeSource& nodes,
    const std::function<absl::Status(absl::string_view sha256, absl::string_view bytes)>& visit);

}  // namespace mrg

#endif  // MRG_GATEWAY_PREFIX_TREE_TREE_DIFF_H_
