#ifndef MRG_GATEWAY_STORAGE_OPEN_STORE_H_
#define MRG_GATEWAY_STORAGE_OPEN_STORE_H_

// Chooses the store's implementation from its address, so that only this file knows the list.
//
// Thread-safe: one function.

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Opens the store at `address`: "rocksdb:<folder>". A new one is marked with the format of this
// version, and one of another format is refused before it is opened (data_folder.h).
// Errors: CONFIG_INVALID (unknown scheme, empty folder name); otherwise as ClaimDataFolder and
// OpenRocksDbStore.
absl::StatusOr<std::unique_ptr<OrderedStore>> OpenStore(absl::string_view address);

// The same for a store that is there: makes none. Errors also: as CheckDataFolder.
absl::StatusOr<std::unique_ptr<OrderedStore>> OpenExistingStore(absl::string_view address);

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_OPEN_STORE_H_
