#ifndef MRG_GATEWAY_PREFIX_TREE_TREE_IMAGE_H_
#define MRG_GATEWAY_PREFIX_TREE_TREE_IMAGE_H_

// A prefix tree held in memory, to look entries up by key at any rate: of each leaf the values,
// packed one behind the other, and of each entry a tag by which its neighbours are passed over. Ids
// are not kept: whoever knows what the values mean can tell them apart by the values.
//
// An image is made of an earlier one by reading what changed: every subtree with the same digest is
// shared with it. The result is the same as that of reading the whole tree.
//
// Memory: 8 bytes an entry beside its value, and about 120 a leaf. A list of a million has leaves
// of 15 entries.
//
// Thread-safe: immutable after Load, cheap to copy.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/prefix_tree/tree_node.h"

namespace mrg {

class TreeImage {
 public:
  // What decides about entries while an image is read.
  struct Reader {
    // Judges an entry of a leaf that is read. Result: its tag. An error ends the reading.
    std::function<absl::StatusOr<uint32_t>(const TreeNodeEntry& entry)> take;
    // Told of each entry of the earlier image whose leaf is not shared, whether or not the entry
    // comes again in another one. May be empty.
    std::function<void(uint32_t tag, absl::string_view value)> dropped;
  };

  // The image of no tree.
  TreeImage() = default;

  // Reads the tree at `root_sha256`. `earlier`: image to share subtrees with; null: none.
  // Errors: TREE_NODE_MALFORMED, also when a node holds another number of entries than its parent
  // states; TREE_NODE_NOT_FOUND, STORE_UNAVAILABLE, STORE_CORRUPT, or what `take` gave.
  static absl::StatusOr<TreeImage> Load(absl::string_view root_sha256, const NodeSource& nodes,
                                        const Reader& reader, const TreeImage* earlier = nullptr);

  // Calls `visit` with the value of every entry with this tag (nullopt: any) whose key may begin
  // with `key_prefix` (1 to 32 bytes of the SHA-256 of the id): those in the one leaf of that
  // place, or below it when the prefix ends above the leaves. With a whole key it is one leaf at
  // most. What is given lives as long as the image.
  void ForEachAt(absl::string_view key_prefix, std::optional<uint32_t> tag,
                 absl::FunctionRef<void(absl::string_view value)> visit) const;

  // Result: how many entries it holds.
  uint64_t size() const { return root_ == nullptr ? 0 : root_->entry_count; }

  // Result: how many nodes the two share, for tests. Pure.
  static size_t SharedNodes(const TreeImage& a, const TreeImage& b);

 private:
  struct Node;
  using NodePtr = std::shared_ptr<const Node>;
  struct Node {
    std::array<char, kTreeKeyBytes> sha256;
    uint64_t entry_count = 0;
    // Of a leaf: tags (4 bytes each), ends of the values counted from the first (4 bytes each), the
    // values.
    std::string packed;
    std::vector<NodePtr> children;  // of a branch: 16, by nibble, null where there is none

    bool is_branch() const { return !children.empty(); }
    bool Is(absl::string_view digest) const {
      return absl::string_view(sha256.data(), sha256.size()) == digest;
    }
    uint32_t TagAt(size_t index) const;
    absl::string_view ValueAt(size_t index) const;
  };
  class Loader;

  static void VisitBelow(const Node& node, std::optional<uint32_t> tag,
                         absl::FunctionRef<void(absl::string_view value)> visit);
  static size_t SharedBelow(const NodePtr& a, const NodePtr& b);
  static size_t CountBelow(const NodePtr& node);

  NodePtr root_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_PREFIX_TREE_TREE_IMAGE_H_
