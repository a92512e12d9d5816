#include "gateway/storage/testing/memory_store.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace mrg {
namespace {

std::optional<Versioned> GetFrom(const MemoryStore::Tables& tables, Keyspace keyspace,
                                 absl::string_view key) {
  const MemoryStore::Table& table = tables[static_cast<size_t>(keyspace)];
  auto found = table.find(std::string(key));
  if (found == table.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<std::vector<std::optional<Versioned>>> GetManyFrom(
    const MemoryStore::Tables& tables, Keyspace keyspace, std::span<const std::string> keys) {
  const absl::Status count = CheckKeyCount(keys.size());
  if (!count.ok()) return count;
  std::vector<std::optional<Versioned>> rows;
  for (const std::string& key : keys) rows.push_back(GetFrom(tables, keyspace, key));
  return rows;
}

std::vector<Row> ScanFrom(const MemoryStore::Tables& tables, Keyspace keyspace,
                          absl::string_view begin, absl::string_view end, size_t limit) {
  const MemoryStore::Table& table = tables[static_cast<size_t>(keyspace)];
  std::vector<Row> rows;
  for (auto row = table.lower_bound(std::string(begin)); row != table.end(); ++row) {
    if (rows.size() == limit || (!end.empty() && row->first >= end)) break;
    rows.push_back({row->first, row->second.value, row->second.version});
  }
  return rows;
}

class MemorySnapshot : public StoreSnapshot {
 public:
  explicit MemorySnapshot(MemoryStore::Tables tables) : tables_(std::move(tables)) {}
  absl::StatusOr<std::optional<Versioned>> Get(Keyspace keyspace,
                                               absl::string_view key) const override {
    return GetFrom(tables_, keyspace, key);
  }
  absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
      Keyspace keyspace, std::span<const std::string> keys) const override {
    return GetManyFrom(tables_, keyspace, keys);
  }
  absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                        absl::string_view end, size_t limit) const override {
    return ScanFrom(tables_, keyspace, begin, end, limit);
  }

 private:
  const MemoryStore::Tables tables_;
};

int FirstFailed(const MemoryStore::Tables& tables, const WriteSet& set) {
  int index = 0;
  for (const WriteSet::Precondition& precondition : set.preconditions()) {
    const auto row = GetFrom(tables, precondition.keyspace, precondition.key);
    const bool holds = precondition.version.has_value()
                           ? row.has_value() && row->version == *precondition.version
                           : !row.has_value();
    if (!holds) return index;
    ++index;
  }
  return -1;
}

}  // namespace

absl::StatusOr<std::optional<Versioned>> MemoryStore::Get(Keyspace keyspace,
                                                          absl::string_view key) const {
  MutexLock lock(mu_);
  return GetFrom(tables_, keyspace, key);
}

absl::StatusOr<std::vector<std::optional<Versioned>>> MemoryStore::GetMany(
    Keyspace keyspace, std::span<const std::string> keys) const {
  MutexLock lock(mu_);
  return GetManyFrom(tables_, keyspace, keys);
}

absl::StatusOr<std::vector<Row>> MemoryStore::Scan(Keyspace keyspace, absl::string_view begin,
                                                   absl::string_view end, size_t limit) const {
  MutexLock lock(mu_);
  return ScanFrom(tables_, keyspace, begin, end, limit);
}

std::vector<CommitResult> MemoryStore::CommitGroup(std::span<const WriteSet> sets) {
  MutexLock lock(mu_);
  std::vector<CommitResult> results;
  for (const WriteSet& set : sets) {
    const int failed = FirstFailed(tables_, set);
    if (failed >= 0) {
      results.push_back(CommitResult::PreconditionFailed(failed));
      continue;
    }
    ++sequence_;
    for (const WriteSet::Write& write : set.writes()) {
      Table& table = tables_[static_cast<size_t>(write.keyspace)];
      if (write.value.has_value()) {
        table[write.key] = {*write.value, sequence_};
      } else {
        table.erase(write.key);
      }
    }
    results.push_back(CommitResult::Committed());
  }
  return results;
}

std::unique_ptr<StoreSnapshot> MemoryStore::Snapshot() const {
  MutexLock lock(mu_);
  return std::make_unique<MemorySnapshot>(tables_);
}

std::string MemoryStore::Dump() const {
  MutexLock lock(mu_);
  std::string dump;
  for (size_t i = 0; i < tables_.size(); ++i) {
    for (const auto& [key, row] : tables_[i]) {
      absl::StrAppend(&dump, kKeyspaceNames[i], " ", absl::CHexEscape(key), " @", row.version,
                      " = ", absl::CHexEscape(row.value), "\n");
    }
  }
  return dump;
}

size_t MemoryStore::Occurrences(absl::string_view bytes) const {
  size_t count = 0;
  const auto look = [bytes, &count](absl::string_view in) {
    for (size_t at = in.find(bytes); at != in.npos; at = in.find(bytes, at + 1)) ++count;
  };
  MutexLock lock(mu_);
  for (const Table& table : tables_) {
    for (const auto& [key, row] : table) {
      look(key);
      look(row.value);
    }
  }
  return count;
}

}  // namespace mrg
