#include "gateway/prefix_tree/tree_proof.h"

#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/tree_node.h"

namespace mrg {
namespace {

using trustlist::v1::TreeChild;
using trustlist::v1::TreeLeafEntry;
using trustlist::v1::TreeNode;

// Result: the child on the way to `key`; null when there is none.
const TreeChild* ChildFor(const TreeNode& node, absl::string_view key, size_t depth) {
  for (const TreeChild& child : node.branch().children()) {
    if (child.nibble() == NibbleAt(key, depth)) return &child;
  }
  return nullptr;
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
    MRG_ASSIGN_OR_RETURN(const TreeNode node, ReadTreeNode(bytes, sha256, prefix));
    proof.push_back(std::move(bytes));
    const TreeChild* child = ChildFor(node, key, prefix.size());
    if (child == nullptr) return proof;
    sha256 = child->sha256();
    prefix += static_cast<char>(child->nibble());
  }
}

absl::StatusOr<std::optional<std::string>> VerifyEntry(absl::string_view root_sha256,
                                                       const TreeProof& proof,
                                                       absl::string_view id) {
  const std::string key = Sha256(id);
  std::string sha256(root_sha256);
  std::string prefix;
  for (size_t depth = 0; depth < proof.size(); ++depth) {
    MRG_ASSIGN_OR_RETURN(const TreeNode node, ReadTreeNode(proof[depth], sha256, prefix));
    const TreeChild* child = ChildFor(node, key, depth);
    if (child != nullptr) {
      sha256 = child->sha256();
      prefix += static_cast<char>(child->nibble());
      continue;
    }
    if (depth + 1 != proof.size()) break;
    for (const TreeLeafEntry& entry : node.leaf().entries()) {
      if (entry.id() == id) return std::optional<std::string>(entry.value());
    }
    return std::optional<std::string>();
  }
  return MakeError(Reason::kTreeNodeMalformed,
                   "expected the nodes from the root to the entry's place, and no more");
}

}  // namespace mrg
