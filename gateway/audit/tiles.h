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

// Puts every tile that changed when the tree grew from `old_size` to edge.size() leaves.
// `reader` gives the perfect nodes of the new tree that the edge does not hold.
// Errors: as the reader's.
absl::Status PutChangedTiles(absl::string_view origin, uint64_t old_size, const TreeEdge& edge,
                             const PerfectNodeReader& reader, WriteSet* writes);

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_TILES_H_
