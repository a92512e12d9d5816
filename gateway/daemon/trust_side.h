#ifndef MRG_GATEWAY_DAEMON_TRUST_SIDE_H_
#define MRG_GATEWAY_DAEMON_TRUST_SIDE_H_

// The trust side of a node: what is in force of every publisher, and what follows when that
// changes.

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/daemon/trust_intake.h"
#include "gateway/federation/alarms/agreement_alarms.h"
#include "gateway/federation/alarms/root_alarms.h"
#include "gateway/federation/federation_list.h"
#include "gateway/federation/first_roots.h"
#include "gateway/federation/trust_hints.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/rpc/node_state.h"
#include "gateway/snapshot/fork_gate.h"
#include "gateway/snapshot/snapshot_archive.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/snapshot/snapshot_publisher.h"
#include "gateway/witness/log_key_book.h"
#include "trustlist/blob_store.h"
#include "trustlist/fork_store.h"

namespace mrg {

// Its parts are thread-safe.
struct TrustSide {
  // `ground` must outlive this.
  explicit TrustSide(NodeGround* node);

  // Puts in force what was so before the restart, without any peer. Errors: STORE_*; EPOCH_KEY_*;
  // as SnapshotPublisher::Restore. A set that no longer builds is told and stays out.
  absl::Status Restore(absl::Time now);

  NodeGround* const ground;
  const BlobStore blobs{ground->store.get()};
  SnapshotArchive archive{ground->store.get()};
  SnapshotHolder snapshots;
  SnapshotPublisher snapshot_publisher;
  LogKeyBook log_keys;
  CalendarHolder calendar;
  TrustHints hints;
  NodeState state;
  EpochKeyring epoch_keys{ground->store.get()};
  AgreementAlarms agreement_alarms{&ground->trust_metrics, &ground->events};
  FederationList federation;
  const FirstRoots first_roots{ground->config.jurisdictions, &federation, &snapshots};
  RootAlarms root_alarms;
  TrustIntake intake;
  ForkStore forks{ground->store.get()};
  ForkGate fork_gate{&forks, &snapshot_publisher, &ground->trust_metrics, &ground->events};

 private:
  absl::Status RestoreEpochKeys();
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_TRUST_SIDE_H_
