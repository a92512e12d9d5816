#include "gateway/prefix_tree/tree_diff.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/status_macros.h"
#include "gateway/prefix_tree/tree_node.h"

namespace mrg {
namespace {

using VisitDifference = std::function<absl::Status(const EntryDifference&)>;
using VisitNode = std::function<absl::Status(absl::string_view sha256, absl::string_view bytes)>;

// One subtree, read; the absent one has neither entries nor children.
class Subtree {
 public:
  // `sha256` empty: absent.
  static absl::StatusOr<Subtree> Read(absl::string_view sha256, const NodeSource& nodes,
                                      absl::string_view prefix) {
    Subtree subtree;
    if (sha256.empty()) return subtree;
    MRG_ASSIGN_OR_RETURN(std::string bytes, nodes.ReadNode(sha256));
    return Of(sha256, std::move(bytes), prefix);
  }

  // `bytes`: the node's, as they were read.
  static absl::StatusOr<Subtree> Of(absl::string_view sha256, std::string bytes,
                                    absl::string_view prefix) {
    Subtree subtree;
    // On the heap, so that what the view borrows stays where it is.
    subtree.bytes_ = std::make_unique<const std::string>(std::move(bytes));
    MRG_ASSIGN_OR_RETURN(subtree.view_, ReadTreeNode(*subtree.bytes_, sha256, prefix));
    return subtree;
  }

  const TreeNodeView& view() const { return view_; }
  absl::string_view bytes() const { return *bytes_; }

  // Result: the child's digest; empty when it is absent.
  absl::string_view ChildAt(uint32_t nibble) const {
    const TreeNodeChild* const child = view_.ChildAt(nibble);
    return child == nullptr ? absl::string_view() : child->sha256;
  }

 private:
  std::unique_ptr<const std::string> bytes_;
  TreeNodeView view_;
};

class Differences {
 public:
  Differences(const NodeSource& nodes, const VisitDifference& visit)
      : nodes_(nodes), visit_(visit) {}

  absl::Status Find(absl::string_view before, absl::string_view after, const std::string& prefix) {
    if (before == after) return absl::OkStatus();
    MRG_ASSIGN_OR_RETURN(const Subtree old_tree, Subtree::Read(before, nodes_, prefix));
    MRG_ASSIGN_OR_RETURN(const Subtree new_tree, Subtree::Read(after, nodes_, prefix));
    // Of a leaf and a branch, or of two leaves, the leaf is held and the other side goes by.
    if (!old_tree.view().is_branch()) return AgainstOld(old_tree, new_tree, prefix);
    if (!new_tree.view().is_branch()) return AgainstNew(old_tree, new_tree, prefix);
    for (uint32_t nibble = 0; nibble < 16; ++nibble) {
      MRG_RETURN_IF_ERROR(
          Find(old_tree.ChildAt(nibble), new_tree.ChildAt(nibble), PrefixBelow(prefix, nibble)));
    }
    return absl::OkStatus();
  }

 private:
  using Held = std::map<absl::string_view, absl::string_view>;  // id -> value

  static Held EntriesOf(const Subtree& leaf) {
    Held held;
    for (const TreeNodeEntry& entry : leaf.view().entries) held[entry.id] = entry.value;
    return held;
  }

  absl::Status AgainstOld(const Subtree& old_leaf, const Subtree& new_tree,
                          const std::string& prefix) {
    Held held = EntriesOf(old_leaf);
    MRG_RETURN_IF_ERROR(ForEach(new_tree, prefix, [&](const TreeNodeEntry& entry) {
      const auto old = held.find(entry.id);
      if (old == held.end()) return visit_({entry.id, std::nullopt, entry.value});
      const absl::string_view value = old->second;
      held.erase(old);
      return value == entry.value ? absl::OkStatus() : visit_({entry.id, value, entry.value});
    }));
    for (const auto& [id, value] : held) {
      MRG_RETURN_IF_ERROR(visit_({id, value, std::nullopt}));
    }
    return absl::OkStatus();
  }

  absl::Status AgainstNew(const Subtree& old_branch, const Subtree& new_leaf,
                          const std::string& prefix) {
    Held held = EntriesOf(new_leaf);
    MRG_RETURN_IF_ERROR(ForEach(old_branch, prefix, [&](const TreeNodeEntry& entry) {
      const auto now = held.find(entry.id);
      if (now == held.end()) return visit_({entry.id, entry.value, std::nullopt});
      const absl::string_view value = now->second;
      held.erase(now);
      return value == entry.value ? absl::OkStatus() : visit_({entry.id, entry.value, value});
    }));
    for (const auto& [id, value] : held) {
      MRG_RETURN_IF_ERROR(visit_({id, std::nullopt, value}));
    }
    return absl::OkStatus();
  }

  absl::Status ForEach(const Subtree& subtree, const std::string& prefix,
                       const std::function<absl::Status(const TreeNodeEntry&)>& visit) const {
    for (const TreeNodeEntry& entry : subtree.view().entries) MRG_RETURN_IF_ERROR(visit(entry));
    MRG_ASSIGN_OR_RETURN(std::vector<std::string> nodes, ReadChildren(subtree.view(), nodes_));
    for (size_t i = 0; i < nodes.size(); ++i) {
      const TreeNodeChild& child = subtree.view().children[i];
      const std::string below = PrefixBelow(prefix, child.nibble);
      MRG_ASSIGN_OR_RETURN(const Subtree next,
                           Subtree::Of(child.sha256, std::move(nodes[i]), below));
      MRG_RETURN_IF_ERROR(ForEach(next, below, visit));
    }
    return absl::OkStatus();
  }

  const NodeSource& nodes_;
  const VisitDifference& visit_;
};

absl::Status NewNodes(absl::string_view before, absl::string_view after, const NodeSource& nodes,
                      const std::string& prefix, const VisitNode& visit) {
  if (before == after) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(const Subtree old_tree, Subtree::Read(before, nodes, prefix));
  MRG_ASSIGN_OR_RETURN(const Subtree new_tree, Subtree::Read(after, nodes, prefix));
  MRG_RETURN_IF_ERROR(visit(after, new_tree.bytes()));
  for (const TreeNodeChild& child : new_tree.view().children) {
    MRG_RETURN_IF_ERROR(NewNodes(old_tree.ChildAt(child.nibble), child.sha256, nodes,
                                 PrefixBelow(prefix, child.nibble), visit));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ForEachDifference(absl::string_view before_root, absl::string_view after_root,
                               const NodeSource& nodes, const VisitDifference& visit) {
  return Differences(nodes, visit).Find(before_root, after_root, "");
}

absl::Status ForEachNewNode(absl::string_view before_root, absl::string_view after_root,
                            const NodeSource& nodes, const VisitNode& visit) {
  return NewNodes(before_root, after_root, nodes, "", visit);
}

}  // namespace mrg
