#ifndef MRG_GATEWAY_STORAGE_ROCKSDB_ENVIRONMENT_H_
#define MRG_GATEWAY_STORAGE_ROCKSDB_ENVIRONMENT_H_

// Opens a RocksDB store over a given environment, so that a test can make the file system fail.
// For this package only: it names RocksDB's types.
//
// Thread-safe: one function.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/storage/ordered_store.h"
#include "rocksdb/env.h"

namespace mrg {

// As OpenRocksDbStore, with all file access through `env`, which must outlive the store.
absl::StatusOr<std::unique_ptr<OrderedStore>> OpenRocksDbStoreIn(const std::string& path,
                                                                 rocksdb::Env* env);

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_ROCKSDB_ENVIRONMENT_H_
