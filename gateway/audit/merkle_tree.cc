#include "gateway/audit/merkle_tree.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

// Newest hashes kept at level 0, half as many a level up, never fewer than two: all nodes that a
// group completes are held until its tiles are stored.
constexpr size_t kEdgeLeaves = 512;
static_assert(kEdgeLeaves >= 2 * kLogGroupMax);
// Levels that are stored, every eighth, keep one row of a tile (C2SP tlog-tiles): its older hashes
// are written again with each new one.
constexpr uint32_t kStoredLevels = 8;
constexpr size_t kStoredRow = 256;

size_t HeldAt(uint32_t level) {
  const size_t proofs = level < 9 ? kEdgeLeaves >> level : 2;
  const size_t row = level % kStoredLevels == 0 ? kStoredRow : 0;
  return std::max({proofs, row, size_t{2}});
}

}  // namespace

TreeHash ToTreeHash(absl::string_view bytes) {
  TreeHash hash{};
  std::memcpy(hash.data(), bytes.data(), std::min(bytes.size(), hash.size()));
  return hash;
}

TreeHash LeafHash(absl::string_view leaf) {
  return ToTreeHash(Sha256Stream().Update(absl::string_view("\0", 1)).Update(leaf).Finish());
}

TreeHash NodeHash(const TreeHash& left, const TreeHash& right) {
  std::array<char, 1 + 2 * kTreeHashBytes> input;
  input[0] = '\x01';
  std::memcpy(&input[1], left.data(), kTreeHashBytes);
  std::memcpy(&input[1 + kTreeHashBytes], right.data(), kTreeHashBytes);
  return ToTreeHash(Sha256(absl::string_view(input.data(), input.size())));
}

TreeHash EmptyRoot() { return ToTreeHash(Sha256("")); }

absl::StatusOr<TreeHash> SubtreeRoot(uint64_t begin, uint64_t end,
                                     const PerfectNodeReader& reader) {
  const uint64_t count = end - begin;
  if (std::has_single_bit(count)) {
    const auto level = static_cast<uint32_t>(std::countr_zero(count));
    return reader(level, begin >> level);
  }
  const uint64_t split = begin + std::bit_floor(count);
  MRG_ASSIGN_OR_RETURN(const TreeHash left, SubtreeRoot(begin, split, reader));
  MRG_ASSIGN_OR_RETURN(const TreeHash right, SubtreeRoot(split, end, reader));
  return NodeHash(left, right);
}

absl::StatusOr<TreeHash> TreeRoot(uint64_t size, const PerfectNodeReader& reader) {
  if (size == 0) return EmptyRoot();
  return SubtreeRoot(0, size, reader);
}

TreeEdge::Level& TreeEdge::At(uint32_t level) {
  if (levels_.size() <= level) levels_.resize(level + 1);
  return levels_[level];
}

absl::StatusOr<TreeEdge> TreeEdge::Load(uint64_t size, const PerfectNodeReader& reader) {
  TreeEdge edge;
  edge.size_ = size;
  for (uint32_t level = 0; level < 64 && (size >> level) > 0; ++level) {
    const uint64_t complete = size >> level;
    Level& held = edge.At(level);
    held.first = complete - std::min<uint64_t>(complete, HeldAt(level));
    for (uint64_t index = held.first; index < complete; ++index) {
      MRG_ASSIGN_OR_RETURN(const TreeHash hash, reader(level, index));
      held.hashes.push_back(hash);
    }
  }
  return edge;
}

void TreeEdge::Push(uint32_t level, const TreeHash& hash) {
  Level& held = At(level);
  held.hashes.push_back(hash);
  if (held.hashes.size() > 2 * HeldAt(level)) {
    const size_t drop = held.hashes.size() - HeldAt(level);
    held.hashes.erase(held.hashes.begin(), held.hashes.begin() + static_cast<std::ptrdiff_t>(drop));
    held.first += drop;
  }
}

void TreeEdge::Append(const TreeHash& leaf_hash) {
  TreeHash hash = leaf_hash;
  Push(0, hash);
  ++size_;
  // Each completed pair makes a node one level up.
  for (uint32_t level = 0; (size_ & ((uint64_t{2} << level) - 1)) == 0; ++level) {
    const Level& held = levels_[level];
    hash = NodeHash(held.hashes[held.hashes.size() - 2], held.hashes.back());
    Push(level + 1, hash);
  }
}

std::optional<TreeHash> TreeEdge::Find(uint32_t level, uint64_t index) const {
  if (level >= levels_.size()) return std::nullopt;
  const Level& held = levels_[level];
  if (index < held.first || index - held.first >= held.hashes.size()) return std::nullopt;
  return held.hashes[index - held.first];
}

}  // namespace mrg
