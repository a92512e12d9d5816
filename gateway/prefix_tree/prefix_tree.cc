#include "gateway/prefix_tree/prefix_tree.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/tree_node.h"
#include "mrg/trustlist/v1/tree.pb.h"

namespace mrg {
namespace {

using trustlist::v1::TreeChild;
using trustlist::v1::TreeLeafEntry;
using trustlist::v1::TreeNode;

// Nodes read in one go on the way through a tree: the children of one branch.
constexpr size_t kNodesAtOnce = 16;

// An entry with its key; lists of these are sorted by key.
struct KeyedEntry {
  std::string key;
  std::string id;
  std::string value;
};

// A change of one entry: nullopt removes it.
struct KeyedChange {
  std::string key;
  std::string id;
  std::optional<std::string> value;
};

// A subtree that stands in the result, by its digest.
struct Subtree {
  std::string sha256;
  uint64_t entry_count = 0;
};

template <typename T>
std::span<const T> WithNibble(std::span<const T> sorted, size_t depth, uint32_t nibble) {
  const auto begin = std::find_if(sorted.begin(), sorted.end(),
                                  [&](const T& one) { return NibbleAt(one.key, depth) >= nibble; });
  const auto end = std::find_if(begin, sorted.end(),
                                [&](const T& one) { return NibbleAt(one.key, depth) > nibble; });
  return {begin, end};
}

Subtree Put(const TreeNode& node, uint64_t entry_count, BuiltTree* tree) {
  std::string bytes = CanonicalBytes(node);
  std::string sha256 = Sha256(bytes);
  tree->nodes.emplace(sha256, std::move(bytes));
  return {std::move(sha256), entry_count};
}

void AddChild(uint32_t nibble, const Subtree& subtree, TreeNode* node) {
  TreeChild* child = node->mutable_branch()->add_children();
  child->set_nibble(nibble);
  child->set_sha256(subtree.sha256);
  child->set_entry_count(subtree.entry_count);
}

Subtree BuildSubtree(std::span<const KeyedEntry> entries, size_t depth, BuiltTree* tree) {
  TreeNode node;
  if (entries.size() <= kTreeLeafEntriesMax) {
    node.mutable_leaf();
    for (const KeyedEntry& entry : entries) {
      TreeLeafEntry* out = node.mutable_leaf()->add_entries();
      out->set_id(entry.id);
      out->set_value(entry.value);
    }
    return Put(node, entries.size(), tree);
  }
  for (uint32_t nibble = 0; nibble < 16; ++nibble) {
    const auto below = WithNibble(entries, depth, nibble);
    if (!below.empty()) AddChild(nibble, BuildSubtree(below, depth + 1, tree), &node);
  }
  return Put(node, entries.size(), tree);
}

absl::Status CheckBounds(const TreeEntry& entry) {
  if (entry.id.empty() || entry.id.size() > kTreeIdBytesMax ||
      entry.value.size() > kTreeValueBytesMax) {
    return MakeError(Reason::kTreeNodeMalformed,
                     "expected an id of 1 to 512 bytes and a value of at most 65536");
  }
  return absl::OkStatus();
}

// `bytes`: the node's, of digest `sha256`.
absl::Status ForEachBelow(absl::string_view sha256, const std::string& bytes,
                          const NodeSource& nodes, const std::string& prefix,
                          const std::function<absl::Status(const TreeNodeEntry&)>& visit) {
  MRG_ASSIGN_OR_RETURN(const TreeNodeView node, ReadTreeNode(bytes, sha256, prefix));
  for (const TreeNodeEntry& entry : node.entries) MRG_RETURN_IF_ERROR(visit(entry));
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> below, ReadChildren(node, nodes));
  for (size_t i = 0; i < below.size(); ++i) {
    const TreeNodeChild& child = node.children[i];
    MRG_RETURN_IF_ERROR(
        ForEachBelow(child.sha256, below[i], nodes, PrefixBelow(prefix, child.nibble), visit));
  }
  return absl::OkStatus();
}

absl::Status ForEachBelow(absl::string_view sha256, const NodeSource& nodes,
                          const std::string& prefix,
                          const std::function<absl::Status(const TreeNodeEntry&)>& visit) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, nodes.ReadNode(sha256));
  return ForEachBelow(sha256, bytes, nodes, prefix, visit);
}

class Updater {
 public:
  Updater(const NodeSource& nodes, BuiltTree* tree) : nodes_(nodes), tree_(tree) {}

