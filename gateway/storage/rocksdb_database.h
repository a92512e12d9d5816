#ifndef MRG_GATEWAY_STORAGE_ROCKSDB_DATABASE_H_
#define MRG_GATEWAY_STORAGE_ROCKSDB_DATABASE_H_

// A RocksDB folder of ours, opened: its tables, and rows read from them. For this package only: it
// names RocksDB's types.
//
// Thread-safe, as rocksdb::DB is, but for opening and closing.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/storage/rocksdb_failures.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/options.h"

namespace mrg {

// Row of the default column family that holds the last commit sequence, written in every batch.
inline constexpr char kSequenceKey[] = "commit-sequence";
inline constexpr size_t kVersionBytes = 8;

// Closes column families before the database, whatever the way out.
struct Database {
  ~Database() {
    if (db == nullptr) return;
    for (rocksdb::ColumnFamilyHandle* table : handles) db->DestroyColumnFamilyHandle(table);
    db->Close();
  }
  rocksdb::ColumnFamilyHandle* table(Keyspace keyspace) const {
    return handles[static_cast<size_t>(keyspace) + 1];
  }

  const std::shared_ptr<RocksDbFailures> failures = std::make_shared<RocksDbFailures>();
  std::unique_ptr<rocksdb::Env> env;  // outlives the database
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;  // [0] the default one, then the keyspaces
};

inline rocksdb::Slice ToSlice(absl::string_view bytes) { return {bytes.data(), bytes.size()}; }

// Result: a row's version, which its stored bytes begin with. Errors: STORE_CORRUPT.
absl::StatusOr<uint64_t> DecodeVersion(const rocksdb::Slice& bytes);

// Result: STORE_CORRUPT or STORE_UNAVAILABLE. RocksDB's messages name files and offsets, never row
// contents.
absl::Status FromRocksDb(const rocksdb::Status& status);

// Result: the default column family and the keyspaces, in the order of Database::handles.
std::vector<rocksdb::ColumnFamilyDescriptor> DescribeTables();

// Errors: CONFIG_INVALID when the folder holds a keyspace outside the closed list.
absl::Status CheckKeyspacesKnown(const rocksdb::DBOptions& options, const std::string& path);

// Notes a failed read, of which only the one caller would hear otherwise. Result: `status`.
absl::Status Noted(const Database& database, const absl::Status& status);

// The reads of StoreReader.
absl::StatusOr<std::optional<Versioned>> ReadRow(const Database& database,
                                                 const rocksdb::ReadOptions& options,
                                                 Keyspace keyspace, absl::string_view key);
absl::StatusOr<std::vector<std::optional<Versioned>>> ReadRows(const Database& database,
                                                               const rocksdb::ReadOptions& options,
                                                               Keyspace keyspace,
                                                               std::span<const std::string> keys);
absl::StatusOr<std::vector<Row>> ReadRange(const Database& database, rocksdb::ReadOptions options,
                                           Keyspace keyspace, absl::string_view begin,
                                           absl::string_view end, size_t limit);

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_ROCKSDB_DATABASE_H_
