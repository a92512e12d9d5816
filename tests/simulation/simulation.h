#ifndef MRG_TESTS_SIMULATION_SIMULATION_H_
#define MRG_TESTS_SIMULATION_SIMULATION_H_

// The federation of a hub and three regions in one process, on a clock of its own: people publish,
// revoke, rotate keys, lose them and show two histories; the network parts, nodes crash in the
// middle of their commits, clocks step. All is drawn from a seed. After each step the invariants
// are checked against the ledger; once a day all is mended, and all nodes must come to agree.
//
// Threads: belongs to one thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "tests/simulation/draws.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/member_desk.h"
#include "tests/simulation/memory_peer_connection.h"
#include "tests/simulation/node_clock.h"
#include "tests/simulation/simulated_node.h"
#include "tests/simulation/step_log.h"
#include "tests/simulation/timeline.h"
#include "trustlist/fork/head_exchange.h"

namespace mrg {

class Simulation {
 public:
  explicit Simulation(uint64_t seed);
  ~Simulation();

  // Runs for `hours` of the simulated clock, or until an invariant breaks or `go_on` says no, which
  // is asked once a simulated hour. Result: the hours that were run.
  int64_t Run(int64_t hours, const std::function<bool()>& go_on = {});

  const StepLog& log() const { return log_; }

 private:
  struct SeenTimestamp {
    int64_t root_version = 0;
    int64_t version = 0;
    std::string signed_sha256;
  };

  // A member: its people, its node, and what the simulation has to remember of both.
  struct Member {
    explicit Member(const Timeline* timeline) : clock(timeline) {}

    std::unique_ptr<MemberDesk> desk;
    NodeClock clock;
    std::unique_ptr<SimulatedNode> node;
    std::vector<std::string> provinces;
    std::vector<std::string> told;  // by the node, in the call that is under way
    std::set<std::string> awake;    // whose lists it will soon bring
    bool fault_ordered = false;     // and not met yet
    bool fatal_fault = false;       // the ordered fault ends the process
    // What is to be published until the node has taken it, and what is true then.
    std::optional<Publication> unpublished;
    std::map<std::string, std::string> unpublished_issuers;  // path -> tree
    // A change of a licence whose answer was lost.
    struct LostAnswer {
      std::string licence;
      bool out;
      absl::Time at;
    };
    std::optional<LostAnswer> lost_answer;
    std::map<std::string, std::string> issuers;  // path -> tree, as acknowledged
    std::map<std::string, bool> listed;          // province -> the authority's key is listed
    std::set<std::string> to_repin;              // members whose operator has not repinned this one
    std::map<std::string, SeenTimestamp> seen;   // publisher -> timestamp in force
    std::vector<std::pair<uint64_t, std::string>> records;  // acknowledged since the last check
    std::string first_province;  // the first file of the first province, long out of date
  };

  Member& At(const std::string& name) { return members_.at(name); }
  const MemberId& IdOf(const std::string& name) { return At(name).desk->member(); }
  // Result: whether `from` can call `to` now.
  bool Reaches(const std::string& from, const std::string& to);

  // Set-up.
  void MakeMembers();
  void NameRoot(const std::string& name);
  void MakeNode(const std::string& name);
  void PublishAll();
  NodeEars EarsOf(const std::string& name);
  void Heard(Member* member, Event event);
  void Refused(Member* member, const absl::Status& why);

  // Does one thing at a node and notes how it went.
  absl::Status Attempt(Member* member, absl::string_view what,
                       const std::function<absl::Status()>& act);
  void NoteTold(Member* member);
  // Takes down the nodes that have died of what was done.
  void Settle();

  // Turns that come again and again.
  void RenewTurn(const std::string& name);
  void ListsTurn(const std::string& name);
  void LinkTurn(const std::string& name);
  void WorldTurn();
  void Wake(const std::string& name, const std::string& publisher);
  void BringLists(const std::string& name, const std::string& publisher);
  void ServeLink(const std::string& name, const std::string& peer);
  // Both serve their links soon, as after each failure.
  void LinkSoon(const std::string& name, const std::string& peer);
  void PublishWhatWaits(Member* member);
  void CrashNode(Member* member);
  void StartNode(Member* member);
  void RepinAt(Member* member, const std::string& publisher);
  void PlanRepin(const std::string& name, const std::string& publisher);

  // What happens in the world.
  void ChangeLicence(const std::string& licence);
  void ChangeIssuers();
  void AskAboutLicence();
  void PartNetwork();
  void OrderFault();
  void StepClock();
  void RotateKey();
  void ReplaceKeyOf(Member* member);
  void RotateLicenceKey();
  void LoseRootKey();
  void ShowTwoHistories();
  bool Forks(const std::string& name) const {
    return fork_.has_value() && fork_->publisher == name;
  }
  // Who forks replaces its key once others than the deceived hold what contradicts `shown`.
  void PlanCover(const Head& shown);
  void PublishOutOfDate();
  // The hub lists the roots that trust in the members begins with now. REQUIRES: nothing of the hub
  // waits to be published.
  void ListRoots();

  // The calm once a day, in four steps.
  void BeginCalm();
  void MendHub();
  void MendMembers();
  void EndCalm();
  void EndFork();
  void RepinAll(const std::string& publisher);

  // Invariants.
  void Observe(Member* member);
  void CheckStatusList(Member* member, const InForceTarget& target);
  // Result: whether a newer timestamp is in force than was seen before.
  bool CheckVersions(Member* member, const std::string& publisher);
  void CheckRecords(Member* member);
  void CheckAllAgree();
  void CheckLicenceKeys(const std::string& name);

  Member* AnyUp();
  const LicenceQuestion& QuestionAbout(const std::string& licence, const std::string& used_in);

  Draws draws_;
  Timeline timeline_;
  StepLog log_;
  Ledger ledger_;
  SnapshotFixture fixture_;
  trustlist::v1::Federation federation_;
  MemoryNetwork network_;
  std::map<std::string, Member> members_;
  std::vector<std::string> names_;  // the hub first
  std::map<std::pair<std::string, std::string>, LicenceQuestion> questions_;
  std::map<std::pair<std::string, uint32_t>, int> changes_;  // of a licence under an epoch
  bool calm_ = false;
  // Of who shows two histories, until its followers begin anew with it.
  struct Fork {
    std::string publisher;
    std::string deceived;
    Head shown;  // the timestamp of the history that only `deceived` was shown
  };
  std::optional<Fork> fork_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_SIMULATION_H_
