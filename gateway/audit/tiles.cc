#include "gateway/audit/tiles.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "gateway/audit/stored_keys.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/keyspace.h"

namespace mrg {
namespace {

absl::StatusOr<TreeHash> ReadPerfectNode(const StoreReader& store, const std::string& origin,
                                         uint32_t level, uint64_t index) {
  // Node (level, index) is the root of 2^rest consecutive hashes of one tile.
  const uint32_t tile_level = level / kTileHeight;
  const uint32_t rest = level % kTileHeight;
  const uint64_t first = index << rest;
  MRG_ASSIGN_OR_RETURN(
      const std::optional<Versioned> tile,
      store.Get(Keyspace::kLogTile, LogTileKey(origin, tile_level, first / kTileWidth)));
  const size_t begin = static_cast<size_t>(first % kTileWidth) * kTreeHashBytes;
  const size_t count = size_t{1} << rest;
  if (!tile.has_value() || tile->value.size() < begin + count * kTreeHashBytes) {
    return MakeError(
        Reason::kStoreCorrupt,
        absl::StrCat("log tile ", tile_level, "/", first / kTileWidth, " is missing or short"));
  }
  std::vector<TreeHash> hashes;
  for (size_t i = 0; i < count; ++i) {
    hashes.push_back(ToTreeHash(
        absl::string_view(tile->value).substr(begin + i * kTreeHashBytes, kTreeHashBytes)));
  }
  for (; hashes.size() > 1; hashes.resize(hashes.size() / 2)) {
    for (size_t i = 0; i < hashes.size() / 2; ++i) {
      hashes[i] = NodeHash(hashes[2 * i], hashes[2 * i + 1]);
    }
  }
  return hashes[0];
}

}  // namespace

PerfectNodeReader TileReader(const StoreReader* store, std::string origin) {
  return [store, origin = std::move(origin)](uint32_t level, uint64_t index) {
    return ReadPerfectNode(*store, origin, level, index);
  };
}

absl::Status PutChangedTiles(absl::string_view origin, uint64_t old_size, const TreeEdge& edge,
                             const PerfectNodeReader& reader, WriteSet* writes) {
  for (uint32_t tile_level = 0; tile_level * kTileHeight < 64; ++tile_level) {
    const uint32_t level = tile_level * kTileHeight;
    const uint64_t old_count = old_size >> level;
    const uint64_t new_count = edge.size() >> level;
    if (new_count == old_count) break;  // nothing new here, so nothing new above
    for (uint64_t tile = old_count / kTileWidth; tile * kTileWidth < new_count; ++tile) {
      std::string hashes;
      const uint64_t end = std::min(new_count, (tile + 1) * kTileWidth);
      for (uint64_t index = tile * kTileWidth; index < end; ++index) {
        std::optional<TreeHash> hash = edge.Find(level, index);
        if (!hash.has_value()) {
          MRG_ASSIGN_OR_RETURN(hash, reader(level, index));
        }
        hashes.append(hash->data(), hash->size());
      }
      writes->Put(Keyspace::kLogTile, LogTileKey(origin, tile_level, tile), hashes);
    }
  }
  return absl::OkStatus();
}

}  // namespace mrg
