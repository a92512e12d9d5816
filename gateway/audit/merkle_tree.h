#ifndef MRG_GATEWAY_AUDIT_MERKLE_TREE_H_
#define MRG_GATEWAY_AUDIT_MERKLE_TREE_H_

// Hashes of an RFC 6962 Merkle tree, and the right edge of a growing one.
//
// Pure; a TreeEdge belongs to one thread at a time.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

inline constexpr size_t kTreeHashBytes = 32;
using TreeHash = std::array<char, kTreeHashBytes>;

inline absl::string_view ToView(const TreeHash& hash) { return {hash.data(), hash.size()}; }
inline std::string ToString(const TreeHash& hash) { return std::string(ToView(hash)); }
// REQUIRES: 32 bytes.
TreeHash ToTreeHash(absl::string_view bytes);

// Result: SHA-256(0x00 || leaf) (RFC 6962 2.1).
TreeHash LeafHash(absl::string_view leaf);
// Result: SHA-256(0x01 || left || right) (RFC 6962 2.1).
TreeHash NodeHash(const TreeHash& left, const TreeHash& right);
// Result: SHA-256 of nothing, the root of the empty tree.
TreeHash EmptyRoot();

// Reads the root of the perfect subtree of 2^level leaves that begins at leaf index << level.
using PerfectNodeReader = std::function<absl::StatusOr<TreeHash>(uint32_t level, uint64_t index)>;

// Result: the root of leaves [begin, end) as RFC 6962 2.1 defines it for a tree in which they are
// a subtree. REQUIRES: begin < end, begin a multiple of the smallest power of two >= end - begin.
absl::StatusOr<TreeHash> SubtreeRoot(uint64_t begin, uint64_t end, const PerfectNodeReader& reader);

// Result: the root of the tree of `size` leaves.
absl::StatusOr<TreeHash> TreeRoot(uint64_t size, const PerfectNodeReader& reader);

// The newest hashes of each level of a growing tree: enough to append a group of kLogGroupMax
// leaves, to compute the root, to prove the new leaves and to write the changed tiles, almost
// always without reading anything. At most some 100 KB, copied for each group.
class TreeEdge {
 public:
  TreeEdge() = default;

  // Loads the edge of a tree of `size` leaves from stored hashes.
  static absl::StatusOr<TreeEdge> Load(uint64_t size, const PerfectNodeReader& reader);

  void Append(const TreeHash& leaf_hash);
  uint64_t size() const { return size_; }

  // Result: the perfect node, nullopt when it is too old to be held or not complete yet.
  std::optional<TreeHash> Find(uint32_t level, uint64_t index) const;

 private:
  struct Level {
    uint64_t first = 0;  // index of hashes.front()
    std::vector<TreeHash> hashes;
  };
  void Push(uint32_t level, const TreeHash& hash);
  Level& At(uint32_t level);

  uint64_t size_ = 0;
  std::vector<Level> levels_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_MERKLE_TREE_H_
