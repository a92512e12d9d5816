#ifndef MRG_GATEWAY_STORAGE_TESTING_FAULTY_STORE_H_
#define MRG_GATEWAY_STORAGE_TESTING_FAULTY_STORE_H_

// A store that fails where a test says. Commits are counted from 1 (a CommitGroup, being one sync,
// counts once); reads are not counted. The usual loop: for n = 1, 2, ... crash at commit n,
// Restart, let recovery run, check; stop at the first n that the operation did not reach
// (`fault_fired`).
//
// Thread-safe, except that faults are set while no call is under way.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "gateway/base/mutex.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

class FaultyStore : public OrderedStore {
 public:
  enum class Fault {
    kErrorAndLost,       // kUnknown; nothing was written; the store works on
    kErrorButPersisted,  // kUnknown, although the commit was applied; the store works on
    kCrashBefore,        // the process dies before the commit: this and all later calls fail
    kCrashAfter,         // the process dies after the commit was applied, before its answer
    kSyncFailed,         // kUnknown, nothing written; reads work on, every later commit is refused
  };

  // `inner` must outlive this.
  explicit FaultyStore(OrderedStore* inner) : inner_(inner) {}

  // The nth commit from now (1 = the next one) meets `fault`. Replaces an earlier order.
  void FailCommit(int nth, Fault fault);

  // Late answers: runs `meanwhile` once, after the nth commit from now was applied and before its
  // caller hears of it; `meanwhile` may use the inner store, not this one's faults.
  void AnswerLate(int nth, std::function<void()> meanwhile);

  // A disk that takes its time: from now on commits wait until Release, and reads work on.
  void Hold();
  void Release();
  // Returns when a commit waits. REQUIRES: held, and one is made.
  void WaitForHeldCommit() const;

  // From now on every call fails with STORE_UNAVAILABLE.
  void Crash();

  // The process starts again: calls work, orders are forgotten, the count starts at 0.
  void Restart();

  // Result: commits asked for since construction or Restart.
  int commit_count() const;
  // Result: true when the ordered fault was met since FailCommit.
  bool fault_fired() const;

  absl::StatusOr<std::optional<Versioned>> Get(Keyspace keyspace,
                                               absl::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
      Keyspace keyspace, std::span<const std::string> keys) const override;
  absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                        absl::string_view end, size_t limit) const override;
  std::vector<CommitResult> CommitGroup(std::span<const WriteSet> sets) override;
  absl::Status EraseDeleted(Keyspace keyspace, absl::string_view begin,
                            absl::string_view end) override;
  StoreStanding Standing() const override;
  uint64_t CommitUnderWay() const override { return inner_->CommitUnderWay(); }
  std::unique_ptr<StoreSnapshot> Snapshot() const override;

 private:
  bool crashed() const;

  OrderedStore* const inner_;
  mutable Mutex mu_;
  mutable CondVar changed_;
  bool held_ ABSL_GUARDED_BY(mu_) = false;
  int waiting_ ABSL_GUARDED_BY(mu_) = 0;  // commits that wait for Release
  int count_ ABSL_GUARDED_BY(mu_) = 0;
  int fail_at_ ABSL_GUARDED_BY(mu_) = 0;  // 0: no order
  Fault fault_ ABSL_GUARDED_BY(mu_) = Fault::kErrorAndLost;
  bool fired_ ABSL_GUARDED_BY(mu_) = false;
  int late_at_ ABSL_GUARDED_BY(mu_) = 0;
  std::function<void()> meanwhile_ ABSL_GUARDED_BY(mu_);
  bool crashed_ ABSL_GUARDED_BY(mu_) = false;
  bool refuses_commits_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_TESTING_FAULTY_STORE_H_
