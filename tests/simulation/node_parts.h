#ifndef MRG_TESTS_SIMULATION_NODE_PARTS_H_
#define MRG_TESTS_SIMULATION_NODE_PARTS_H_

// What a node is made of between a start and a crash: the parts of the daemon's trust, log,
// publisher and federation sides, in that order and wired alike, but without threads. Whoever holds
// them gives the turns.
//
// Threads: belongs to one thread.

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/audit/decision_log.h"
#include "gateway/base/clock.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/alarms/agreement_alarms.h"
#include "gateway/federation/alarms/jurisdiction_alarm.h"
#include "gateway/federation/alarms/left_out_alarm.h"
#include "gateway/federation/alarms/root_alarms.h"
#include "gateway/federation/first_roots.h"
#include "gateway/federation/follow/following_turns.h"
#include "gateway/federation/follow/peer_follower.h"
#include "gateway/federation/follow/peer_followers.h"
#include "gateway/federation/head_desk.h"
#include "gateway/federation/in_force/fork_gate.h"
#include "gateway/federation/in_force/trust_intake.h"
#include "gateway/federation/in_force/trust_news.h"
#include "gateway/federation/in_force/trust_view_archive.h"
#include "gateway/federation/in_force/trust_view_holder.h"
#include "gateway/federation/node_state.h"
#include "gateway/federation/peer.h"
#include "gateway/federation/repin.h"
#include "gateway/federation/trust_hints.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/publication/licence_status_writer.h"
#include "gateway/snapshot/snapshot_builder.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/witness/log_standing.h"
#include "gateway/witness/log_witness.h"
#include "tests/simulation/member_desk.h"
#include "tests/simulation/memory_peer_connection.h"
#include "trustlist/fork/fork_store.h"
#include "trustlist/fork/head_exchange.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// Where a node stands: all that outlives a crash but its disk. The pointers outlive the node.
struct NodePlace {
  SnapshotOwner owner;
  const MemberDesk* desk;
  std::vector<Peer> peers;  // all other members, each with its first root
  MemoryNetwork* network;
  const Clock* clock;
};

// What a node tells the simulation while it is called, in the place of threads and operators.
struct NodeEars {
  std::function<void(const MemberId& publisher)> wake;  // following its lists has work
  std::function<void(const MemberId& publisher, const absl::Status& why)> refused;
  std::function<void(const MemberId& publisher, const absl::Status& result)> taken;
  std::function<void(Event event)> event;
};

// Passes on which events are written.
class HeardEvents : public EventLog {
 public:
  explicit HeardEvents(const NodeEars* ears) : ears_(ears) {}
  void Write(Event event, EventFields) override { ears_->event(event); }

 private:
  const NodeEars* const ears_;
};

// After a success. Seldom, as hints bring what is new; a failure is retried with every turn all the
// same.
inline constexpr absl::Duration kPollPeriod = absl::Hours(1);

// Result: how the member's node publishes.
PublisherOptions OptionsOf(const MemberDesk& desk);

struct NodeParts {
  // All pointers must outlive this.
  NodeParts(const NodePlace* node_place, const NodeEars* node_ears, OrderedStore* node_store,
            DecisionLog* decision_log);

  // Puts in force what was so before the crash. Errors: as the parts.
  absl::Status Restore(absl::Time now);
  // Makes the publisher anew, with the keys that the desk gives the node now.
  void TakeNodeKeys();
  // Result: the parts that answer other nodes.
  MemoryNode Answering();
  // Result: the desk at which the operator begins trust in a publisher anew.
  RepinDesk Repins();

  const NodePlace* const place;
  const NodeEars* const ears;
  OrderedStore* const store;
  DecisionLog* const log;
  MetricRegistry registry;
  const TrustMetrics metrics{&registry};
  HeardEvents events{ears};

  const BlobStore blobs{store};
  TrustViewHolder view;
  const FederationInForce federation{&view};
  const TrustViewArchive archive{place->owner, store, &blobs, &view};
  TrustHints hints;
  NodeState state;
  EpochKeyring epoch_keys{store, std::string(32, 'n')};
  AgreementAlarms agreement_alarms{place->owner.jurisdictions, &metrics, &events};
  const FirstRoots first_roots{place->owner.jurisdictions, &federation, &view};
  RootAlarms root_alarms{&place->peers, &federation, &first_roots, store, &metrics, &events};
  LeftOutAlarm left_out_alarm{&metrics, &events};
  JurisdictionAlarm jurisdiction_alarm{&federation, &metrics, &events};
  TrustNews news{{&agreement_alarms, &root_alarms, &jurisdiction_alarm, &left_out_alarm, &hints,
                  &state, &metrics, &events}};
  TrustIntake intake{place->owner, {store, &blobs, &archive, &view, {&news}}};
  ForkStore forks{store};
  ForkGate fork_gate{&forks, &intake, &metrics, &events};

  LogStanding standing{log, place->owner.member, &place->desk->LogKey().public_key(), &view, store};

  std::unique_ptr<RepositoryPublisher> publisher;
  std::unique_ptr<LicenceStatusWriter> statuses;

  HeadExchange head_exchange{
      store, [this](const trustlist::v1::ForkEvidence& evidence) { fork_gate.OnFork(evidence); }};
  LogWitness log_witness{store, &view};
  HeadDesk head_desk;
  FollowingTurns turns{place->peers};
  const RepositoryReader repositories{store};
  const InForceStore in_force{store};
  PeerFollowers followers;

 private:
  std::vector<MemberId> Publishers() const;
  ConnectionsByMember Connections() const;
  PeerFollower::Parts Following();
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_NODE_PARTS_H_
