#include "gateway/prefix_tree/tree_proof.h"

#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/tree_node.h"

namespace mrg {
namespace {

// Result: the child on the way to `key`; null when there is none.
const TreeNodeChild* ChildFor(const TreeNodeView& node, absl::string_view key, size_t depth) {
  return node.is_branch() ? node.ChildAt(NibbleAt(key, depth)) : nullptr;
}

}  // namespace

absl::StatusOr<TreeProof> ProveEntry(absl::string_view root_sha256, const NodeSource& nodes,
                                     absl::string_view id) {
  const std::string key = Sha256(id);
  std::string sha256(root_sha256);
  std::string prefix;
  TreeProof proof;
  while (true) {
    MRG_ASSIGN_OR_RETURN(std::string bytes, nodes.ReadNode(sha256));
    MRG_ASSIGN_OR_RETURN(const TreeNodeView node, ReadTreeNode(bytes, sha256, prefix));
    const TreeNodeChild* const child = ChildFor(node, key, prefix.size());
    const bool last = child == nullptr;
    if (!last) {
      sha256 = std::string(child->sha256);
      prefix = PrefixBelow(prefix, child->nibble);
    }
    proof.push_back(std::move(bytes));
    if (last) return proof;
  }
}

absl::StatusOr<std::optional<std::string>> VerifyEntry(absl::string_view root_sha256,
                                                       const TreeProof& proof,
                                                       absl::string_view id) {
  const std::string key = Sha256(id);
  std::string sha256(root_sha256);
  std::string prefix;
  for (size_t depth = 0; depth < proof.size(); ++depth) {
    MRG_ASSIGN_OR_RETURN(const TreeNodeView node, ReadTreeNode(proof[depth], sha256, prefix));
    const TreeNodeChild* const child = ChildFor(node, key, depth);
    if (child != nullptr) {
      sha256 = std::string(child->sha256);
      prefix = PrefixBelow(prefix, child->nibble);
      continue;
    }
    if (depth + 1 != proof.size()) break;
    for (const TreeNodeEntry& entry : node.entries) {
      if (entry.id == id) return std::optional<std::string>(std::string(entry.value));
    }
    return std::optional<std::string>();
  }
  return MakeError(Reason::kTreeNodeMalformed,
                   "expected the nodes from the root to the entry's place, and no more");
}

}  // namespace mrg
