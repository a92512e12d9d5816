#ifndef MRG_GATEWAY_DAEMON_TRUST_SIDE_H_
#define MRG_GATEWAY_DAEMON_TRUST_SIDE_H_

// The trust side of a node: what is in force of every publisher, and what follows when that
// changes.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/federation/alarms/agreement_alarms.h"
#include "gateway/federation/alarms/jurisdiction_alarm.h"
#include "gateway/federation/alarms/left_out_alarm.h"
#include "gateway/federation/alarms/root_alarms.h"
#include "gateway/federation/first_roots.h"
#include "gateway/federation/in_force/fork_gate.h"
#include "gateway/federation/in_force/rebuilt_snapshots.h"
#include "gateway/federation/in_force/trust_intake.h"
#include "gateway/federation/in_force/trust_news.h"
#include "gateway/federation/in_force/trust_view_archive.h"
#include "gateway/federation/in_force/trust_view_holder.h"
#include "gateway/federation/node_state.h"
#include "gateway/federation/peer_clocks.h"
#include "gateway/federation/trust_hints.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/snapshot/snapshot_builder.h"
#include "trustlist/fork/fork_store.h"
#include "trustlist/store/blob_store.h"

namespace mrg {

// Its parts are thread-safe.
struct TrustSide {
  // `ground` must outlive this.
  explicit TrustSide(NodeGround* node);

  // Puts in force what was so before the restart, without any peer. Errors: STORE_*; EPOCH_KEY_*;
  // as TrustIntake::Restore.
  absl::Status Restore(absl::Time now);

  NodeGround* const ground;
  const SnapshotOwner owner{ground->config.member, ground->config.jurisdictions, ground->hub()};
  const BlobStore blobs{ground->store.get()};
  TrustViewHolder view;  // all that is in force
  const FederationInForce federation{&view};
  const ContactsInForce contacts{&view};
  const TrustViewArchive archive{owner, ground->store.get(), &blobs, &view};
  RebuiltSnapshots rebuilt{&view, [this](absl::string_view id) { return archive.Rebuild(id); }};
  TrustHints hints;
  PeerClocks peer_clocks{&ground->trust_metrics, &ground->events};
  NodeState state;
  EpochKeyring epoch_keys{ground->store.get(), ground->keys.idempotency};
  AgreementAlarms agreement_alarms{owner.jurisdictions, &ground->trust_metrics, &ground->events};
  const FirstRoots first_roots{ground->config.jurisdictions, &federation, &view};
  RootAlarms root_alarms;
  LeftOutAlarm left_out_alarm{&ground->trust_metrics, &ground->events};
  JurisdictionAlarm jurisdiction_alarm{&federation, &ground->trust_metrics, &ground->events};
  TrustNews news{{&agreement_alarms, &root_alarms, &jurisdiction_alarm, &left_out_alarm, &hints,
                  &state, &ground->trust_metrics, &ground->events}};
  TrustIntake intake{owner, {ground->store.get(), &blobs, &archive, &view, {&news}}};
  ForkStore forks{ground->store.get()};
  ForkGate fork_gate{&forks, &intake, &ground->trust_metrics, &ground->events};

 private:
  absl::Status RestoreEpochKeys();
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_TRUST_SIDE_H_
