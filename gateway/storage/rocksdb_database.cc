#include "gateway/storage/rocksdb_database.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "rocksdb/cache.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

namespace mrg {
namespace {

constexpr size_t kWriteBufferBytes = size_t{16} << 20;  // each keyspace: recovery stays short
constexpr size_t kBlockCacheBytes = size_t{64} << 20;
constexpr double kBloomBitsPerKey = 10;

absl::StatusOr<Versioned> DecodeRow(const rocksdb::Slice& bytes) {
  MRG_ASSIGN_OR_RETURN(const uint64_t version, DecodeVersion(bytes));
  return Versioned{std::string(bytes.data() + kVersionBytes, bytes.size() - kVersionBytes),
                   version};
}

rocksdb::ColumnFamilyOptions TableOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = kWriteBufferBytes;
  // "Key absent" is the commonest precondition: answer it from a filter.
  options.memtable_prefix_bloom_size_ratio = 0.02;
  options.memtable_whole_key_filtering = true;
  options.compression = rocksdb::kNoCompression;  // digests, signatures, proofs: incompressible
  options.bottommost_compression = rocksdb::kNoCompression;
  return options;
}

}  // namespace

absl::StatusOr<uint64_t> DecodeVersion(const rocksdb::Slice& bytes) {
  if (bytes.size() < kVersionBytes)
    return MakeError(Reason::kStoreCorrupt, "a row lacks a version");
  uint64_t version = 0;
  for (size_t i = 0; i < kVersionBytes; ++i) {
    version = (version << 8) | static_cast<uint8_t>(bytes[i]);
  }
  return version;
}

absl::Status FromRocksDb(const rocksdb::Status& status) {
  return MakeError(status.IsCorruption() ? Reason::kStoreCorrupt : Reason::kStoreUnavailable,
                   status.ToString());
}

std::vector<rocksdb::ColumnFamilyDescriptor> DescribeTables() {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> tables;
  tables.emplace_back(rocksdb::kDefaultColumnFamilyName, TableOptions(cache));
  for (absl::string_view name : kKeyspaceNames) {
    tables.emplace_back(std::string(name), TableOptions(cache));
  }
  return tables;
}

absl::Status CheckKeyspacesKnown(const rocksdb::DBOptions& options, const std::string& path) {
  std::vector<std::string> names;
  // Fails for a folder without a database: nothing to check then, Open makes it.
  if (!rocksdb::DB::ListColumnFamilies(options, path, &names).ok()) return absl::OkStatus();
  for (const std::string& name : names) {
    bool known = name == rocksdb::kDefaultColumnFamilyName;
    for (absl::string_view keyspace : kKeyspaceNames) known = known || name == keyspace;
    if (!known) {
      return MakeError(Reason::kConfigInvalid,
                       absl::StrCat("the store holds the unknown keyspace ", name));
    }
  }
  return absl::OkStatus();
}

absl::Status Noted(const Database& database, const absl::Status& status) {
  (ReasonOf(status) == Reason::kStoreCorrupt ? database.failures->corrupt
                                             : database.failures->any) = true;
  return status;
}

absl::StatusOr<std::optional<Versioned>> ReadRow(const Database& database,
                                                 const rocksdb::ReadOptions& options,
                                                 Keyspace keyspace, absl::string_view key) {
  rocksdb::PinnableSlice bytes;
  const rocksdb::Status status =
      database.db->Get(options, database.table(keyspace), ToSlice(key), &bytes);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return Noted(database, FromRocksDb(status));
  auto row = DecodeRow(bytes);
  if (!row.ok()) return Noted(database, row.status());
  return *std::move(row);
}

absl::StatusOr<std::vector<std::optional<Versioned>>> ReadRows(const Database& database,
                                                               const rocksdb::ReadOptions& options,
                                                               Keyspace keyspace,
                                                               std::span<const std::string> keys) {
  MRG_RETURN_IF_ERROR(CheckKeyCount(keys.size()));
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  // All keys of one table are read at one sequence number.
  database.db->MultiGet(options, database.table(keyspace), slices.size(), slices.data(),
                        values.data(), statuses.data());
  std::vector<std::optional<Versioned>> rows(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) return Noted(database, FromRocksDb(statuses[i]));
    auto row = DecodeRow(values[i]);
    if (!row.ok()) return Noted(database, row.status());
    rows[i] = *std::move(row);
  }
  return rows;
}

absl::StatusOr<std::vector<Row>> ReadRange(const Database& database, rocksdb::ReadOptions options,
                                           Keyspace keyspace, absl::string_view begin,
                                           absl::string_view end, size_t limit) {
  const rocksdb::Slice upper = ToSlice(end);
  if (!end.empty()) options.iterate_upper_bound = &upper;
  std::unique_ptr<rocksdb::Iterator> at(
      database.db->NewIterator(options, database.table(keyspace)));
  std::vector<Row> rows;
  for (at->Seek(ToSlice(begin)); at->Valid() && rows.size() < limit; at->Next()) {
    auto row = DecodeRow(at->value());
    if (!row.ok()) return Noted(database, row.status());
    rows.push_back({at->key().ToString(), std::move(row->value), row->version});
  }
  if (!at->status().ok()) return Noted(database, FromRocksDb(at->status()));
  return rows;
}

}  // namespace mrg
