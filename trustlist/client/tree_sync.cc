#include "trustlist/client/tree_sync.h"

#include <algorithm>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/prefix_tree/tree_node.h"

namespace mrg {
namespace {

// Places looked at in one go: the children of one branch.
constexpr size_t kNodesAtOnce = 16;

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
           const TreeSyncOptions& options)
      : held_(held), fetch_(fetch), keep_(keep), options_(options) {}

  // What is open is looked at from its end, so that the walk goes down before it goes on: then
  // there are at most as many places open as one call asks for, times 16, times the depth.
  absl::Status Run(Visit root) {
    open_.push_back(std::move(root));
    while (!open_.empty() || !missing_.empty()) {
      while (!open_.empty() && missing_.size() < options_.nodes_per_fetch) {
        MRG_RETURN_IF_ERROR(CheckNotStopped());
        MRG_RETURN_IF_ERROR(LookAtSome());
      }
      MRG_RETURN_IF_ERROR(CheckNotStopped());
      if (!missing_.empty()) MRG_RETURN_IF_ERROR(FetchMissing());
    }
    // After the last fetch more of what was held before may have been passed.
    if (progress_.nodes_fetched > 0 && progress_.entries != entries_told_) Tell();
    return absl::OkStatus();
  }

 private:
  absl::Status CheckNotStopped() const {
    if (!options_.stop || !options_.stop()) return absl::OkStatus();
    return MakeError(Reason::kFetchFailed, "the load of a tree was stopped");
  }

  // Looks at the last of what is open, reading it in one go; no more than may be missing.
  absl::Status LookAtSome() {
    std::vector<Visit> visits;
    std::vector<std::string> digests;
    const size_t most = std::min(kNodesAtOnce, options_.nodes_per_fetch - missing_.size());
    while (!open_.empty() && visits.size() < most) {
      Visit visit = std::move(open_.back());
      open_.pop_back();
      if (visit.complete == visit.sha256) {
        progress_.entries += visit.entry_count.value_or(0);
        continue;
      }
      digests.push_back(visit.sha256);
      visits.push_back(std::move(visit));
    }
    MRG_ASSIGN_OR_RETURN(const auto held, held_.ReadBlobs(digests));
    for (size_t i = 0; i < visits.size(); ++i) {
      if (!held[i].has_value()) {
        missing_.push_back(std::move(visits[i]));
        continue;
      }
      ++progress_.nodes_held;
      MRG_RETURN_IF_ERROR(Expand(visits[i], *held[i]));
    }
    return absl::OkStatus();
  }

  // Asks for all that is missing; what the answer leaves out is asked for again with the next.
  absl::Status FetchMissing() {
    std::vector<std::string> digests;
    for (const Visit& visit : missing_) digests.push_back(visit.sha256);
    if (progress_.nodes_fetched + digests.size() > options_.nodes_max) {
      return MakeError(Reason::kMetadataTooLong,
                       "the tree has more nodes than are fetched at once");
    }
    MRG_ASSIGN_OR_RETURN(std::vector<std::string> nodes, fetch_(digests));
    if (nodes.empty() || nodes.size() > missing_.size()) {
      return MakeError(Reason::kTreeNodeMalformed, "expected one to all of the nodes asked for");
    }
    std::map<std::string, std::string> checked;
    for (size_t i = 0; i < nodes.size(); ++i) {
      MRG_RETURN_IF_ERROR(Expand(missing_[i], nodes[i]));
      progress_.bytes_fetched += nodes[i].size();
      checked.emplace(std::move(missing_[i].sha256), std::move(nodes[i]));
    }
    missing_.erase(missing_.begin(), missing_.begin() + static_cast<std::ptrdiff_t>(nodes.size()));
    progress_.nodes_fetched += nodes.size();
    MRG_RETURN_IF_ERROR(keep_(std::move(checked)));
    Tell();
    return absl::OkStatus();
  }

  void Tell() {
    entries_told_ = progress_.entries;
    if (options_.progress) options_.progress(progress_);
  }

  // Checks the node and opens the places below it.
  absl::Status Expand(const Visit& visit, const std::string& bytes) {
    if (bytes.size() > kTreeNodeBytesMax) {
      return MakeError(Reason::kMetadataTooLong, "a tree node is longer than any node can be");
    }
    MRG_ASSIGN_OR_RETURN(const TreeNodeView node, ReadTreeNode(bytes, visit.sha256, visit.prefix));
    if (visit.entry_count.value_or(node.entry_count) != node.entry_count) {
      return MakeError(Reason::kTreeNodeMalformed, "expected as many entries as the parent states");
    }
    if (!visit.entry_count.has_value()) progress_.entries_total = node.entry_count;
    progress_.entries += node.entries.size();
    if (!node.is_branch()) return absl::OkStatus();

    std::string complete_bytes;
    TreeNodeView complete;  // at this place of the complete tree; without children when it has none
    if (visit.complete.has_value()) {
      MRG_ASSIGN_OR_RETURN(complete_bytes, held_.ReadBlob(*visit.complete));
      MRG_ASSIGN_OR_RETURN(complete, ReadTreeNode(complete_bytes, *visit.complete, visit.prefix));
    }
    for (const TreeNodeChild& child : node.children) {
      Visit next{std::string(child.sha256), PrefixBelow(visit.prefix, child.nibble),
                 child.entry_count, std::nullopt};
      const TreeNodeChild* const same_place = complete.ChildAt(child.nibble);
      if (same_place != nullptr) next.complete = std::string(same_place->sha256);
      open_.push_back(std::move(next));
    }
    return absl::OkStatus();
  }

  const BlobReader& held_;
  const FetchNodesFn& fetch_;
  const KeepNodesFn& keep_;
  const TreeSyncOptions& options_;
  std::vector<Visit> open_;
  std::vector<Visit> missing_;  // not held, to be fetched; at most `nodes_per_fetch`
  TreeSyncProgress progress_;
  uint64_t entries_told_ = 0;
};

}  // namespace

absl::Status SyncTree(absl::string_view root_sha256, const BlobReader& held,
                      const FetchNodesFn& fetch, const KeepNodesFn& keep,
                      const TreeSyncOptions& options) {
  return TreeSync(held, fetch, keep, options)
      .Run({std::string(root_sha256), "", std::nullopt, options.complete_root});
}

}  // namespace mrg
