#include "trustlist/tree_sync.h"

#include <algorithm>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/prefix_tree/tree_node.h"
#include "trustlist/metadata_limits.h"

namespace mrg {
namespace {

using trustlist::v1::TreeChild;
using trustlist::v1::TreeNode;

// A place in the tree to look at.
struct Visit {
  std::string sha256;
  std::string prefix;                   // nibbles above it
  std::optional<uint64_t> entry_count;  // that its parent states; the root has none
  std::optional<std::string> complete;  // what stands at this place of the complete tree
};

class TreeSync {
 public:
  TreeSync(const BlobReader& held, const FetchNodesFn& fetch, const KeepNodesFn& keep,
           size_t nodes_max)
      : held_(held), fetch_(fetch), keep_(keep), nodes_left_(nodes_max) {}

  absl::Status Run(Visit root) {
    std::vector<Visit> level;
    level.push_back(std::move(root));
    // A level below is never deeper than the keys are long, so this ends.
    while (!level.empty()) {
      std::vector<Visit> below;
      std::vector<Visit> missing;
      for (Visit& visit : level) {
        if (visit.complete == visit.sha256) continue;
        absl::StatusOr<std::string> bytes = held_.ReadBlob(visit.sha256);
        if (ReasonOf(bytes.status()) == Reason::kTreeNodeNotFound) {
          missing.push_back(std::move(visit));
          continue;
        }
        MRG_RETURN_IF_ERROR(bytes.status());
        MRG_RETURN_IF_ERROR(Expand(visit, *bytes, &below));
      }
      MRG_RETURN_IF_ERROR(FetchAll(missing, &below));
      level = std::move(below);
    }
    return absl::OkStatus();
  }

 private:
  absl::Status FetchAll(const std::vector<Visit>& missing, std::vector<Visit>* below) {
    if (missing.size() > nodes_left_) {
      return MakeError(Reason::kMetadataTooLong,
                       "the tree has more nodes than are fetched at once");
    }
    nodes_left_ -= missing.size();
    size_t done = 0;
    while (done < missing.size()) {
      const size_t asked = std::min(kNodesPerFetchMax, missing.size() - done);
      std::vector<std::string> digests;
      for (size_t i = 0; i < asked; ++i) digests.push_back(missing[done + i].sha256);
      MRG_ASSIGN_OR_RETURN(std::vector<std::string> nodes, fetch_(digests));
      if (nodes.empty() || nodes.size() > asked) {
        return MakeError(Reason::kTreeNodeMalformed, "expected one to all of the nodes asked for");
      }
      std::map<std::string, std::string> checked;
      for (std::string& bytes : nodes) {
        const Visit& visit = missing[done++];
        MRG_RETURN_IF_ERROR(Expand(visit, bytes, below));
        checked.emplace(visit.sha256, std::move(bytes));
      }
      MRG_RETURN_IF_ERROR(keep_(std::move(checked)));
    }
    return absl::OkStatus();
  }

  // Checks the node and adds the places below it.
  absl::Status Expand(const Visit& visit, const std::string& bytes, std::vector<Visit>* below) {
    if (bytes.size() > kTreeNodeBytesMax) {
      return MakeError(Reason::kMetadataTooLong, "a tree node is longer than any node can be");
    }
    MRG_ASSIGN_OR_RETURN(const TreeNode node, ReadTreeNode(bytes, visit.sha256, visit.prefix));
    if (visit.entry_count.has_value() && *visit.entry_count != EntryCount(node)) {
      return MakeError(Reason::kTreeNodeMalformed, "expected as many entries as the parent states");
    }
    if (node.branch().children().empty()) return absl::OkStatus();
    MRG_ASSIGN_OR_RETURN(const TreeNode complete, ReadComplete(visit));
    for (const TreeChild& child : node.branch().children()) {
      Visit next{child.sha256(), visit.prefix + static_cast<char>(child.nibble()),
                 child.entry_count(), std::nullopt};
      for (const TreeChild& other : complete.branch().children()) {
        if (other.nibble() == child.nibble()) next.complete = other.sha256();
      }
      below->push_back(std::move(next));
    }
    return absl::OkStatus();
  }

  // Result: the complete tree's node at this place; an empty one when it has none.
  absl::StatusOr<TreeNode> ReadComplete(const Visit& visit) const {
    if (!visit.complete.has_value()) return TreeNode();
    MRG_ASSIGN_OR_RETURN(const std::string bytes, held_.ReadBlob(*visit.complete));
    return ReadTreeNode(bytes, *visit.complete, visit.prefix);
  }

  const BlobReader& held_;
  const FetchNodesFn& fetch_;
  const KeepNodesFn& keep_;
  size_t nodes_left_;
};

}  // namespace

absl::Status SyncTree(absl::string_view root_sha256, const BlobReader& held,
                      const FetchNodesFn& fetch, const KeepNodesFn& keep,
                      const TreeSyncOptions& options) {
  return TreeSync(held, fetch, keep, options.nodes_max)
      .Run({std::string(root_sha256), "", std::nullopt, options.complete_root});
}

}  // namespace mrg
