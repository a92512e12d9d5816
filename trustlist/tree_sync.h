#ifndef MRG_TRUSTLIST_TREE_SYNC_H_
#define MRG_TRUSTLIST_TREE_SYNC_H_

// Fetches the nodes that are missing to hold a whole prefix tree.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trustlist/blob_reader.h"

namespace mrg {

struct TreeSyncOptions {
  // Digest of a tree that is complete: subtrees it shares with the new one at the same place are
  // not visited. nullopt: none.
  std::optional<std::string> complete_root;
  // Nodes to fetch at most, then METADATA_TOO_LONG.
  size_t nodes_max = 0;
};

// Result: nodes for digests, as Fetcher::FetchNodes.
using FetchNodesFn =
    std::function<absl::StatusOr<std::vector<std::string>>(const std::vector<std::string>& sha256)>;

// Takes fetched nodes: SHA-256 -> bytes. They are readable from `held` or kept by the caller.
using KeepNodesFn = std::function<absl::Status(std::map<std::string, std::string> nodes)>;

// Walks the tree at `root_sha256` level by level; a node that `held` has is read, any other is
// fetched, checked against its digest and its place, and given to `keep`. Only missing nodes move.
// Errors: TREE_NODE_MALFORMED (digest or form), TREE_NODE_NOT_FOUND, METADATA_TOO_LONG, and what
// `held`, `fetch` and `keep` gave. Then some nodes may have been kept; the next call goes on.
absl::Status SyncTree(absl::string_view root_sha256, const BlobReader& held,
                      const FetchNodesFn& fetch, const KeepNodesFn& keep,
                      const TreeSyncOptions& options);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_TREE_SYNC_H_
