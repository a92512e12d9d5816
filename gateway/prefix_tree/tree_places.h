#ifndef MRG_GATEWAY_PREFIX_TREE_TREE_PLACES_H_
#define MRG_GATEWAY_PREFIX_TREE_TREE_PLACES_H_

// Where in a TreeImage the entries with a tag stand, for values that are looked up by something
// else than their id: of each entry its tag and the beginning of its key.
//
// Memory: 8 bytes an entry. A changed index shares with the earlier one all parts in which no tag
// changed.
//
// Thread-safe: immutable, cheap to copy.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace mrg {

// One entry. Tags should be spread evenly, as the bytes of a digest are.
struct TreePlace {
  // `key`: at least 4 bytes, of which the first 4 are kept.
  TreePlace(uint32_t tag, absl::string_view key);

  friend auto operator<=>(const TreePlace&, const TreePlace&) = default;

  uint32_t tag;
  uint32_t key_prefix;  // big-endian
};

class TreePlaces {
 public:
  // The index of no entries.
  TreePlaces() = default;

  // Result: this index without `removed` and with `added`; a place stands as often as it was added.
  // REQUIRES: what is removed is there. The work is that of the changes, and of 4096 pointers.
  TreePlaces With(std::vector<TreePlace> removed, std::vector<TreePlace> added) const;

  // Calls `visit` with each beginning of a key (4 bytes, for TreeImage::ForEachAt) at which an
  // entry with this tag stands, in order, each once.
  void ForEach(uint32_t tag, absl::FunctionRef<void(absl::string_view key_prefix)> visit) const;

  // Result: how many places stand in it, for tests.
  size_t size() const;

 private:
  using Shard = std::vector<TreePlace>;               // sorted
  std::vector<std::shared_ptr<const Shard>> shards_;  // by the highest bits of the tag; or none
};

}  // namespace mrg

#endif  // MRG_GATEWAY_PREFIX_TREE_TREE_PLACES_H_
