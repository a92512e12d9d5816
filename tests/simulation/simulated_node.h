#ifndef MRG_TESTS_SIMULATION_SIMULATED_NODE_H_
#define MRG_TESTS_SIMULATION_SIMULATED_NODE_H_

// One member's node in the process of a simulation: the real parts over a real store on a disk in
// memory, given their turns by the simulation instead of by threads. Between Start and Crash it is
// up and answers on the network; nothing but the disk outlives a crash.
//
// Threads: belongs to one thread.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/audit/decision_log.h"
#include "gateway/base/testing/ids.h"
#include "gateway/licence_tag/epoch_keys.h"
#include "gateway/recognition/decision.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_disk.h"
#include "tests/simulation/member_desk.h"
#include "tests/simulation/memory_peer_connection.h"
#include "tests/simulation/node_parts.h"
#include "trustlist/fork/head_exchange.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// REQUIRES of all but Start: it is up. The time of all is that of the node's clock.
class SimulatedNode {
 public:
  SimulatedNode(NodePlace place, NodeEars ears);
  ~SimulatedNode();

  const MemberId& member() const { return place_.owner.member; }
  const std::string& name() const { return member().value(); }

  // Opens what the disk holds. REQUIRES: not up. Errors: none is expected; each breaks the
  // simulation.
  absl::Status Start();
  // The power goes.
  void Crash();
  bool up() const { return parts_ != nullptr; }
  FaultyStore& store() { return *store_; }

  // The own repository. Errors: as the parts behind them.
  absl::Status Publish(const Publication& publication);
  absl::StatusOr<absl::Time> Renew();
  absl::Status SetStatus(const std::string& sample, bool revoke);
  // Takes the keys that the desk gives the node now.
  void TakeNodeKeys() { parts_->TakeNodeKeys(); }
  absl::Status TakeLicenceKey(const std::string& province, const EpochKey& key);

  // Its turns of following `peer`: for its lists, and over the link to its node.
  void BringLists(const MemberId& peer);
  void ServeLink(const MemberId& peer);
  // Somebody says that the peer's own node has this version of its timestamp.
  void Hint(const MemberId& peer, int64_t version);
  // Result: what answers other nodes.
  MemoryNode Answering() { return parts_->Answering(); }

  // The operator's decisions: another root of a publisher; to go on in spite of its forks.
  absl::Status Repin(const MemberId& publisher, const std::string& root);
  absl::Status AnswerForks(const MemberId& publisher);
  absl::StatusOr<bool> IsFrozen(const MemberId& publisher) const;

  // Result: what is in force of the publisher; nullopt when nothing is. Errors: STORE_*.
  absl::StatusOr<std::optional<InForceSet>> InForce(const MemberId& publisher) const;
  // Result: the timestamp of that digest in the publisher's history as trusted here; nullopt when
  // it is not there. Errors: STORE_*.
  absl::StatusOr<std::optional<Head>> FindHead(const MemberId& publisher,
                                               const std::string& timestamp_sha256) const;
  // Result: whether another timestamp of the version of `head`, under the same keys, is trusted.
  bool Contradicts(const Head& head) const;
  // Result: which samples of the province the status list of that digest puts out now.
  absl::StatusOr<std::vector<std::string>> OutBy(const std::string& tree_sha256,
                                                 const std::string& province);
  // Result: the licence-tag keys of the province that are held.
  EpochKeys LicenceKeysOf(const std::string& province) const {
    const auto snapshot = parts_->view.Current();
    return parts_->epoch_keys.KeysOf(
        AsJurisdiction(province),
        snapshot == nullptr ? std::nullopt : snapshot->MemberOf(AsJurisdiction(province)));
  }

  // Decides the question now; nullopt before the first snapshot.
  std::optional<Decision> Decide(LicenceQuestion question) const;
  // Logs the record. Result: its index. Errors: STORE_*.
  absl::StatusOr<uint64_t> Log(const std::string& record);
  const DecisionLog& log() const { return *log_; }
  // Result: what is wrong with the log, or contradicts what peers keep of it; empty when nothing
  // does. Errors: STORE_*.
  absl::StatusOr<std::vector<std::string>> CheckWholeLog() const;

 private:
  PeerFollower& FollowerOf(const MemberId& peer);

  const NodePlace place_;
  const NodeEars ears_;
  MemoryDisk disk_;
  uint64_t requests_ = 0;  // ever logged, so that each has a key of its own

  // While the node is up, in the order in which they rest on each other.
  std::unique_ptr<OrderedStore> opened_;
  std::unique_ptr<FaultyStore> store_;
  std::unique_ptr<DecisionLog> log_;
  std::unique_ptr<NodeParts> parts_;
  std::map<std::string, LicenceStatusList> lists_;  // by province: the one last read
};

// The licences that a simulation asks about: names of shipped samples.
const std::vector<std::string>& SimulatedLicences();

// Result: the member's repository as `store` holds it, signed by the same people and another
// process of the node: what a member does that shows two histories.
// `shadow`: an empty store that takes a copy. Errors: as the parts behind it.
absl::StatusOr<InForceSet> ForkRepository(const OrderedStore& store, const MemberDesk& desk,
                                          const std::string& revoked, absl::Time now,
                                          OrderedStore* shadow);

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_SIMULATED_NODE_H_
