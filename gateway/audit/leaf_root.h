#ifndef MRG_GATEWAY_AUDIT_LEAF_ROOT_H_
#define MRG_GATEWAY_AUDIT_LEAF_ROOT_H_

// The root of a tree from its leaves alone, in their order. It shares no code with the tree that
// the log writes (merkle_tree.h), so that a check by it finds what that one does wrong.
//
// Threads: belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "gateway/audit/merkle_tree.h"

namespace mrg {

class LeafRoot {
 public:
  LeafRoot() = default;
  // Goes on from a tree of `size` leaves. `peaks`: the roots of its perfect subtrees, largest
  // first; as many as `size` has bits that are set.
  LeafRoot(uint64_t size, std::vector<TreeHash> peaks) : size_(size), peaks_(std::move(peaks)) {}

  void Append(TreeHash hash) {
    ++size_;
    for (uint64_t rest = size_; (rest & 1) == 0; rest >>= 1) {
      hash = NodeHash(peaks_.back(), hash);
      peaks_.pop_back();
    }
    peaks_.push_back(hash);
  }

  uint64_t size() const { return size_; }

  // Result: the root of what was appended (RFC 6962 2.1).
  TreeHash Root() const {
    if (peaks_.empty()) return EmptyRoot();
    TreeHash root = peaks_.back();
    for (size_t i = peaks_.size() - 1; i > 0; --i) root = NodeHash(peaks_[i - 1], root);
    return root;
  }

 private:
  uint64_t size_ = 0;
  std::vector<TreeHash> peaks_;  // roots of the perfect subtrees, largest first (RFC 9162 2.1.2)
};

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_LEAF_ROOT_H_
