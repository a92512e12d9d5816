#ifndef MRG_GATEWAY_PREFIX_TREE_TREE_NODE_H_
#define MRG_GATEWAY_PREFIX_TREE_TREE_NODE_H_

// One node of the prefix tree: its canonical bytes and the strict reading of them.
//
// Thread-safe: pure functions.

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mrg/trustlist/v1/tree.pb.h"

namespace mrg {

// A subtree of at most this many entries is one leaf (DESIGN 3, tree).
inline constexpr size_t kTreeLeafEntriesMax = 64;
inline constexpr size_t kTreeKeyBytes = 32;
inline constexpr size_t kTreeIdBytesMax = 512;
inline constexpr size_t kTreeValueBytesMax = 65536;
// Levels of a tree over 256-bit keys, by nibble.
inline constexpr size_t kTreeDepthMax = 64;

// Result: nibble number `depth` of a key, 0 to 15. REQUIRES: depth < 64, key of 32 bytes.
uint32_t NibbleAt(absl::string_view key, size_t depth);

// Result: how many entries the node holds.
uint64_t EntryCount(const trustlist::v1::TreeNode& node);

// Reads the node named `sha256` (32 raw bytes) that stands at the position of `prefix`, the
// nibbles above it as bytes 0 to 15.
// Errors: TREE_NODE_MALFORMED when the bytes have another digest, are not canonical, or hold
// anything the rules do not allow in this place.
absl::StatusOr<trustlist::v1::TreeNode> ReadTreeNode(absl::string_view bytes,
                                                     absl::string_view sha256,
                                                     absl::string_view prefix);

}  // namespace mrg

#endif  // MRG_GATEWAY_PREFIX_TREE_TREE_NODE_H_
