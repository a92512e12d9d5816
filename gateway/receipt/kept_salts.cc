#include "gateway/receipt/kept_salts.h"

#include <optional>
#include <utility>
#include <vector>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

using gateway::v1::StoredSalt;

//   kSalt  (origin, index)  -> StoredSalt
std::string SaltKey(absl::string_view log_origin, uint64_t index) {
  return OrderedKey().Text(log_origin).U64(index).Take();
}

absl::StatusOr<StoredSalt> ReadSalt(absl::string_view bytes) {
  return ParseCanonical<StoredSalt>(bytes, Reason::kStoreCorrupt);
}

// The salts of one log, from the first that is kept on.
struct LogSalts {
  std::string first_key;
  std::string end;  // behind every key of the log; never empty, as no origin is all FF bytes
};

// Result: the first log of which something is kept at or behind `begin`; nullopt: none.
absl::StatusOr<std::optional<LogSalts>> FirstLogFrom(const StoreReader& store,
                                                     absl::string_view begin) {
  MRG_ASSIGN_OR_RETURN(std::vector<Row> rows, store.Scan(Keyspace::kSalt, begin, "", 1));
  if (rows.empty()) return std::optional<LogSalts>();
  std::string& key = rows.front().key;
  MRG_ASSIGN_OR_RETURN(const std::string origin, OrderedKeyReader(key).Text());
  return std::optional<LogSalts>({std::move(key), PrefixEnd(OrderedKey().Text(origin).Take())});
}

// Result: how many of `rows`, of one log and in its order, go: up to the last one that is old.
absl::StatusOr<size_t> CountOld(const std::vector<Row>& rows, absl::Time decided_before) {
  size_t old = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    MRG_ASSIGN_OR_RETURN(const StoredSalt stored, ReadSalt(rows[i].value));
    if (absl::FromUnixMicros(stored.decided_at_us()) < decided_before) old = i + 1;
  }
  return old;
}

}  // namespace

void KeepSalt(absl::string_view log_origin, uint64_t index, int64_t decided_at_us,
              absl::string_view salt, WriteSet* writes) {
  StoredSalt stored;
  stored.set_decided_at_us(decided_at_us);
  stored.set_salt(std::string(salt));
  writes->Put(Keyspace::kSalt, SaltKey(log_origin, index), CanonicalBytes(stored));
}

absl::StatusOr<std::string> RecallSalt(const StoreReader& store, absl::string_view log_origin,
                                       uint64_t index) {
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> row,
                       store.Get(Keyspace::kSalt, SaltKey(log_origin, index)));
  StoredSalt stored;
  if (row.has_value()) {
    MRG_ASSIGN_OR_RETURN(stored, ReadSalt(row->value));
  }
  if (stored.salt().empty()) {
    return MakeError(Reason::kSaltErased, "expected a record whose salt is kept");
  }
  return std::move(*stored.mutable_salt());
}

absl::StatusOr<StoredSalt> EraseSalt(OrderedStore& store, absl::string_view log_origin,
                                     uint64_t index, const std::string& because, absl::Time now) {
  const std::string key = SaltKey(log_origin, index);
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> row, store.Get(Keyspace::kSalt, key));
  StoredSalt stored;
  if (row.has_value()) {
    MRG_ASSIGN_OR_RETURN(stored, ReadSalt(row->value));
  }
  if (!stored.salt().empty()) {
    stored.clear_salt();
    stored.set_erased_at_us(absl::ToUnixMicros(now));
    stored.set_because(because);
    WriteSet writes;
    writes.RequireVersion(Keyspace::kSalt, key, row->version);
    writes.Put(Keyspace::kSalt, key, CanonicalBytes(stored));
    MRG_RETURN_IF_ERROR(store.Commit(writes).status);
  }
  // Also after an earlier call, which may have ended before its files were written anew.
  MRG_RETURN_IF_ERROR(store.EraseDeleted(Keyspace::kSalt, key, KeyAfter(key)));
  return stored;
}

absl::StatusOr<size_t> ForgetOldSalts(OrderedStore& store, absl::Time decided_before,
                                      size_t limit) {
  WriteSet writes;
  writes.AllowLoss();  // what a crash brings back is forgotten again
  size_t forgotten = 0;
  MRG_ASSIGN_OR_RETURN(std::optional<LogSalts> log, FirstLogFrom(store, ""));
  while (log.has_value() && forgotten < limit) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                         store.Scan(Keyspace::kSalt, log->first_key, log->end, limit - forgotten));
    MRG_ASSIGN_OR_RETURN(const size_t old, CountOld(rows, decided_before));
    for (size_t i = 0; i < old; ++i) writes.Delete(Keyspace::kSalt, rows[i].key);
    forgotten += old;
    MRG_ASSIGN_OR_RETURN(log, FirstLogFrom(store, log->end));
  }
  if (!writes.empty()) MRG_RETURN_IF_ERROR(store.Commit(writes).status);
  return forgotten;
}

absl::Status EraseForgottenSalts(OrderedStore& store) {
  std::string begin;
  MRG_ASSIGN_OR_RETURN(std::optional<LogSalts> log, FirstLogFrom(store, begin));
  while (log.has_value()) {
    MRG_RETURN_IF_ERROR(store.EraseDeleted(Keyspace::kSalt, begin, log->first_key));
    begin = log->end;
    MRG_ASSIGN_OR_RETURN(log, FirstLogFrom(store, begin));
  }
  return store.EraseDeleted(Keyspace::kSalt, begin, "");
}

}  // namespace mrg