  // Result: the changed subtree; its entry count may be zero.
  absl::StatusOr<Subtree> Update(const Subtree& old, const std::string& prefix,
                                 std::span<const KeyedChange> changes) {
    if (changes.empty()) return old;
    MRG_ASSIGN_OR_RETURN(const std::string bytes, nodes_.ReadNode(old.sha256));
    MRG_ASSIGN_OR_RETURN(const TreeNodeView node, ReadTreeNode(bytes, old.sha256, prefix));
    if (!node.is_branch()) return Rebuild(old, prefix, changes);

    TreeNode updated;
    uint64_t entries = 0;
    for (uint32_t nibble = 0; nibble < 16; ++nibble) {
      const auto below = WithNibble(changes, prefix.size(), nibble);
      const TreeNodeChild* const before = node.ChildAt(nibble);
      Subtree child;
      if (before != nullptr) {
        child = {std::string(before->sha256), before->entry_count};
        MRG_ASSIGN_OR_RETURN(child, Update(child, PrefixBelow(prefix, nibble), below));
      } else if (const std::vector<KeyedEntry> upserts = UpsertsOf(below); !upserts.empty()) {
        child = BuildSubtree(upserts, prefix.size() + 1, tree_);
      }
      if (child.entry_count == 0) continue;
      entries += child.entry_count;
      AddChild(nibble, child, &updated);
    }
    // At or below the limit a branch collapses into one leaf.
    if (entries <= kTreeLeafEntriesMax) return Rebuild(old, prefix, changes);
    return Put(updated, entries, tree_);
  }

 private:
  static std::vector<KeyedEntry> UpsertsOf(std::span<const KeyedChange> changes) {
    std::vector<KeyedEntry> upserts;
    for (const KeyedChange& change : changes) {
      if (change.value.has_value()) upserts.push_back({change.key, change.id, *change.value});
    }
    return upserts;
  }

  // Reads all entries of the old subtree, applies the changes and builds anew. Only for subtrees
  // that are, or become, a leaf, so at most a few hundred entries are read.
  absl::StatusOr<Subtree> Rebuild(const Subtree& old, const std::string& prefix,
                                  std::span<const KeyedChange> changes) {
    std::map<std::string, KeyedEntry> merged;
    MRG_RETURN_IF_ERROR(
        ForEachBelow(old.sha256, nodes_, prefix, [&merged](const TreeNodeEntry& entry) {
          merged[entry.key] = {entry.key, std::string(entry.id), std::string(entry.value)};
          return absl::OkStatus();
        }));
    for (const KeyedChange& change : changes) {
      if (change.value.has_value()) {
        merged[change.key] = {change.key, change.id, *change.value};
      } else {
        merged.erase(change.key);
      }
    }
    std::vector<KeyedEntry> entries;
    for (auto& [key, entry] : merged) entries.push_back(std::move(entry));
    return BuildSubtree(entries, prefix.size(), tree_);
  }

  const NodeSource& nodes_;
  BuiltTree* const tree_;
};

}  // namespace

absl::StatusOr<std::vector<std::optional<std::string>>> NodeSource::ReadNodes(
    std::span<const std::string> sha256s) const {
  std::vector<std::optional<std::string>> nodes;
  for (const std::string& sha256 : sha256s) {
    absl::StatusOr<std::string> node = ReadNode(sha256);
    if (ReasonOf(node.status()) == Reason::kTreeNodeNotFound) {
      nodes.emplace_back();
      continue;
    }
    MRG_RETURN_IF_ERROR(node.status());
    nodes.push_back(*std::move(node));
  }
  return nodes;
}

absl::StatusOr<std::vector<std::string>> ReadChildren(const TreeNodeView& branch,
                                                      const NodeSource& nodes) {
  if (!branch.is_branch()) return std::vector<std::string>();
  std::vector<std::string> digests;
  for (const TreeNodeChild& child : branch.children) digests.emplace_back(child.sha256);
  MRG_ASSIGN_OR_RETURN(std::vector<std::optional<std::string>> found, nodes.ReadNodes(digests));
  std::vector<std::string> below;
  for (std::optional<std::string>& node : found) {
    if (!node.has_value()) {
      return MakeError(Reason::kTreeNodeNotFound, "a node of the tree is not there");
    }
    below.push_back(*std::move(node));
  }
  return below;
}

