#ifndef MRG_GATEWAY_DAEMON_DISPUTE_SIDE_H_
#define MRG_GATEWAY_DAEMON_DISPUTE_SIDE_H_

// The dispute side of a node: filing, queue, rulings, inbound and outbox over one store, with the
// threads: one delivers, one returns ended leases and counts, one changes marks.

#include <string>

#include "absl/time/time.h"
#include "dispute/dispute_queue.h"
#include "dispute/dispute_reader.h"
#include "dispute/dispute_relay.h"
#include "dispute/dispute_ruling.h"
#include "dispute/filing.h"
#include "dispute/inbound.h"
#include "dispute/mark_lift.h"
#include "dispute/mark_queue.h"
#include "dispute/outbox.h"
#include "gateway/answer/relayed_filing.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_log.h"
#include "gateway/base/turn.h"
#include "gateway/base/turn_limit.h"
#include "gateway/daemon/periodic_task.h"
#include "gateway/federation/member_domains.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/publication/licence_status_writer.h"
#include "gateway/publication/status_list_marks.h"
#include "gateway/rpc/services/dispute_watchers.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/witness/log_key_book.h"

namespace mrg {

class DisputeSide {
 public:
  struct Context {
    MemberId hub;
    const SnapshotHolder* snapshots;
    const LogKeyBook* log_keys;
    OrderedStore* store;
    DisputeRelay* relay;
    LicenceStatusWriter* statuses;
    const EpochKeyring* epoch_keys;
    const MemberDomains* domains;
    const DisputeMetrics* metrics;
    const Clock* clock;
    EventLog* events;
  };

  // Starts the threads. All of `context` must outlive this.
  DisputeSide(DisputeNode node, Context context);

  // Ends a delivery that is under way with its next call.
  ~DisputeSide();

  Filing& filing() { return filing_; }
  DisputeQueue& queue() { return queue_; }
  DisputeRuling& ruling() { return ruling_; }
  Inbound& inbound() { return inbound_; }
  MarkLift& mark_lift() { return mark_lift_; }
  const DisputeReader& reader() const { return reader_; }
  DisputeWatchers& watchers() { return watchers_; }

 private:
  void Changed(const std::string& dispute);
  void RunOnce(absl::Time now);
  void SetFigures(absl::Time now);
  OutboxObserver Observer();
  MarkObserver ObserverOfMarks();

  // Constant after construction.
  const DisputeNode node_;
  const Context context_;

  // Self-synchronised.
  DisputeWatchers watchers_;
  const RelayedFiling relayed_;
  Filing filing_;
  DisputeQueue queue_;
  DisputeRuling ruling_;
  Inbound inbound_;
  MarkLift mark_lift_;
  DisputeReader reader_;
  StatusListMarks marks_;

  // Touched by its thread alone, each.
  TurnLimit delivery_limit_;
  Outbox outbox_;
  Turn figures_{absl::Seconds(1)};  // of cases and entries
  MarkQueue mark_queue_;

  // Last: they use everything above. Apart, since deliveries wait for other nodes, which are to
  // hold up nothing else. `task_` wakes the others.
  PeriodicTask delivery_;
  PeriodicTask marks_task_;
  PeriodicTask task_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_DISPUTE_SIDE_H_
