#include "gateway/prefix_tree/tree_node.h"

#include <utility>

#include "gateway/base/canonical_fields.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

// Field numbers of proto/mrg/trustlist/v1/tree.proto.
constexpr uint32_t kNodeLeaf = 1;
constexpr uint32_t kNodeBranch = 2;
constexpr uint32_t kLeafEntries = 1;
constexpr uint32_t kEntryId = 1;
constexpr uint32_t kEntryValue = 2;
constexpr uint32_t kBranchChildren = 1;
constexpr uint32_t kChildNibble = 1;
constexpr uint32_t kChildSha256 = 2;
constexpr uint32_t kChildEntryCount = 3;

absl::Status Malformed(absl::string_view detail) {
  return MakeError(Reason::kTreeNodeMalformed, detail);
}

absl::Status NotCanonical() {
  return Malformed("not the canonical protobuf encoding of a tree node");
}

bool HasPrefix(absl::string_view key, absl::string_view prefix) {
  for (size_t depth = 0; depth < prefix.size(); ++depth) {
    if (NibbleAt(key, depth) != static_cast<uint8_t>(prefix[depth])) return false;
  }
  return true;
}

absl::StatusOr<TreeNodeEntry> ReadEntry(absl::string_view bytes) {
  TreeNodeEntry entry;
  CanonicalFields fields(bytes);
  while (fields.Next()) {
    if (!fields.is_set_bytes() || fields.number() > kEntryValue) return NotCanonical();
    (fields.number() == kEntryId ? entry.id : entry.value) = fields.bytes();
  }
  if (!fields.ok()) return NotCanonical();
  if (entry.id.empty() || entry.id.size() > kTreeIdBytesMax) {
    return Malformed("expected ids of 1 to 512 bytes");
  }
  if (entry.value.size() > kTreeValueBytesMax) {
    return Malformed("expected values of at most 65536 bytes");
  }
  entry.key = Sha256(entry.id);
  return entry;
}

absl::Status ReadLeaf(absl::string_view bytes, absl::string_view prefix, TreeNodeView* node) {
  CanonicalFields fields(bytes);
  while (fields.Next()) {
    if (fields.number() != kLeafEntries || fields.is_varint()) return NotCanonical();
    if (node->entries.size() == kTreeLeafEntriesMax) {
      return Malformed("expected at most 64 entries in a leaf");
    }
    MRG_ASSIGN_OR_RETURN(TreeNodeEntry entry, ReadEntry(fields.bytes()));
    if (!HasPrefix(entry.key, prefix)) return Malformed("expected entries of this subtree only");
    if (!node->entries.empty() && entry.key <= node->entries.back().key) {
      return Malformed("expected entries sorted by key");
    }
    node->entries.push_back(std::move(entry));
  }
  if (!fields.ok()) return NotCanonical();
  if (node->entries.empty() && !prefix.empty()) {
    return Malformed("expected an empty leaf only as the root");
  }
  node->entry_count = node->entries.size();
  return absl::OkStatus();
}

absl::StatusOr<TreeNodeChild> ReadChild(absl::string_view bytes) {
  TreeNodeChild child;
  CanonicalFields fields(bytes);
  while (fields.Next()) {
    if (fields.number() == kChildNibble && fields.is_set_varint()) {
      if (fields.varint() > 15) return Malformed("expected nibbles of 0 to 15");
      child.nibble = static_cast<uint32_t>(fields.varint());
    } else if (fields.number() == kChildSha256 && fields.is_set_bytes()) {
      child.sha256 = fields.bytes();
    } else if (fields.number() == kChildEntryCount && fields.is_set_varint()) {
      child.entry_count = fields.varint();
    } else {
      return NotCanonical();
    }
  }
  if (!fields.ok()) return NotCanonical();
  if (child.sha256.size() != kTreeKeyBytes) return Malformed("expected digests of 32 bytes");
  if (child.entry_count == 0) return Malformed("expected no empty child");
  return child;
}

absl::Status ReadBranch(absl::string_view bytes, absl::string_view prefix, TreeNodeView* node) {
  if (prefix.size() >= kTreeDepthMax) return Malformed("expected no branch below the last nibble");
  CanonicalFields fields(bytes);
  while (fields.Next()) {
    if (fields.number() != kBranchChildren || fields.is_varint()) return NotCanonical();
    MRG_ASSIGN_OR_RETURN(const TreeNodeChild child, ReadChild(fields.bytes()));
    if (!node->children.empty() && child.nibble <= node->children.back().nibble) {
      return Malformed("expected children sorted by nibble");
    }
    // Counts are only stated, so their sum could run over.
    if (child.entry_count > UINT64_MAX - node->entry_count) {
      return Malformed("expected fewer entries");
    }
    node->entry_count += child.entry_count;
    node->children.push_back(child);
  }
  if (!fields.ok()) return NotCanonical();
  if (node->entry_count <= kTreeLeafEntriesMax) {
    return Malformed("expected a branch only above more than 64 entries");
  }
  return absl::OkStatus();
}

}  // namespace

const TreeNodeChild* TreeNodeView::ChildAt(uint32_t nibble) const {
  for (const TreeNodeChild& child : children) {
    if (child.nibble == nibble) return &child;
  }
  return nullptr;
}

uint32_t NibbleAt(absl::string_view key, size_t depth) {
  const auto byte = static_cast<uint8_t>(key[depth / 2]);
  return depth % 2 == 0 ? byte >> 4 : byte & 0x0F;
}

std::string PrefixBelow(absl::string_view prefix, uint32_t nibble) {
  std::string below(prefix);
  below += static_cast<char>(nibble);
  return below;
}

absl::StatusOr<TreeNodeView> ReadTreeNode(absl::string_view bytes, absl::string_view sha256,
                                          absl::string_view prefix) {
  if (Sha256(bytes) != sha256) return Malformed("expected bytes of the named digest");
  TreeNodeView node;
  CanonicalFields fields(bytes);
  if (!fields.Next() || !fields.is_message() || fields.number() > kNodeBranch) {
    return Malformed("expected a leaf or a branch");
  }
  MRG_RETURN_IF_ERROR(fields.number() == kNodeLeaf ? ReadLeaf(fields.bytes(), prefix, &node)
                                                   : ReadBranch(fields.bytes(), prefix, &node));
  if (fields.Next() || !fields.ok()) return NotCanonical();
  return node;
}

}  // namespace mrg
