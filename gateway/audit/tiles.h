#ifndef MRG_GATEWAY_AUDIT_TILES_H_
#define MRG_GATEWAY_AUDIT_TILES_H_

// Tiles of height 8 (C2SP tlog-tiles): tile N of tile level L holds the roots of up to 256 perfect
// subtrees of 256^L leaves. All inner nodes are computed from them.
//
// Thread-safe: free functions over a store.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/storage/write_set.h"

namespace mrg {

inline constexpr uint32_t kTileHeight = 8;
inline constexpr uint64_t kTileWidth = uint64_t{1} << kTileHeight;

// Result: a reader of perfect nodes from the tiles of the log `origin`; `store` is borrowed.
// Its errors: STORE_CORRUPT when a tile is missing or short, STORE_UNAVAILABLE.
PerfectNodeReader TileReader(const StoreReader* store, std::string origin);

// Reads in one go all tiles from which `ask` takes nodes, for proofs, roots and edges, that would
// otherwise cost the store a read a node. `ask` is called once with a reader that notes what it is
// asked for and answers with hashes of no meaning; it may return what it likes.
// Result: a reader of those nodes, that holds the tiles; any other node is STORE_CORRUPT.
// REQUIRES: which nodes `ask` reads does not depend on their hashes.
// Errors: STORE_UNAVAILABLE, STORE_CORRUPT (the store's; a missing tile is told by the reader).
absl::StatusOr<PerfectNodeReader> ReadTiles(
    const StoreReader& store, absl::string_view origin,
    absl::FunctionRef<void(const PerfectNodeReader& noted)> ask);

// Puts every tile that changed when the tree grew from `old_size` to edge.size() leaves.
// `reader` gives the perfect nodes of the new tree that the edge does not hold.
// Errors: as the reader's.
absl::Status PutChangedTiles(absl::string_view origin, uint64_t old_size, const TreeEdge& edge,
                             const PerfectNodeReader& reader, WriteSet* writes);

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_TILES_H_
