#ifndef MRG_GATEWAY_DAEMON_ROOT_ALARMS_H_
#define MRG_GATEWAY_DAEMON_ROOT_ALARMS_H_

// Tells operators when the hub's list names another first root of a member than the one trusted
// here, which the own side named (THREATS T07). The trusted one stays; the hub cannot replace it.

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/blob_reader.h"
#include "trustlist/in_force.h"
#include "trustlist/metadata_store.h"

namespace mrg {

// Thread-safe.
class RootAlarms {
 public:
  // All pointers must outlive this.
  RootAlarms(MemberId hub, OrderedStore* store, const BlobReader* blobs,
             const TrustMetrics* metrics, EventLog* events)
      : hub_(std::move(hub)), metadata_(store), blobs_(blobs), metrics_(metrics), events_(events) {}

  // A publisher's set goes in force: compares all roots that the hub's newest list names with those
  // stored. Errors: METADATA_MALFORMED of a hub's list; STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status Look(const InForceSet& set);

 private:
  absl::Status ReadList(const InForceSet& hub_set) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const MemberId hub_;
  const MetadataStore metadata_;
  const BlobReader* const blobs_;
  const TrustMetrics* const metrics_;
  EventLog* const events_;

  Mutex mu_;
  std::map<std::string, std::string> named_ ABSL_GUARDED_BY(mu_);  // member -> digest, 32 raw bytes
  std::set<std::pair<std::string, std::string>> told_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_ROOT_ALARMS_H_
