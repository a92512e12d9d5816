#ifndef MRG_GATEWAY_FEDERATION_ALARMS_LOAD_PROGRESS_H_
#define MRG_GATEWAY_FEDERATION_ALARMS_LOAD_PROGRESS_H_

// Tells operators how far the load of a large list from a peer is: figures all the time, and an
// event at each further tenth. A change of a list moves some nodes and makes no event.
//
// Threads: one call at a time.

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "trustlist/client/tree_sync.h"

namespace mrg {

class LoadProgress {
 public:
  // Nodes fetched from which a load counts as large.
  static constexpr size_t kLargeNodes = 4096;

  // Pointers must outlive this.
  LoadProgress(MemberId publisher, const TrustMetrics* metrics, EventLog* events)
      : publisher_(std::move(publisher)), metrics_(metrics), events_(events) {}

  // `path`: the list's target path. As TreeProgressFn gives it.
  void Tell(absl::string_view path, const TreeSyncProgress& progress);

 private:
  const MemberId publisher_;
  const TrustMetrics* const metrics_;
  EventLog* const events_;
  std::string path_;          // of the load that is told of
  size_t nodes_fetched_ = 0;  // by it, when it was last told of
  uint64_t tenths_ = 0;       // of it that were told
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_ALARMS_LOAD_PROGRESS_H_
