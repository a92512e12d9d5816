#ifndef MRG_DISPUTE_ROW_HOLDS_H_
#define MRG_DISPUTE_ROW_HOLDS_H_

// Which rows are held by a TakenRows of this process. Memory only: after a restart nothing is held.
// Not here: any protection of the data; that is the job of preconditions.
//
// Thread-safe. A RowHold belongs to one thread at a time; it may be released on any.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "gateway/base/mutex.h"
#include "gateway/storage/keyspace.h"

namespace mrg {

class RowHolds;

// One held row; the destructor releases it. Moved-from and default ones hold nothing.
class RowHold {
 public:
  RowHold() = default;
  RowHold(RowHold&& other) noexcept = default;
  RowHold& operator=(RowHold&& other) noexcept;
  ~RowHold() { Release(); }

  // Result: a hold of the row, or nullopt when another live hold has it.
  // `holds` is kept alive by the hold, so that a hold may outlive its queue.
  static std::optional<RowHold> Take(std::shared_ptr<RowHolds> holds, Keyspace keyspace,
                                     absl::string_view key);

 private:
  RowHold(std::shared_ptr<RowHolds> holds, Keyspace keyspace, std::string key)
      : holds_(std::move(holds)), keyspace_(keyspace), key_(std::move(key)) {}
  void Release();

  std::shared_ptr<RowHolds> holds_;
  Keyspace keyspace_ = Keyspace::kNodeState;
  std::string key_;
};

// The set of held rows.
class RowHolds {
 private:
  friend class RowHold;
  Mutex mu_;
  std::set<std::pair<Keyspace, std::string>> held_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_DISPUTE_ROW_HOLDS_H_
