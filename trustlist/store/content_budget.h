#ifndef MRG_TRUSTLIST_STORE_CONTENT_BUDGET_H_
#define MRG_TRUSTLIST_STORE_CONTENT_BUDGET_H_

// How much content, targets and tree nodes, a member may make this node store. Content is kept for
// good, so what is bounded is what comes: a member may bring some at once, and more as time goes by
// (a leaky bucket), and so may all members together.

#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

struct ContentLimits {
  // Bytes at once of one member, and what is forgotten of them in a day. A list of 16 million
  // entries has 4 GiB; ten thousand single changes a day bring 200 MiB.
  uint64_t member_bytes_max = uint64_t{8} << 30;
  uint64_t member_bytes_per_day = uint64_t{1} << 30;
  // The same of all members together.
  uint64_t all_bytes_max = uint64_t{32} << 30;
};

// Thread-safe; two that bring content at the same moment may pass the bound of all by what each
// brings in one call.
class ContentBudget {
 public:
  // `store` must outlive this.
  ContentBudget(OrderedStore* store, ContentLimits limits) : store_(store), limits_(limits) {}

  // Counts `bytes` that `publisher` brings at `now`, before they are stored.
  // Errors: METADATA_TOO_LONG when that is more than it, or all, may bring: then nothing is
  // counted; STORE_UNAVAILABLE, STORE_CORRUPT, STORE_CONFLICT.
  absl::Status Spend(const MemberId& publisher, uint64_t bytes, absl::Time now);

 private:
  OrderedStore* const store_;
  const ContentLimits limits_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_STORE_CONTENT_BUDGET_H_
