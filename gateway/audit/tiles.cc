#include "gateway/audit/tiles.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/audit/stored_keys.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/keyspace.h"

namespace mrg {
namespace {

// Where the perfect node (level, index) is found: it is the root of `count` consecutive hashes of
// one tile.
struct NodePlace {
  NodePlace(uint32_t level, uint64_t index)
      : tile_level(level / kTileHeight),
        tile((index << (level % kTileHeight)) / kTileWidth),
        first(static_cast<size_t>((index << (level % kTileHeight)) % kTileWidth)),
        count(size_t{1} << (level % kTileHeight)) {}

  uint32_t tile_level;
  uint64_t tile;
  size_t first;
  size_t count;
};

// `tile`: null when it is missing.
absl::StatusOr<TreeHash> NodeOf(const NodePlace& place, const std::string* tile) {
  const size_t begin = place.first * kTreeHashBytes;
  if (tile == nullptr || tile->size() < begin + place.count * kTreeHashBytes) {
    return MakeError(Reason::kStoreCorrupt, absl::StrCat("log tile ", place.tile_level, "/",
                                                         place.tile, " is missing or short"));
  }
  std::vector<TreeHash> hashes;
  for (size_t i = 0; i < place.count; ++i) {
    hashes.push_back(
        ToTreeHash(absl::string_view(*tile).substr(begin + i * kTreeHashBytes, kTreeHashBytes)));
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
  return [store, origin = std::move(origin)](uint32_t level,
                                             uint64_t index) -> absl::StatusOr<TreeHash> {
    const NodePlace place(level, index);
    MRG_ASSIGN_OR_RETURN(
        const std::optional<Versioned> tile,
        store->Get(Keyspace::kLogTile, LogTileKey(origin, place.tile_level, place.tile)));
    return NodeOf(place, tile.has_value() ? &tile->value : nullptr);
  };
}

absl::StatusOr<PerfectNodeReader> ReadTiles(
    const StoreReader& store, absl::string_view origin,
    absl::FunctionRef<void(const PerfectNodeReader& noted)> ask) {
  std::set<std::string> keys;
  ask([&](uint32_t level, uint64_t index) -> absl::StatusOr<TreeHash> {
    const NodePlace place(level, index);
    keys.insert(LogTileKey(origin, place.tile_level, place.tile));
    return TreeHash{};
  });
  auto tiles = std::make_shared<std::map<std::string, std::string>>();
  const std::vector<std::string> wanted(keys.begin(), keys.end());
  for (size_t next = 0; next < wanted.size(); next += kStoreKeysMax) {
    const size_t count = std::min(kStoreKeysMax, wanted.size() - next);
    MRG_ASSIGN_OR_RETURN(auto rows,
                         store.GetMany(Keyspace::kLogTile, std::span(wanted).subspan(next, count)));
    for (size_t i = 0; i < count; ++i) {
      if (rows[i].has_value()) tiles->emplace(wanted[next + i], std::move(rows[i]->value));
    }
  }
  return PerfectNodeReader([tiles = std::move(tiles), origin = std::string(origin)](
                               uint32_t level, uint64_t index) -> absl::StatusOr<TreeHash> {
    const NodePlace place(level, index);
    const auto tile = tiles->find(LogTileKey(origin, place.tile_level, place.tile));
    return NodeOf(place, tile == tiles->end() ? nullptr : &tile->second);
  });
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
