#ifndef MRG_GATEWAY_PREFIX_TREE_TESTING_MAP_NODES_H_
#define MRG_GATEWAY_PREFIX_TREE_TESTING_MAP_NODES_H_

// Tree nodes in memory, with a count of the reads.
//
// Threads: belongs to one thread.

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "gateway/prefix_tree/prefix_tree.h"

namespace mrg {

class MapNodes : public NodeSource {
 public:
  void Add(const BuiltTree& tree) { nodes_.insert(tree.nodes.begin(), tree.nodes.end()); }
  void Drop(const std::string& sha256) { nodes_.erase(sha256); }
  void Set(const std::string& sha256, std::string bytes) { nodes_[sha256] = std::move(bytes); }

  // How often a node was read since the last call.
  size_t TakeReads() { return std::exchange(reads_, 0); }

  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const override {
    ++reads_;
    const auto found = nodes_.find(std::string(sha256));
    if (found == nodes_.end()) return MakeError(Reason::kTreeNodeNotFound, "no such node");
    return found->second;
  }

 private:
  std::map<std::string, std::string> nodes_;
  mutable size_t reads_ = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_PREFIX_TREE_TESTING_MAP_NODES_H_
