#ifndef MRG_GATEWAY_STORAGE_STORE_VIEW_H_
#define MRG_GATEWAY_STORAGE_STORE_VIEW_H_

// What a data folder held at one moment, read beside the node that may be writing to it: nothing in
// the folder is changed, and its lock is neither taken nor needed.
//
// Thread-safe, as StoreReader.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

class StoreView : public StoreReader {
 public:
  // Makes the data folder `target`, of the same format, with all rows of this view, durably.
  // `progress` hears now and then how many rows have been copied. Errors: CONFIG_INVALID when the
  // target is not empty or missing, STORE_UNAVAILABLE, STORE_CORRUPT; then the target is
  // unfinished.
  virtual absl::Status CopyTo(const std::string& target,
                              const std::function<void(uint64_t rows)>& progress) const = 0;
};

// Opens the data folder `folder`. The view holds whole commits: each that was acknowledged before
// this was called, perhaps later ones, and of no commit a part.
// Errors: CONFIG_INVALID (as CheckDataFolder, an unknown keyspace), STORE_UNAVAILABLE (also when
// the node wrote its files anew each time that they were looked at), STORE_CORRUPT.
absl::StatusOr<std::unique_ptr<StoreView>> OpenStoreView(const std::string& folder);

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_STORE_VIEW_H_
