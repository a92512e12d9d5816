#ifndef MRG_GATEWAY_PREFIX_TREE_TREE_NODE_H_
#define MRG_GATEWAY_PREFIX_TREE_TREE_NODE_H_

// One node of the prefix tree: the strict reading of its canonical bytes, in place.
//
// Thread-safe: pure functions.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// A subtree of at most this many entries is one leaf (docs/formats/tree-node.md).
inline constexpr size_t kTreeLeafEntriesMax = 64;
inline constexpr size_t kTreeKeyBytes = 32;
inline constexpr size_t kTreeIdBytesMax = 512;
inline constexpr size_t kTreeValueBytesMax = 65536;
// Levels of a tree over 256-bit keys, by nibble.
inline constexpr size_t kTreeDepthMax = 64;

// One entry of a leaf, borrowed from the node's bytes.
struct TreeNodeEntry {
  std::string key;          // SHA-256 of the id, 32 raw bytes
  absl::string_view id;     // 1 to 512 bytes
  absl::string_view value;  // at most 65,536 bytes
};

// One child of a branch, borrowed from the node's bytes.
struct TreeNodeChild {
  uint32_t nibble = 0;       // 0 to 15
  absl::string_view sha256;  // 32 raw bytes
  uint64_t entry_count = 0;  // >= 1
};

// A node as it was read. A leaf has entries (none in the empty tree), a branch has children.
struct TreeNodeView {
  std::vector<TreeNodeEntry> entries;   // by key, at most 64
  std::vector<TreeNodeChild> children;  // by nibble
  uint64_t entry_count = 0;             // in the whole subtree

  bool is_branch() const { return !children.empty(); }
  // Result: the child for `nibble`; null when there is none.
  const TreeNodeChild* ChildAt(uint32_t nibble) const;
};

// Result: nibble number `depth` of a key, 0 to 15. REQUIRES: depth < 64, key of 32 bytes.
uint32_t NibbleAt(absl::string_view key, size_t depth);

// Result: the position one nibble below `prefix`, each nibble a byte 0 to 15.
std::string PrefixBelow(absl::string_view prefix, uint32_t nibble);

// Reads the node named `sha256` (32 raw bytes) that stands at the position of `prefix`, the
// nibbles above it as bytes 0 to 15. The result borrows from `bytes`.
// Errors: TREE_NODE_MALFORMED when the bytes have another digest, are not canonical, or hold
// anything the rules do not allow in this place.
absl::StatusOr<TreeNodeView> ReadTreeNode(absl::string_view bytes, absl::string_view sha256,
                                          absl::string_view prefix);

}  // namespace mrg

#endif  // MRG_GATEWAY_PREFIX_TREE_TREE_NODE_H_
