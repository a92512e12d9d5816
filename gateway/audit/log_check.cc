#include "gateway/audit/log_check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/leaf_root.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/audit/stored_keys.h"
#include "gateway/audit/tiles.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/keyspace.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {
namespace {

class LogChecker {
 public:
  LogChecker(const StoreReader& store, const std::string& origin, const LeafCheck& check_leaf)
      : store_(store), origin_(origin), check_leaf_(check_leaf) {}

  absl::StatusOr<LogCheckReport> Check(std::span<const PublicKey> log_keys) {
    MRG_ASSIGN_OR_RETURN(const std::optional<Checkpoint> signed_one, ReadCheckpoint(log_keys));
    if (!signed_one.has_value()) return std::move(report_);
    const Checkpoint& checkpoint = *signed_one;
    for (uint64_t first = 0; first < checkpoint.size && !Full(); first += kTileWidth) {
      const uint64_t end = std::min(checkpoint.size, first + kTileWidth);
      MRG_ASSIGN_OR_RETURN(const bool complete, ReadLeaves(first, end));
      if (!complete) return std::move(report_);
    }
    if (Full()) return std::move(report_);
    MRG_RETURN_IF_ERROR(CheckLastTiles());
    CompareRoot(checkpoint);
    MRG_RETURN_IF_ERROR(CheckNothingBeyond(checkpoint.size));
    return std::move(report_);
  }

  absl::StatusOr<LogCheckReport> CheckNewest(std::span<const PublicKey> log_keys, uint64_t newest) {
    MRG_ASSIGN_OR_RETURN(const std::optional<Checkpoint> checkpoint, ReadCheckpoint(log_keys));
    if (!checkpoint.has_value()) return std::move(report_);
    const uint64_t size = checkpoint->size;
    const uint64_t begin = (size - std::min(size, newest)) / kTileWidth * kTileWidth;
    const absl::Status begun = BeginAt(begin);
    if (ReasonOf(begun) == Reason::kStoreCorrupt) {
      Find(absl::StrCat("The tiles before leaf ", begin, ": ", begun.message(), "."));
      return std::move(report_);
    }
    MRG_RETURN_IF_ERROR(begun);
    for (uint64_t first = begin; first < size && !Full(); first += kTileWidth) {
      MRG_ASSIGN_OR_RETURN(const bool complete,
                           ReadLeaves(first, std::min(size, first + kTileWidth)));
      if (!complete) return std::move(report_);
    }
    if (Full()) return std::move(report_);
    MRG_RETURN_IF_ERROR(CheckLastTiles());
    CompareRoot(*checkpoint);
    MRG_RETURN_IF_ERROR(CheckNoLeafBeyond(size));
    return std::move(report_);
  }

 private:
  // Result: the checkpoint, of size 0 when the log is empty; nullopt after a finding.
  absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint(std::span<const PublicKey> log_keys) {
    MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> state,
                         store_.Get(Keyspace::kLogState, LogStateKey(origin_)));
    if (!state.has_value()) {
      return std::make_optional(Checkpoint{origin_, 0, ToString(EmptyRoot())});
    }
    report_.checkpoint = state->value;
    auto checkpoint = ParseCheckpointOfAnyKey(state->value, origin_, log_keys);
    if (!checkpoint.ok()) {
      Find(absl::StrCat("The checkpoint: ", checkpoint.status().message(), "."));
      return std::optional<Checkpoint>();
    }
    report_.leaf_count = checkpoint->size;
    return std::make_optional(*std::move(checkpoint));
  }

  // Takes what the tiles say of the leaves before `first`, a multiple of kTileWidth, as it is.
  absl::Status BeginAt(uint64_t first) {
    const PerfectNodeReader nodes = TileReader(&store_, origin_);
    std::vector<TreeHash> peaks;
    uint64_t before = 0;
    for (uint32_t level = 64; level-- > 0;) {
      if (((first >> level) & 1) == 0) continue;
      MRG_ASSIGN_OR_RETURN(const TreeHash peak, nodes(level, before >> level));
      peaks.push_back(peak);
      before += uint64_t{1} << level;
    }
    peaks_ = LeafRoot(first, std::move(peaks));
    tiles_.resize(1);
    tiles_[0].number = first / kTileWidth;
    upper_tiles_ = false;
    return absl::OkStatus();
  }

