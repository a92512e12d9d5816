#ifndef MRG_GATEWAY_PREFIX_TREE_PREFIX_TREE_H_
#define MRG_GATEWAY_PREFIX_TREE_PREFIX_TREE_H_

// The content-addressed prefix tree: 16-way by nibble over SHA-256 of the entry's id, a subtree of
// at most 64 entries being one leaf. The same set of entries has the same root, whatever the way it
// came about; a change of one entry changes the nodes on one path.
//
// Pure but for NodeSource; thread-safe.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/prefix_tree/tree_node.h"

namespace mrg {

struct TreeEntry {
  std::string id;     // 1 to 512 bytes; the key is SHA-256(id)
  std::string value;  // at most 65,536 bytes
};

// Where nodes are read from, by their SHA-256.
class NodeSource {
 public:
  virtual ~NodeSource() = default;
  // Result: the node's bytes. Errors: TREE_NODE_NOT_FOUND, STORE_UNAVAILABLE.
  virtual absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const = 0;

  // Reads several nodes, in one go where the source can: this one asks for one after the other.
  // Result: one answer a digest, in the same order; nullopt where there is no such node.
  // Ranges: at most kStoreKeysMax digests. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  virtual absl::StatusOr<std::vector<std::optional<std::string>>> ReadNodes(
      std::span<const std::string> sha256s) const;
};

// Reads the children of `branch`, all in one go.
// Result: the nodes' bytes, one a child, in the order of `branch`; none for a leaf.
// Errors: TREE_NODE_NOT_FOUND when one is missing; otherwise as NodeSource::ReadNodes.
absl::StatusOr<std::vector<std::string>> ReadChildren(const TreeNodeView& branch,
                                                      const NodeSource& nodes);

struct BuiltTree {
  std::string root_sha256;                   // 32 raw bytes
  std::map<std::string, std::string> nodes;  // SHA-256 (32 raw bytes) -> bytes; holds the root

  const std::string& root_bytes() const { return nodes.at(root_sha256); }
};

// Builds the tree of `entries`, in any order.
// Errors: TREE_NODE_MALFORMED when an id is given twice or an id or value is out of bounds.
absl::StatusOr<BuiltTree> BuildTree(std::vector<TreeEntry> entries);

// Applies upserts and removals to the tree at `root_sha256`. An id in both lists is upserted;
// removing an absent id is no error.
// Result: the new tree's root and the nodes on the changed paths (those that did not change are not
// repeated; the root always is there). Equal to a full build of the new set.
// Errors: as BuildTree and NodeSource.
absl::StatusOr<BuiltTree> UpdateTree(absl::string_view root_sha256, const NodeSource& nodes,
                                     const std::vector<TreeEntry>& upserts,
                                     const std::vector<std::string>& removals);

// Calls `visit` for every entry in key order, until it fails; what it is given lives for the call.
// Errors: TREE_NODE_MALFORMED, TREE_NODE_NOT_FOUND, STORE_UNAVAILABLE, or what `visit` gave.
absl::Status ForEachEntry(absl::string_view root_sha256, const NodeSource& nodes,
                          const std::function<absl::Status(const TreeNodeEntry&)>& visit);

// Result: the value of `id`; nullopt when the tree does not hold it. Errors: as ForEachEntry.
absl::StatusOr<std::optional<std::string>> LookupEntry(absl::string_view root_sha256,
                                                       const NodeSource& nodes,
                                                       absl::string_view id);

// Finds what is missing to hold the whole tree: descends from the root through nodes that `nodes`
// has, and reports the digests it does not have (TREE_NODE_NOT_FOUND), at most `limit`.
// Result: missing digests, empty when the tree is complete. Call again after fetching them.
// Errors: TREE_NODE_MALFORMED, STORE_UNAVAILABLE.
absl::StatusOr<std::vector<std::string>> MissingNodes(absl::string_view root_sha256,
                                                      const NodeSource& nodes, size_t limit);

}  // namespace mrg

#endif  // MRG_GATEWAY_PREFIX_TREE_PREFIX_TREE_H_
