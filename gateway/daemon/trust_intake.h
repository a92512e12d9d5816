#ifndef MRG_GATEWAY_DAEMON_TRUST_INTAKE_H_
#define MRG_GATEWAY_DAEMON_TRUST_INTAKE_H_

// What follows when a publisher's set has been verified, the own one or a followed one: snapshot,
// log keys, hints to followers, what operators see.

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dispute/working_calendar.h"
#include "gateway/base/event_log.h"
#include "gateway/base/mutex.h"
#include "gateway/federation/alarms/agreement_alarms.h"
#include "gateway/federation/alarms/root_alarms.h"
#include "gateway/federation/federation_list.h"
#include "gateway/federation/trust_hints.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/rpc/node_state.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/snapshot/snapshot_publisher.h"
#include "gateway/witness/log_key_book.h"
#include "trustlist/blob_reader.h"
#include "trustlist/in_force.h"

namespace mrg {

// The working days that are published; swapped as a whole.
//
// Thread-safe.
class CalendarHolder {
 public:
  // Result: the calendar; null before the first one.
  std::shared_ptr<const WorkingCalendar> Current() const {
    MutexLock lock(mu_);
    return current_;
  }
  void Publish(std::shared_ptr<const WorkingCalendar> calendar) {
    MutexLock lock(mu_);
    current_ = std::move(calendar);
  }

 private:
  mutable Mutex mu_;
  std::shared_ptr<const WorkingCalendar> current_ ABSL_GUARDED_BY(mu_);
};

// Thread-safe.
class TrustIntake {
 public:
  struct Parts {
    MemberId hub;  // whose calendars and federation list count
    SnapshotPublisher* snapshots;
    const SnapshotHolder* in_force;
    AgreementAlarms* alarms;
    FederationList* federation;
    RootAlarms* root_alarms;
    const BlobReader* blobs;
    LogKeyBook* log_keys;
    CalendarHolder* calendar;
    TrustHints* hints;
    NodeState* state;
    const TrustMetrics* metrics;
    EventLog* events;
  };

  // All parts must outlive this.
  explicit TrustIntake(Parts parts) : parts_(std::move(parts)) {}

  // Puts `set` in force on this node. Errors: as SnapshotPublisher::Offer, LogKeyBook::Update,
  // ReadCalendar and ReadFederation; then the snapshot that was in force stays. STORE_UNAVAILABLE,
  // STORE_CORRUPT of RootAlarms::Look.
  absl::Status Take(const InForceSet& set, absl::Time now);

  // Whether the set's calendars can be read; nothing changes. Errors: METADATA_MALFORMED.
  static absl::StatusOr<WorkingCalendar> ReadCalendar(const InForceSet& set,
                                                      const BlobReader& blobs);

  // A refresh of the publisher, or putting its set in force, was refused.
  void Refused(const MemberId& publisher, const absl::Status& status);

 private:
  const Parts parts_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_TRUST_INTAKE_H_