  void CompareRoot(const Checkpoint& checkpoint) {
    report_.root = ToString(peaks_.Root());
    if (report_.root == checkpoint.root) return;
    Find(absl::StrCat("The root computed from the leaves, ", absl::BytesToHexString(report_.root),
                      ", is not the checkpoint's, ", absl::BytesToHexString(checkpoint.root), "."));
  }

  bool Full() const { return report_.findings.size() >= kLogFindingsMax; }
  void Find(std::string finding) {
    if (!Full()) report_.findings.push_back(std::move(finding));
  }

  // Reads the leaves [first, end) of one tile. Result: false when one is missing, after which
  // nothing can be computed.
  absl::StatusOr<bool> ReadLeaves(uint64_t first, uint64_t end) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                         store_.Scan(Keyspace::kLogLeaf, LogLeafKey(origin_, first),
                                     LogLeafKey(origin_, end), static_cast<size_t>(end - first)));
    uint64_t index = first;
    for (const Row& row : rows) {
      if (row.key != LogLeafKey(origin_, index)) break;
      if (check_leaf_) {
        const absl::Status form = check_leaf_(index, row.value);
        if (!form.ok()) Find(absl::StrCat("Leaf ", index, ": ", form.message(), "."));
      }
      const TreeHash hash = LeafHash(row.value);
      peaks_.Append(hash);
      MRG_RETURN_IF_ERROR(AddToTile(0, hash));
      ++index;
    }
    if (index == end) return true;
    Find(absl::StrCat("Leaf ", index, " is missing."));
    return false;
  }

  // Adds the next hash of a tile level; a full tile is compared and folded into the level above.
  absl::Status AddToTile(uint32_t tile_level, const TreeHash& hash) {
    if (tiles_.size() <= tile_level) tiles_.resize(tile_level + 1);
    tiles_[tile_level].hashes.push_back(hash);
    if (tiles_[tile_level].hashes.size() < kTileWidth) return absl::OkStatus();
    MRG_RETURN_IF_ERROR(CompareTile(tile_level));
    std::vector<TreeHash> hashes = std::move(tiles_[tile_level].hashes);
    tiles_[tile_level].hashes.clear();
    ++tiles_[tile_level].number;
    if (!upper_tiles_) return absl::OkStatus();
    LeafRoot root;
    for (const TreeHash& child : hashes) root.Append(child);
    return AddToTile(tile_level + 1, root.Root());
  }

  // Compares the hashes gathered for the current tile of the level with the stored tile.
  absl::Status CompareTile(uint32_t tile_level) {
    const Tile& tile = tiles_[tile_level];
    MRG_ASSIGN_OR_RETURN(
        const std::optional<Versioned> stored,
        store_.Get(Keyspace::kLogTile, LogTileKey(origin_, tile_level, tile.number)));
    const std::string name = absl::StrCat("Tile ", tile_level, "/", tile.number);
    if (!stored.has_value()) {
      Find(absl::StrCat(name, " is missing."));
      return absl::OkStatus();
    }
    if (stored->value.size() != tile.hashes.size() * kTreeHashBytes) {
      Find(absl::StrCat(name, " has ", stored->value.size(), " bytes instead of ",
                        tile.hashes.size() * kTreeHashBytes, "."));
      return absl::OkStatus();
    }
    for (size_t i = 0; i < tile.hashes.size(); ++i) {
      if (absl::string_view(stored->value).substr(i * kTreeHashBytes, kTreeHashBytes) ==
          ToView(tile.hashes[i])) {
        continue;
      }
      const uint64_t node = tile.number * kTileWidth + i;
      Find(tile_level == 0 ? absl::StrCat("Leaf ", node, " does not have the hash in its tile.")
                           : absl::StrCat(name, " differs from its leaves at node ", node, "."));
    }
    return absl::OkStatus();
  }

  absl::Status CheckLastTiles() {
    for (uint32_t tile_level = 0; tile_level < tiles_.size(); ++tile_level) {
      if (!tiles_[tile_level].hashes.empty()) MRG_RETURN_IF_ERROR(CompareTile(tile_level));
    }
    return absl::OkStatus();
  }

  // Every key of the log begins with the key of its state.
  std::string EndOfLog() const { return PrefixEnd(LogStateKey(origin_)); }

  absl::Status CheckNoLeafBeyond(uint64_t size) {
    return CheckEmpty(Keyspace::kLogLeaf, LogLeafKey(origin_, size), EndOfLog(),
                      "A leaf stands beyond the checkpoint.");
  }

  // Rows of this log that its checkpoint does not cover.
  absl::Status CheckNothingBeyond(uint64_t size) {
    MRG_RETURN_IF_ERROR(CheckNoLeafBeyond(size));
    const std::string end = EndOfLog();
    for (uint32_t tile_level = 0; tile_level < tiles_.size(); ++tile_level) {
      const Tile& tile = tiles_[tile_level];
      const uint64_t next = tile.number + (tile.hashes.empty() ? 0 : 1);
      MRG_RETURN_IF_ERROR(CheckEmpty(
          Keyspace::kLogTile, LogTileKey(origin_, tile_level, next),
          LogTileKey(origin_, tile_level + 1, 0),
          absl::StrCat("A tile of level ", tile_level, " stands beyond the checkpoint.")));
    }
    return CheckEmpty(Keyspace::kLogTile,
                      LogTileKey(origin_, static_cast<uint32_t>(tiles_.size()), 0), end,
                      "A tile stands above the root.");
  }

  absl::Status CheckEmpty(Keyspace keyspace, const std::string& begin, const std::string& end,
                          absl::string_view finding) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows, store_.Scan(keyspace, begin, end, 1));
    if (!rows.empty()) Find(std::string(finding));
    return absl::OkStatus();
  }

  struct Tile {
    uint64_t number = 0;
    std::vector<TreeHash> hashes;
  };

  const StoreReader& store_;
  const std::string& origin_;
  const LeafCheck& check_leaf_;
  LogCheckReport report_;
  LeafRoot peaks_;
  std::vector<Tile> tiles_;  // the current tile of each tile level
  bool upper_tiles_ = true;  // full tiles are folded into the level above
};

}  // namespace

