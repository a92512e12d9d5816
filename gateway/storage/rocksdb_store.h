#ifndef MRG_GATEWAY_STORAGE_ROCKSDB_STORE_H_
#define MRG_GATEWAY_STORAGE_ROCKSDB_STORE_H_

// OrderedStore in a RocksDB folder: one column family a keyspace; a row's value is its version
// (8 bytes, big-endian) followed by the bytes. Every commit group is one synced write batch, which
// also holds the commit sequence. One process at a time may have the folder open (RocksDB's LOCK).
//
// Thread-safe, as OrderedStore.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Opens the store in folder `path`; makes folder and column families that are missing.
// Errors: STORE_UNAVAILABLE (locked by another process, no space, no permission),
// STORE_CORRUPT (RocksDB or the sequence row does not check out), CONFIG_INVALID (the folder holds
// a keyspace that this version does not know: it was written by a newer one).
absl::StatusOr<std::unique_ptr<OrderedStore>> OpenRocksDbStore(const std::string& path);

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_ROCKSDB_STORE_H_
