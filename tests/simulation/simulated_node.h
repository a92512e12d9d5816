#ifndef MRG_TESTS_SIMULATION_SIMULATED_NODE_H_
#define MRG_TESTS_SIMULATION_SIMULATED_NODE_H_

// One member's node in the process of a simulation: the real parts over a real store on a disk in
// memory, called one after the other by the simulation instead of by threads. Between Start and
// Crash it is up; nothing but the disk outlives a crash.
//
// Threads: belongs to one thread.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/audit/decision_log.h"
#include "gateway/publication/licence_status_writer.h"
#include "gateway/recognition/decision.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/snapshot/snapshot_builder.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_disk.h"
#include "tests/simulation/member_desk.h"
#include "tests/simulation/store_fetcher.h"
#include "trustlist/fork/fork_store.h"
#include "trustlist/fork/head_exchange.h"
#include "trustlist/repository/repository_publisher.h"

namespace mrg {

class SimulatedNode {
 public:
  // `owner`: whom the node answers for. `desk` must outlive this.
  SimulatedNode(SnapshotOwner owner, const MemberDesk* desk);
  ~SimulatedNode();

  const MemberId& member() const { return owner_.member; }
  const std::string& name() const { return owner_.member.value(); }

  // Opens what the disk holds. REQUIRES: not up. Errors: none is expected; each breaks the
  // simulation.
  absl::Status Start(absl::Time now);
  // The power goes.
  void Crash();
  bool up() const { return up_; }
  // Result: true when the ordered fault has brought the node down, which then is to be crashed.
  bool HasFailed() const;
  FaultyStore& store() { return *store_; }

  // Trusts the members' first roots, which came by a trusted way; those known already stay.
  absl::Status Pin(const MemberId& member, const std::string& root);

  // The own repository. Errors: as the parts behind them.
  absl::Status Publish(const Publication& publication, absl::Time now);
  absl::StatusOr<absl::Time> Renew(absl::Time now);
  absl::Status SetStatus(const std::string& sample, bool revoke, absl::Time now);
  // Takes the keys that the desk gives the node now.
  void TakeNodeKeys();

  // Refreshes what is held of `publisher` through `door`. Result: whether a newer set is in force.
  absl::StatusOr<bool> Refresh(const MemberId& publisher, Door door, absl::Time now);
  // Compares the histories that the node behind `door` shows of `publishers` with those held here.
  absl::Status CompareHeads(const std::vector<MemberId>& publishers, const Door& door,
                            absl::Time now);

  // The operator's decisions: another root of a publisher; to go on in spite of its forks.
  absl::Status Repin(const MemberId& publisher, const std::string& root, absl::Time now);
  absl::Status AnswerForks(const MemberId& publisher, absl::Time now);
  absl::StatusOr<bool> IsFrozen(const MemberId& publisher) const;

  // Result: what is in force of the publisher; nullopt when nothing is. Errors: STORE_*.
  absl::StatusOr<std::optional<InForceSet>> InForce(const MemberId& publisher) const;
  // Result: what the status list of that digest says of the samples, at `now`.
  absl::StatusOr<std::vector<std::string>> RevokedIn(const std::string& tree_sha256,
                                                     const std::string& province,
                                                     absl::Time now) const;

  // Decides the question now; nullopt before the first snapshot.
  std::optional<Decision> Decide(LicenceQuestion question, absl::Time now) const;
  // Logs the record. Result: its index. Errors: STORE_*.
  absl::StatusOr<uint64_t> Log(const std::string& record);
  const DecisionLog& log() const { return *log_; }
  // Result: what is wrong with the log; empty when nothing is. Errors: STORE_*.
  absl::StatusOr<std::vector<std::string>> CheckWholeLog() const;

 private:
  struct Parts;

  const SnapshotOwner owner_;
  const MemberDesk* const desk_;
  const std::string origin_;
  MemoryDisk disk_;
  bool up_ = false;
  uint64_t requests_ = 0;  // ever logged, so that each has a key of its own

  // While the node is up, in the order in which they rest on each other.
  std::unique_ptr<OrderedStore> opened_;
  std::unique_ptr<FaultyStore> store_;
  std::unique_ptr<DecisionLog> log_;
  std::unique_ptr<Parts> parts_;
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