absl::StatusOr<LogCheckReport> CheckLog(const StoreReader& store, const std::string& origin,
                                        std::span<const PublicKey> log_keys,
                                        const LeafCheck& check_leaf) {
  return LogChecker(store, origin, check_leaf).Check(log_keys);
}

absl::StatusOr<LogCheckReport> CheckNewestLeaves(const StoreReader& store,
                                                 const std::string& origin,
                                                 std::span<const PublicKey> log_keys,
                                                 uint64_t newest) {
  const LeafCheck form = [&origin](uint64_t, absl::string_view leaf) {
    return CheckLeafForm(leaf, origin);
  };
  return LogChecker(store, origin, form).CheckNewest(log_keys, newest);
}

absl::Status CheckLeafForm(absl::string_view leaf, absl::string_view origin) {
  MRG_ASSIGN_OR_RETURN(const audit::v1::LogLeaf parsed, ParseLeaf(leaf, Reason::kStoreCorrupt));
  switch (parsed.kind()) {
    case audit::v1::LEAF_KIND_DECISION: {
      MRG_ASSIGN_OR_RETURN(const audit::v1::DecisionRecord record,
                           ParseDecision(parsed, Reason::kStoreCorrupt));
      if (record.log_origin() == origin) return absl::OkStatus();
      return MakeError(Reason::kStoreCorrupt, "expected the origin of this log in the record");
    }
    default:
      return MakeError(Reason::kStoreCorrupt, "expected a kind of leaf that is read here");
  }
}

}  // namespace mrg
