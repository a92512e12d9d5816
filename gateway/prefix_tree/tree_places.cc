#include "gateway/prefix_tree/tree_places.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

namespace mrg {
namespace {

constexpr int kShardBits = 12;
constexpr size_t kShards = size_t{1} << kShardBits;

size_t ShardOf(uint32_t tag) { return tag >> (32 - kShardBits); }

uint32_t FirstBytes(absl::string_view key) {
  uint32_t number = 0;
  for (size_t i = 0; i < sizeof(number); ++i) {
    number = (number << 8) | static_cast<uint8_t>(key[i]);
  }
  return number;
}

// Takes the places of one shard off the front of what is sorted.
std::span<const TreePlace> TakeShard(size_t shard, std::span<const TreePlace>* sorted) {
  size_t count = 0;
  while (count < sorted->size() && ShardOf((*sorted)[count].tag) == shard) ++count;
  const auto taken = sorted->first(count);
  *sorted = sorted->subspan(count);
  return taken;
}

}  // namespace

TreePlace::TreePlace(uint32_t tag, absl::string_view key) : tag(tag), key_prefix(FirstBytes(key)) {}

TreePlaces TreePlaces::With(std::vector<TreePlace> removed, std::vector<TreePlace> added) const {
  TreePlaces result(*this);
  if (removed.empty() && added.empty()) return result;
  std::sort(removed.begin(), removed.end());
  std::sort(added.begin(), added.end());
  result.shards_.resize(kShards);
  std::span<const TreePlace> going(removed);
  std::span<const TreePlace> coming(added);
  while (!going.empty() || !coming.empty()) {
    const size_t shard = std::min(going.empty() ? kShards : ShardOf(going.front().tag),
                                  coming.empty() ? kShards : ShardOf(coming.front().tag));
    const auto less = TakeShard(shard, &going);
    const auto more = TakeShard(shard, &coming);
    static const Shard kNone;
    const Shard& before = result.shards_[shard] == nullptr ? kNone : *result.shards_[shard];
    Shard kept;
    kept.reserve(before.size());
    std::set_difference(before.begin(), before.end(), less.begin(), less.end(),
                        std::back_inserter(kept));
    auto merged = std::make_shared<Shard>();
    merged->reserve(kept.size() + more.size());  // once, so that no byte is held in vain
    std::merge(kept.begin(), kept.end(), more.begin(), more.end(), std::back_inserter(*merged));
    result.shards_[shard] = std::move(merged);
  }
  return result;
}

size_t TreePlaces::size() const {
  size_t size = 0;
  for (const auto& shard : shards_) size += shard == nullptr ? 0 : shard->size();
  return size;
}

void TreePlaces::ForEach(uint32_t tag,
                         absl::FunctionRef<void(absl::string_view key_prefix)> visit) const {
  if (shards_.empty() || shards_[ShardOf(tag)] == nullptr) return;
  const Shard& shard = *shards_[ShardOf(tag)];
  std::optional<uint32_t> last;
  for (auto place = std::lower_bound(shard.begin(), shard.end(), TreePlace(tag, {"\0\0\0\0", 4}));
       place != shard.end() && place->tag == tag; ++place) {
    if (last == place->key_prefix) continue;
    last = place->key_prefix;
    char bytes[sizeof(uint32_t)];
    for (size_t i = 0; i < sizeof(bytes); ++i) {
      bytes[i] = static_cast<char>(place->key_prefix >> (8 * (sizeof(bytes) - 1 - i)));
    }
    visit({bytes, sizeof(bytes)});
  }
}

}  // namespace mrg
