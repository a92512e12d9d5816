#ifndef MRG_GATEWAY_AUDIT_STORED_KEYS_H_
#define MRG_GATEWAY_AUDIT_STORED_KEYS_H_

// Keys of the decision log in the store. Every key begins with the log's origin, so that the logs
// of several replicas live side by side in one store.
//
//   kLogLeaf   (origin, index)             -> record bytes
//   kLogTile   (origin, tile level, tile)  -> up to 256 hashes of 32 bytes (C2SP tlog-tiles)
//   kLogState  (origin)                    -> the newest signed checkpoint

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {

inline std::string LogLeafKey(absl::string_view origin, uint64_t index) {
  return OrderedKey().Text(origin).U64(index).Take();
}

inline std::string LogTileKey(absl::string_view origin, uint32_t tile_level, uint64_t tile) {
  return OrderedKey().Text(origin).U64(tile_level).U64(tile).Take();
}

inline std::string LogStateKey(absl::string_view origin) {
  return OrderedKey().Text(origin).Take();
}

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_STORED_KEYS_H_
