#ifndef MRG_GATEWAY_PUBLICATION_STATUS_HOLDERS_H_
#define MRG_GATEWAY_PUBLICATION_STATUS_HOLDERS_H_

// The rows that say which authorities hold what stands against a licence: one of each entry of a
// status list in which something stands, found as the entry is, by epoch and tag, so that a key
// that is not in use any more still leads to it. They never leave the node.
//
// Thread-safe: functions over a thread-safe store.

#include <cstdint>
#include <map>
#include <optional>

#include "absl/status/statusor.h"
#include "gateway/licence_tag/licence_tag.h"
#include "gateway/publication/licence_standing.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/storage/write_set.h"

namespace mrg {

struct StoredHolders {
  StatusHolders holders;
  std::optional<uint64_t> version;  // of the row; nullopt: there is none
};

// Result: the holders under each epoch of `licence`. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<std::map<uint32_t, StoredHolders>> LoadHolders(const StoreReader& store,
                                                              const LicenceTags& licence);

// Adds to `writes` that these hold what stands under `licence`, and demands that the row is still
// the one that was read.
void KeepHolders(const LicenceKey& licence, const StatusHolders& holders,
                 const std::optional<uint64_t>& read_version, WriteSet* writes);

}  // namespace mrg

#endif  // MRG_GATEWAY_PUBLICATION_STATUS_HOLDERS_H_
