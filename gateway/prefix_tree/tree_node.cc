#include "gateway/prefix_tree/tree_node.h"

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

using trustlist::v1::TreeBranch;
using trustlist::v1::TreeChild;
using trustlist::v1::TreeLeaf;
using trustlist::v1::TreeLeafEntry;
using trustlist::v1::TreeNode;

absl::Status Malformed(absl::string_view detail) {
  return MakeError(Reason::kTreeNodeMalformed, detail);
}

bool HasPrefix(absl::string_view key, absl::string_view prefix) {
  for (size_t depth = 0; depth < prefix.size(); ++depth) {
    if (NibbleAt(key, depth) != static_cast<uint8_t>(prefix[depth])) return false;
  }
  return true;
}

absl::Status CheckLeaf(const TreeLeaf& leaf, absl::string_view prefix) {
  if (static_cast<size_t>(leaf.entries_size()) > kTreeLeafEntriesMax) {
    return Malformed("expected at most 64 entries in a leaf");
  }
  if (leaf.entries_size() == 0 && !prefix.empty()) {
    return Malformed("expected an empty leaf only as the root");
  }
  std::string previous;
  for (const TreeLeafEntry& entry : leaf.entries()) {
    if (entry.id().empty() || entry.id().size() > kTreeIdBytesMax) {
      return Malformed("expected ids of 1 to 512 bytes");
    }
    if (entry.value().size() > kTreeValueBytesMax) {
      return Malformed("expected values of at most 65536 bytes");
    }
    std::string key = Sha256(entry.id());
    if (!HasPrefix(key, prefix)) return Malformed("expected entries of this subtree only");
    if (!previous.empty() && key <= previous) return Malformed("expected entries sorted by key");
    previous = std::move(key);
  }
  return absl::OkStatus();
}

absl::Status CheckBranch(const TreeBranch& branch, absl::string_view prefix) {
  if (prefix.size() >= kTreeDepthMax) return Malformed("expected no branch below the last nibble");
  uint64_t entries = 0;
  int64_t previous = -1;
  for (const TreeChild& child : branch.children()) {
    if (child.nibble() > 15 || static_cast<int64_t>(child.nibble()) <= previous) {
      return Malformed("expected children sorted by nibble");
    }
    if (child.sha256().size() != kTreeKeyBytes) return Malformed("expected digests of 32 bytes");
    if (child.entry_count() == 0) return Malformed("expected no empty child");
    previous = child.nibble();
    entries += child.entry_count();
  }
  if (entries <= kTreeLeafEntriesMax) {
    return Malformed("expected a branch only above more than 64 entries");
  }
  return absl::OkStatus();
}

}  // namespace

uint32_t NibbleAt(absl::string_view key, size_t depth) {
  const auto byte = static_cast<uint8_t>(key[depth / 2]);
  return depth % 2 == 0 ? byte >> 4 : byte & 0x0F;
}

uint64_t EntryCount(const TreeNode& node) {
  if (node.has_leaf()) return static_cast<uint64_t>(node.leaf().entries_size());
  uint64_t entries = 0;
  for (const TreeChild& child : node.branch().children()) entries += child.entry_count();
  return entries;
}

absl::StatusOr<TreeNode> ReadTreeNode(absl::string_view bytes, absl::string_view sha256,
                                      absl::string_view prefix) {
  if (Sha256(bytes) != sha256) return Malformed("expected bytes of the named digest");
  MRG_ASSIGN_OR_RETURN(TreeNode node, ParseCanonical<TreeNode>(bytes, Reason::kTreeNodeMalformed));
  switch (node.kind_case()) {
    case TreeNode::kLeaf:
      MRG_RETURN_IF_ERROR(CheckLeaf(node.leaf(), prefix));
      return node;
    case TreeNode::kBranch:
      MRG_RETURN_IF_ERROR(CheckBranch(node.branch(), prefix));
      return node;
    case TreeNode::KIND_NOT_SET:
      break;
  }
  return Malformed("expected a leaf or a branch");
}

}  // namespace mrg
