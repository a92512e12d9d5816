#ifndef MRG_TRUSTLIST_CLIENT_TREE_SYNC_H_
#define MRG_TRUSTLIST_CLIENT_TREE_SYNC_H_

// Fetches the nodes that are missing to hold a whole prefix tree, in parts: what is in memory at
// any moment is one answer of the peer and some thousand places still to be looked at, however
// large the tree is. What was kept is not fetched again, so a load that was cut goes on where it
// was.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/store/blob_reader.h"

namespace mrg {

// How far a load is.
struct TreeSyncProgress {
  size_t nodes_fetched = 0;
  size_t nodes_held = 0;       // read and not fetched, because an earlier load had kept them
  uint64_t bytes_fetched = 0;  // of nodes
  uint64_t entries = 0;        // of the new tree that are held now
  uint64_t entries_total = 0;  // that it has; 0 until its root was read
};

using TreeProgressFn = std::function<void(const TreeSyncProgress& progress)>;

struct TreeSyncOptions {
  // Digest of a tree that is complete: subtrees it shares with the new one at the same place are
  // not visited. nullopt: none.
  std::optional<std::string> complete_root;
  // Nodes to fetch at most, then METADATA_TOO_LONG.
  size_t nodes_max = 0;
  // Nodes asked for in one call, 1 to 256. The places that are open at once grow with it.
  size_t nodes_per_fetch = kNodesPerFetchMax;
  // Told after each answer whose nodes were kept, and not when nothing was missing. May be empty.
  TreeProgressFn progress = nullptr;
  // Asked before each read and each fetch of some nodes; true ends the walk with FETCH_FAILED. May
  // be empty.
  std::function<bool()> stop = nullptr;
};

// Result: nodes for digests, as Fetcher::FetchNodes.
using FetchNodesFn =
    std::function<absl::StatusOr<std::vector<std::string>>(const std::vector<std::string>& sha256)>;

// Takes fetched nodes: SHA-256 -> bytes. They are readable from `held` or kept by the caller.
using KeepNodesFn = std::function<absl::Status(std::map<std::string, std::string> nodes)>;

// Walks the tree at `root_sha256`; a node that `held` has is read, any other is fetched, checked
// against its digest and its place, and given to `keep`. Only missing nodes move.
// Errors: TREE_NODE_MALFORMED (digest or form), TREE_NODE_NOT_FOUND, METADATA_TOO_LONG, and what
// `held`, `fetch` and `keep` gave. Then some nodes may have been kept; the next call goes on.
absl::Status SyncTree(absl::string_view root_sha256, const BlobReader& held,
                      const FetchNodesFn& fetch, const KeepNodesFn& keep,
                      const TreeSyncOptions& options);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_TREE_SYNC_H_
