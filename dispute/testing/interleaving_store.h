#ifndef MRG_DISPUTE_TESTING_INTERLEAVING_STORE_H_
#define MRG_DISPUTE_TESTING_INTERLEAVING_STORE_H_

// A store in which something else happens between what an operation read and the commit that it
// decided on: the moment where only preconditions help.
//
// One thread at a time.

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
  void BeforeNextCommit(std::function<void()> meanwhile) { meanwhile_ = std::move(meanwhile); }

  absl::StatusOr<std::optional<Versioned>> Get(Keyspace keyspace,
                                               absl::string_view key) const override {
    return inner_->Get(keyspace, key);
  }
  absl::StatusOr<std::vector<Row>> Scan(Keyspace keyspace, absl::string_view begin,
                                        absl::string_view end, size_t limit) const override {
    return inner_->Scan(keyspace, begin, end, limit);
  }
  std::vector<CommitResult> CommitGroup(std::span<const WriteSet> sets) override {
    if (meanwhile_) std::exchange(meanwhile_, nullptr)();
    return inner_->CommitGroup(sets);
  }
  std::unique_ptr<StoreSnapshot> Snapshot() const override { return inner_->Snapshot(); }

 private:
  OrderedStore* const inner_;
  std::function<void()> meanwhile_;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_TESTING_INTERLEAVING_STORE_H_