absl::StatusOr<BuiltTree> BuildTree(std::vector<TreeEntry> entries) {
  std::vector<KeyedEntry> keyed;
  keyed.reserve(entries.size());
  for (TreeEntry& entry : entries) {
    MRG_RETURN_IF_ERROR(CheckBounds(entry));
    std::string key = Sha256(entry.id);
    keyed.push_back({std::move(key), std::move(entry.id), std::move(entry.value)});
  }
  std::sort(keyed.begin(), keyed.end(),
            [](const KeyedEntry& a, const KeyedEntry& b) { return a.key < b.key; });
  for (size_t i = 1; i < keyed.size(); ++i) {
    if (keyed[i].key == keyed[i - 1].key) {
      return MakeError(Reason::kTreeNodeMalformed, "expected each id once");
    }
  }
  BuiltTree tree;
  tree.root_sha256 = BuildSubtree(keyed, 0, &tree).sha256;
  return tree;
}

absl::StatusOr<BuiltTree> UpdateTree(absl::string_view root_sha256, const NodeSource& nodes,
                                     const std::vector<TreeEntry>& upserts,
                                     const std::vector<std::string>& removals) {
  std::map<std::string, KeyedChange> changes;
  for (const std::string& id : removals) {
    std::string key = Sha256(id);
    changes[key] = {key, id, std::nullopt};
  }
  for (const TreeEntry& entry : upserts) {
    MRG_RETURN_IF_ERROR(CheckBounds(entry));
    std::string key = Sha256(entry.id);
    changes[key] = {key, entry.id, entry.value};
  }
  std::vector<KeyedChange> sorted;
  for (auto& [key, change] : changes) sorted.push_back(std::move(change));

  BuiltTree tree;
  MRG_ASSIGN_OR_RETURN(std::string root, nodes.ReadNode(root_sha256));
  MRG_ASSIGN_OR_RETURN(const TreeNodeView node, ReadTreeNode(root, root_sha256, ""));
  MRG_ASSIGN_OR_RETURN(
      Subtree updated,
      Updater(nodes, &tree).Update({std::string(root_sha256), node.entry_count}, "", sorted));
  // Nothing changed: the root is there all the same.
  if (updated.sha256 == root_sha256) tree.nodes.emplace(updated.sha256, std::move(root));
  tree.root_sha256 = std::move(updated.sha256);
  return tree;
}

absl::Status ForEachEntry(absl::string_view root_sha256, const NodeSource& nodes,
                          const std::function<absl::Status(const TreeNodeEntry&)>& visit) {
  return ForEachBelow(root_sha256, nodes, "", visit);
}

absl::StatusOr<std::optional<std::string>> LookupEntry(absl::string_view root_sha256,
                                                       const NodeSource& nodes,
                                                       absl::string_view id) {
  const std::string key = Sha256(id);
  std::string sha256(root_sha256);
  std::string prefix;
  while (true) {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, nodes.ReadNode(sha256));
    MRG_ASSIGN_OR_RETURN(const TreeNodeView node, ReadTreeNode(bytes, sha256, prefix));
    for (const TreeNodeEntry& entry : node.entries) {
      if (entry.id == id) return std::optional<std::string>(std::string(entry.value));
    }
    const TreeNodeChild* const child =
        node.is_branch() ? node.ChildAt(NibbleAt(key, prefix.size())) : nullptr;
    if (child == nullptr) return std::optional<std::string>();
    sha256 = std::string(child->sha256);
    prefix = PrefixBelow(prefix, child->nibble);
  }
}

absl::StatusOr<std::vector<std::string>> MissingNodes(absl::string_view root_sha256,
                                                      const NodeSource& nodes, size_t limit) {
  std::set<std::string> missing;
  std::vector<std::pair<std::string, std::string>> open = {{std::string(root_sha256), ""}};
  while (!open.empty() && missing.size() < limit) {
    // From the end, so that the walk goes down before it goes on and few places are open.
    const size_t batch = std::min({open.size(), kNodesAtOnce, limit - missing.size()});
    std::vector<std::string> digests;
    std::vector<std::string> prefixes;
    for (size_t i = 0; i < batch; ++i) {
      digests.push_back(std::move(open.back().first));
      prefixes.push_back(std::move(open.back().second));
      open.pop_back();
    }
    MRG_ASSIGN_OR_RETURN(const auto found, nodes.ReadNodes(digests));
    for (size_t i = 0; i < batch; ++i) {
      if (!found[i].has_value()) {
        missing.insert(digests[i]);
        continue;
      }
      MRG_ASSIGN_OR_RETURN(const TreeNodeView node,
                           ReadTreeNode(*found[i], digests[i], prefixes[i]));
      for (const TreeNodeChild& child : node.children) {
        open.emplace_back(std::string(child.sha256), PrefixBelow(prefixes[i], child.nibble));
      }
    }
  }
  return std::vector<std::string>(missing.begin(), missing.end());
}

}  // namespace mrg
