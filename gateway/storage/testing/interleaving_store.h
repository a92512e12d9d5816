#ifndef MRG_GATEWAY_STORAGE_TESTING_INTERLEAVING_STORE_H_
#define MRG_GATEWAY_STORAGE_TESTING_INTERLEAVING_STORE_H_

// A store in which something else happens in the middle of an operation: between two of its reads,
// or between what it read and the commit that it decided on. There only views and preconditions
// help. To try every interleaving, an operation runs with BeforeTouch(1), (2), and so on, until the
// moment no longer comes.
//
// One thread at a time.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gateway/storage/ordered_store.h"

namespace mrg {

class InterleavingStore : public OrderedStore {
 public:
  // `inner` must outlive this.
  explicit InterleavingStore(OrderedStore* inner) : inner_(inner) {}

  // Runs `meanwhile` once, right before the next commit lands.
  void BeforeNextCommit(std::function<void()> meanwhile) { before_ = std::move(meanwhile); }
  // Runs `meanwhile` once, right after the next Get or GetMany, also of a snapshot.
  void AfterNextGet(std::function<void()> meanwhile) { after_ = std::move(meanwhile); }
  // Runs `meanwhile` once, right before the `nth` read or commit from now on. REQUIRES: nth
  // >= 1.
  void BeforeTouch(size_t nth, std::function<void()> meanwhile) {
    touches_left_ = nth;
    at_touch_ = std::move(meanwhile);
  }
  // Result: true when the moment of BeforeTouch came.
  bool touched() const { return !at_touch_; }

  // Runs `meanwhile` once, right after the next Scan of the store itself.
  void AfterNextScan(std::function<void()> meanwhile) { after_scan_ = std::move(meanwhile); }

  absl::StatusOr<std::optional<Versioned>> Get(Keyspace keyspace,
                                               absl::string_view key) const override {
    Touch();
    return Then(inner_->Get(keyspace, key));
  }
  absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
      Keyspace keyspace, std::span<const std::string> keys) const override {
    Touch();
    return Then(inner_->GetMany(keyspace, keys));
  }
  absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                        absl::string_view end, size_t limit) const override {
    Touch();
    auto rows = inner_->Scan(keyspace, begin, end, limit);
    if (after_scan_) std::exchange(after_scan_, nullptr)();
    return rows;
  }
  std::vector<CommitResult> CommitGroup(std::span<const WriteSet> sets) override {
    Touch();
    if (before_) std::exchange(before_, nullptr)();
    return inner_->CommitGroup(sets);
  }
  absl::Status EraseDeleted(Keyspace keyspace, absl::string_view begin,
                            absl::string_view end) override {
    return inner_->EraseDeleted(keyspace, begin, end);
  }
  StoreStanding Standing() const override { return inner_->Standing(); }
  uint64_t CommitUnderWay() const override { return inner_->CommitUnderWay(); }
  std::unique_ptr<StoreSnapshot> Snapshot() const override {
    return std::make_unique<View>(this, inner_->Snapshot());
  }

 private:
  using Answer = absl::StatusOr<std::optional<Versioned>>;

  class View : public StoreSnapshot {
   public:
    View(const InterleavingStore* store, std::unique_ptr<StoreSnapshot> inner)
        : store_(store), inner_(std::move(inner)) {}
    Answer Get(Keyspace keyspace, absl::string_view key) const override {
      store_->Touch();
      return store_->Then(inner_->Get(keyspace, key));
    }
    absl::StatusOr<std::vector<std::optional<Versioned>>> GetMany(
        Keyspace keyspace, std::span<const std::string> keys) const override {
      store_->Touch();
      return store_->Then(inner_->GetMany(keyspace, keys));
    }
    absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                          absl::string_view end, size_t limit) const override {
      store_->Touch();
      return inner_->Scan(keyspace, begin, end, limit);
    }

   private:
    const InterleavingStore* const store_;
    const std::unique_ptr<StoreSnapshot> inner_;
  };

  void Touch() const {
    if (at_touch_ && --touches_left_ == 0) std::exchange(at_touch_, nullptr)();
  }

  template <typename Rows>
  Rows Then(Rows answer) const {
    if (after_) std::exchange(after_, nullptr)();
    return answer;
  }

  OrderedStore* const inner_;
  std::function<void()> before_;
  mutable std::function<void()> after_;
  mutable std::function<void()> after_scan_;
  mutable std::function<void()> at_touch_;
  mutable size_t touches_left_ = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_TESTING_INTERLEAVING_STORE_H_
