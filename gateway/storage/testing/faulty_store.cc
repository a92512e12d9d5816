#include "gateway/storage/testing/faulty_store.h"

#include <utility>

#include "gateway/base/reason.h"

namespace mrg {
namespace {

absl::Status Down() {
  return MakeError(Reason::kStoreUnavailable, "injected: the process is down");
}

std::vector<CommitResult> AllUnknown(size_t count, absl::string_view detail) {
  return std::vector<CommitResult>(count, CommitResult::Unknown(detail));
}

class DownSnapshot : public StoreSnapshot {
 public:
  absl::StatusOr<std::optional<Versioned>> Get(Keyspace, absl::string_view) const override {
    return Down();
  }
  absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
      Keyspace, std::span<const std::string>) const override {
    return Down();
  }
  absl::StatusOr<std::vector<Row>> Scan(Keyspace, absl::string_view, absl::string_view,
                                        size_t) const override {
    return Down();
  }
};

}  // namespace

void FaultyStore::FailCommit(int nth, Fault fault) {
  MutexLock lock(mu_);
  fail_at_ = count_ + nth;
  fault_ = fault;
  fired_ = false;
}

void FaultyStore::AnswerLate(int nth, std::function<void()> meanwhile) {
  MutexLock lock(mu_);
  late_at_ = count_ + nth;
  meanwhile_ = std::move(meanwhile);
}

void FaultyStore::Hold() {
  MutexLock lock(mu_);
  held_ = true;
}

void FaultyStore::Release() {
  MutexLock lock(mu_);
  held_ = false;
  changed_.NotifyAll();
}

void FaultyStore::WaitForHeldCommit() const {
  MutexLock lock(mu_);
  while (waiting_ == 0) changed_.Wait(mu_);
}

void FaultyStore::Crash() {
  MutexLock lock(mu_);
  crashed_ = true;
}

void FaultyStore::Restart() {
  MutexLock lock(mu_);
  crashed_ = false;
  refuses_commits_ = false;
  count_ = 0;
  fail_at_ = 0;
  late_at_ = 0;
  meanwhile_ = nullptr;
}

int FaultyStore::commit_count() const {
  MutexLock lock(mu_);
  return count_;
}

bool FaultyStore::fault_fired() const {
  MutexLock lock(mu_);
  return fired_;
}

bool FaultyStore::crashed() const {
  MutexLock lock(mu_);
  return crashed_;
}

absl::StatusOr<std::optional<Versioned>> FaultyStore::Get(Keyspace keyspace,
                                                          absl::string_view key) const {
  if (crashed()) return Down();
  return inner_->Get(keyspace, key);
}

absl::StatusOr<std::vector<std::optional<Versioned>>> FaultyStore::GetMany(
    Keyspace keyspace, std::span<const std::string> keys) const {
  if (crashed()) return Down();
  return inner_->GetMany(keyspace, keys);
}

absl::StatusOr<std::vector<Row>> FaultyStore::Scan(Keyspace keyspace, absl::string_view begin,
                                                   absl::string_view end, size_t limit) const {
  if (crashed()) return Down();
  return inner_->Scan(keyspace, begin, end, limit);
}

absl::Status FaultyStore::EraseDeleted(Keyspace keyspace, absl::string_view begin,
                                       absl::string_view end) {
  if (crashed()) return Down();
  return inner_->EraseDeleted(keyspace, begin, end);
}

StoreStanding FaultyStore::Standing() const {
  MutexLock lock(mu_);
  return refuses_commits_ ? StoreStanding::kSyncFailed : inner_->Standing();
}

std::unique_ptr<StoreSnapshot> FaultyStore::Snapshot() const {
  if (crashed()) return std::make_unique<DownSnapshot>();
  return inner_->Snapshot();
}

std::vector<CommitResult> FaultyStore::CommitGroup(std::span<const WriteSet> sets) {
  std::optional<Fault> fault;
  std::function<void()> meanwhile;
  {
    MutexLock lock(mu_);
    ++waiting_;
    changed_.NotifyAll();
    while (held_) changed_.Wait(mu_);
    --waiting_;
    if (crashed_) return AllUnknown(sets.size(), "injected: the process is down");
    ++count_;
    if (refuses_commits_) return AllUnknown(sets.size(), "injected: refused after a failed sync");
    if (count_ == fail_at_) {
      fault = fault_;
      fired_ = true;
      if (fault_ == Fault::kCrashBefore || fault_ == Fault::kCrashAfter) crashed_ = true;
      if (fault_ == Fault::kSyncFailed) refuses_commits_ = true;
    }
    if (count_ == late_at_) meanwhile = std::exchange(meanwhile_, nullptr);
  }
  if (fault.has_value() && *fault != Fault::kErrorButPersisted && *fault != Fault::kCrashAfter) {
    return AllUnknown(sets.size(), "injected: the commit was lost");
  }
  std::vector<CommitResult> results = inner_->CommitGroup(sets);
  if (meanwhile) meanwhile();
  if (fault.has_value()) return AllUnknown(sets.size(), "injected: the answer was lost");
  return results;
}

}  // namespace mrg
