#ifndef MRG_TRUSTLIST_FORK_STORED_HISTORY_H_
#define MRG_TRUSTLIST_FORK_STORED_HISTORY_H_

// The fork watch of a node as an observer of one publisher's refresh.

#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/client/history_observer.h"
#include "trustlist/fork/fork_watch.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/store/timestamp_history.h"

namespace mrg {

// Threads: as HistoryObserver.
class StoredHistory : public HistoryObserver {
 public:
  // `store` must outlive this. `on_fork`: see ForkWatch.
  StoredHistory(MemberId publisher, OrderedStore* store, OnForkFn on_fork);

  absl::Status CheckNotFrozen() const override;
  absl::StatusOr<bool> Agrees(absl::string_view role, absl::string_view bytes,
                              absl::Time now) override;
  absl::Status KeepEarlier(int64_t first, std::span<const std::string> timestamps) override;

 private:
  const MemberId publisher_;
  ForkWatch forks_;
  const MetadataStore metadata_;
  const TimestampHistory timestamps_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORK_STORED_HISTORY_H_
