#ifndef MRG_GATEWAY_STORAGE_WRITE_SET_H_
#define MRG_GATEWAY_STORAGE_WRITE_SET_H_

// What one transaction writes, and under which preconditions. A value: building one touches no
// store. All of it is applied or nothing.
//
// Threads: a WriteSet belongs to one thread; a const one may be read by many.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/storage/keyspace.h"

namespace mrg {

class WriteSet {
 public:
  struct Write {
    Keyspace keyspace;
    std::string key;
    std::optional<std::string> value;  // nullopt: delete
  };
  struct Precondition {
    Keyspace keyspace;
    std::string key;
    std::optional<uint64_t> version;  // nullopt: the key is absent
  };

  // Writes `value` (any bytes, may be empty) at `key`. The last write of a key counts.
  void Put(Keyspace keyspace, absl::string_view key, absl::string_view value) {
    writes_.push_back({keyspace, std::string(key), std::string(value)});
  }

  // Removes `key`; removing an absent key is no error.
  void Delete(Keyspace keyspace, absl::string_view key) {
    writes_.push_back({keyspace, std::string(key), std::nullopt});
  }

  // Demands that `key` is absent before the set is applied.
  // Result: the precondition's index, as in CommitResult::failed_precondition.
  int RequireAbsent(Keyspace keyspace, absl::string_view key) {
    preconditions_.push_back({keyspace, std::string(key), std::nullopt});
    return static_cast<int>(preconditions_.size()) - 1;
  }

  // Demands that `key` is stored with exactly `version`, as Get or Scan gave it.
  // Result: the precondition's index.
  int RequireVersion(Keyspace keyspace, absl::string_view key, uint64_t version) {
    preconditions_.push_back({keyspace, std::string(key), version});
    return static_cast<int>(preconditions_.size()) - 1;
  }

  // The set may be lost in a crash until a later one that may not is durable: for rows that can be
  // had again, and that only a later commit refers to.
  void AllowLoss() { may_be_lost_ = true; }

  bool may_be_lost() const { return may_be_lost_; }
  const std::vector<Write>& writes() const { return writes_; }
  const std::vector<Precondition>& preconditions() const { return preconditions_; }
  bool empty() const { return writes_.empty() && preconditions_.empty(); }

 private:
  std::vector<Write> writes_;
  std::vector<Precondition> preconditions_;
  bool may_be_lost_ = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_WRITE_SET_H_
