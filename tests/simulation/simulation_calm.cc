// The calm of a simulation, once a day: the network is whole, all nodes run and all clocks are
// right. What the people owe is done, the nodes follow each other by themselves, and then all of
// them must have come to agree.

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/simulation/node_parts.h"
#include "tests/simulation/simulation.h"

namespace mrg {
namespace {

// The desk signs anew what would end before the next calms.
constexpr absl::Duration kSignAhead = absl::Hours(24 * 30);
// Longer than any turn of following and its retries take: what was told in a hint has come.
constexpr absl::Duration kHintFollowed = absl::Minutes(25);
// What nobody hints at, such as a root that takes another's place, has come too.
const absl::Duration kPolled = kPollPeriod + kHintFollowed;

}  // namespace

void Simulation::BeginCalm() {
  log_.Step(timeline_.now(), "calm: the network is whole, all nodes run, clocks are right");
  calm_ = true;
  network_.JoinAll();
  for (auto& [name, member] : members_) {
    member.clock.SetError(absl::ZeroDuration());
    // Ends every fault that was ordered.
    if (member.node->up()) member.node->Crash();
    member.fault_ordered = false;
    member.fatal_fault = false;
  }
  for (const std::string& name : names_) StartNode(&At(name));
  if (log_.broken().has_value()) return;
  for (const std::string& name : names_) {
    for (const std::string& peer : names_) {
      if (peer != name) ServeLink(name, peer);
    }
  }
  if (fork_.has_value()) EndFork();
  timeline_.After(kHintFollowed, [this] { MendHub(); });
}

// Two histories were shown: whoever was shown the second one has the proof by now, and so has
// everybody who compared while what contradicts was still kept, 32 versions back. The member begins
// anew.
void Simulation::EndFork() {
  Member& member = At(fork_->publisher);
  size_t proved = 0;
  for (const std::string& name : names_) {
    const auto frozen = At(name).node->IsFrozen(member.desk->member());
    if (!frozen.ok()) log_.Broken(frozen.status().ToString());
    proved += frozen.ok() && *frozen ? 1 : 0;
  }
  if (proved == names_.size()) {
    log_.Rare("a fork was proved to everybody");
  } else if (proved > 0) {
    log_.Rare("a fork was proved to some only");
  } else if (member.node->Contradicts(fork_->shown)) {
    log_.Broken(absl::StrCat("nobody has proof of the two histories of ", fork_->publisher));
  } else {
    // The calm came before it signed anything that contradicts.
    log_.Rare("a false history stood alone");
  }
  member.desk->LoseRootKey(timeline_.now());
  member.to_repin.insert(names_.begin(), names_.end());
}

void Simulation::MendHub() {
  RepinAll(kHubMember);
  Member& hub = At(kHubMember);
  PublishWhatWaits(&hub);
  if (hub.unpublished.has_value()) return log_.Broken("a publication is refused for good");
  for (const std::string& name : names_) {
    if (At(name).to_repin.empty()) continue;
    ListRoots();
    break;
  }
  Observe(&hub);
  timeline_.After(kHintFollowed, [this] { MendMembers(); });
}

void Simulation::MendMembers() {
  if (fork_.has_value()) {
    for (const std::string& name : names_) {
      const absl::Status answered = At(name).node->AnswerForks(IdOf(fork_->publisher));
      if (!answered.ok()) log_.Broken(absl::StrCat("forks: ", answered.ToString()));
    }
    fork_.reset();
  }
  for (const std::string& publisher : names_) RepinAll(publisher);
  for (const std::string& name : names_) {
    Member& member = At(name);
    if (!member.unpublished.has_value() &&
        member.desk->FirstExpiry() < timeline_.now() + kSignAhead) {
      member.unpublished = member.desk->SignAnew(timeline_.now());
      log_.Rare("all was signed anew");
    }
    PublishWhatWaits(&member);
    if (member.unpublished.has_value()) log_.Broken("a publication is refused for good");
    Observe(&member);
  }
  timeline_.After(kPolled, [this] { EndCalm(); });
}

void Simulation::RepinAll(const std::string& publisher) {
  // The member first: who repins it fetches what stands under the new root.
  const std::set<std::string> operators = At(publisher).to_repin;
  if (operators.contains(publisher)) RepinAt(&At(publisher), publisher);
  for (const std::string& name : operators) {
    if (name != publisher) RepinAt(&At(name), publisher);
  }
  if (!At(publisher).to_repin.empty()) {
    log_.Broken(absl::StrCat("the new root of ", publisher, " is refused for good"));
  }
}

void Simulation::EndCalm() {
  // What was published seconds ago is still to be fetched.
  for (const std::string& name : names_) {
    for (const std::string& publisher : names_) {
      if (publisher != name) BringLists(name, publisher);
    }
  }
  CheckAllAgree();
  calm_ = false;
  timeline_.After(absl::Hours(24) - 2 * kHintFollowed - kPolled, [this] { BeginCalm(); });
}

}  // namespace mrg
