#ifndef MRG_GATEWAY_CEREMONY_FETCHED_NODES_H_
#define MRG_GATEWAY_CEREMONY_FETCHED_NODES_H_

// The nodes of a publisher's lists as a node hands them out, one a call.
//
// Threads: of one thread at a time, as the fetcher.

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "trustlist/client/fetcher.h"

namespace mrg {

class FetchedNodes : public NodeSource {
 public:
  // `node` must outlive this.
  explicit FetchedNodes(Fetcher* node) : node_(node) {}

  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const override {
    MRG_ASSIGN_OR_RETURN(std::vector<std::string> nodes, node_->FetchNodes({std::string(sha256)}));
    if (nodes.size() != 1) return MakeError(Reason::kTreeNodeMalformed, "expected one node");
    return std::move(nodes.front());
  }

 private:
  Fetcher* const node_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_FETCHED_NODES_H_
