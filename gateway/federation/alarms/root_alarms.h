#ifndef MRG_GATEWAY_FEDERATION_ALARMS_ROOT_ALARMS_H_
#define MRG_GATEWAY_FEDERATION_ALARMS_ROOT_ALARMS_H_

// Tells operators when the hub's list names another first root of a followed member than the one
// trusted here or, before the first contact, than the own side names (docs/threats.md T07). What is
// trusted stays; the hub cannot replace it.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/federation/first_roots.h"
#include "gateway/federation/peer.h"
#include "gateway/membership/federation_list.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {

// Thread-safe.
class RootAlarms {
 public:
  // All pointers must outlive this.
  RootAlarms(const std::vector<Peer>* peers, const FederationList* list,
             const FirstRoots* first_roots, OrderedStore* store, const TrustMetrics* metrics,
             EventLog* events)
      : peers_(peers),
        list_(list),
        first_roots_(first_roots),
        metadata_(store),
        metrics_(metrics),
        events_(events) {}

  // Compares; call it when the hub's list, the own agreements or what is trusted may have changed.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status Look();

 private:
  absl::StatusOr<bool> Differs(const Peer& peer, const std::string& named);
  absl::StatusOr<std::string> DigestOf(const MemberId& member, const std::string& root);

  const std::vector<Peer>* const peers_;
  const FederationList* const list_;
  const FirstRoots* const first_roots_;
  const MetadataStore metadata_;
  const TrustMetrics* const metrics_;
  EventLog* const events_;

  Mutex mu_;
  std::set<std::pair<std::string, std::string>> told_ ABSL_GUARDED_BY(mu_);  // member, digest
  struct Known {
    std::string root;
    std::string digest;
  };
  std::map<MemberId, Known> known_ ABSL_GUARDED_BY(mu_);  // first roots as last looked at
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_ALARMS_ROOT_ALARMS_H_
