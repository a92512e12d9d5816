#ifndef MRG_GATEWAY_STORAGE_TESTING_MEMORY_STORE_H_
#define MRG_GATEWAY_STORAGE_TESTING_MEMORY_STORE_H_

// OrderedStore in memory, for tests. Same meaning as RocksDB's, without durability across objects.
//
// Thread-safe.

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gateway/base/mutex.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

class MemoryStore : public OrderedStore {
 public:
  using Table = std::map<std::string, Versioned>;
  using Tables = std::array<Table, kKeyspaceCount>;

  absl::StatusOr<std::optional<Versioned>> Get(Keyspace keyspace,
                                               absl::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
      Keyspace keyspace, std::span<const std::string> keys) const override;
  absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                        absl::string_view end, size_t limit) const override;
  std::vector<CommitResult> CommitGroup(std::span<const WriteSet> sets) override;
  absl::Status EraseDeleted(Keyspace, absl::string_view, absl::string_view) override {
    return absl::OkStatus();  // it keeps no earlier value
  }
  StoreStanding Standing() const override { return StoreStanding::kWorks; }
  uint64_t CommitUnderWay() const override { return 0; }
  std::unique_ptr<StoreSnapshot> Snapshot() const override;

  // Result: all rows of all keyspaces, as readable lines; to compare "nothing changed".
  std::string Dump() const;

  // Result: how often `bytes` stand in keys and values.
  size_t Occurrences(absl::string_view bytes) const;

 private:
  mutable Mutex mu_;
  uint64_t sequence_ ABSL_GUARDED_BY(mu_) = 0;
  Tables tables_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_TESTING_MEMORY_STORE_H_
