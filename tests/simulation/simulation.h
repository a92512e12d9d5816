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
#include "absl/time/time.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/storage/testing/memory_store.h"
#include "tests/simulation/draws.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/member_desk.h"
#include "tests/simulation/simulated_node.h"
#include "tests/simulation/step_log.h"
#include "tests/simulation/timeline.h"

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
    std::unique_ptr<MemberDesk> desk;
    std::unique_ptr<SimulatedNode> node;
    std::vector<std::string> provinces;
    absl::Duration clock_error;  // of the node's clock
    bool fault_ordered = false;  // and not met yet
    bool fatal_fault = false;    // the ordered fault ends the process
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
  absl::Time ClockOf(const Member& member) const { return timeline_.now() + member.clock_error; }
  // Result: the store of `to` as `from` reaches it; `relay` of the same network.
  Door DoorTo(const std::string& from, const std::string& to);
  bool Cut(const std::string& a, const std::string& b) const;

  // Set-up.
  void MakeMembers();
  void PublishAll();
  // Does one thing at a node, notes how it went, and takes the node down when it has died of it.
  absl::Status Attempt(Member* member, absl::string_view what,
                       const std::function<absl::Status()>& act);

  // Turns that come again and again.
  void RenewTurn(const std::string& name);
  void PollTurn(const std::string& name);
  void HeadsTurn(const std::string& name);
  void WorldTurn();
  void CalmTurn();
  void TellPeers(const std::string& name);
  void Refresh(const std::string& name, const std::string& publisher, const std::string& from);
  void PublishWhatWaits(Member* member);
  void CrashNode(Member* member);
  void StartNode(Member* member);
  void RepinAt(Member* member, const std::string& publisher);

  // What happens in the world.
  void ChangeLicence();
  void ChangeIssuers();
  void AskAboutLicence();
  void PartNetwork();
  void OrderFault();
  void StepClock();
  void RotateKey();
  void LoseRootKey();
  void ShowTwoHistories();
  void PublishOutOfDate();

  // Invariants.
  void Observe(Member* member);
  void CheckVersions(Member* member, const std::string& publisher);
  void CheckRecords(Member* member);
  void CheckAllAgree();
  void CompareAllHeads();
  void EndFork();

  Member* AnyUp();
  const LicenceQuestion& QuestionAbout(const std::string& licence, const std::string& used_in);

  Draws draws_;
  Timeline timeline_;
  StepLog log_;
  Ledger ledger_;
  SnapshotFixture fixture_;
  std::map<std::string, Member> members_;
  std::vector<std::string> names_;
  std::set<std::pair<std::string, std::string>> cuts_;
  std::map<std::pair<std::string, std::string>, LicenceQuestion> questions_;
  // The second history that one member shows, until the operators have ended it.
  std::string forked_;
  std::unique_ptr<MemoryStore> shadow_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_SIMULATION_H_
