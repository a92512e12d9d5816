// The invariants of a simulation, and the calm in which all nodes must come to agree.

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/reason.h"
#include "tests/simulation/simulation.h"

namespace mrg {
namespace {

// The desk signs anew what would end before the next calms.
constexpr absl::Duration kSignAhead = absl::Hours(24 * 30);

}  // namespace

// What the member's own node has in force after whatever it did: nothing acknowledged is lost.
void Simulation::Observe(Member* member) {
  const auto own = member->node->InForce(member->desk->member());
  if (!own.ok()) {
    // The ordered fault can have struck; else the store lost what it held.
    if (!member->fatal_fault) log_.Broken(own.status().ToString());
    return;
  }
  if (!own->has_value()) return;
  ledger_.Signed(**own);
  for (const InForceTarget& target : (*own)->targets) {
    if (absl::EndsWith(target.path, "/issuers")) {
      const std::string& expected = member->issuers[target.path];
      const auto waits = member->unpublished_issuers.find(target.path);
      if (target.sha256 != expected &&
          (waits == member->unpublished_issuers.end() || waits->second != target.sha256)) {
        log_.Broken(absl::StrCat(target.path, " is not the list that was acknowledged"));
      }
    }
    if (!absl::EndsWith(target.path, "/status/licences")) continue;
    const absl::Time now = ClockOf(*member);
    const auto out =
        member->node->RevokedIn(target.sha256, std::string(target.path.substr(0, 2)), now);
    if (!out.ok()) return log_.Broken(out.status().ToString());
    if (member->lost_answer.has_value() &&
        Sample(member->lost_answer->licence).jurisdiction == target.path.substr(0, 2) &&
        now >= member->lost_answer->at) {
      // The list itself is the answer.
      const bool is_out =
          std::find(out->begin(), out->end(), member->lost_answer->licence) != out->end();
      if (is_out == member->lost_answer->out) {
        ledger_.Acknowledge(member->lost_answer->licence, is_out, member->lost_answer->at);
        log_.Rare("a change whose answer was lost stands");
      } else {
        log_.Rare("a change whose answer was lost does not stand");
      }
      member->lost_answer.reset();
    }
    for (const std::string& licence : SimulatedLicences()) {
      if (Sample(licence).jurisdiction != target.path.substr(0, 2)) continue;
      if (member->lost_answer.has_value() && member->lost_answer->licence == licence) continue;
      const bool is_out = std::find(out->begin(), out->end(), licence) != out->end();
      if (is_out != Ledger::IsOut(ledger_.acknowledged(), licence, now)) {
        log_.Broken(absl::StrCat(licence, is_out ? " is out, and nobody put it out"
                                                 : " is not out, and was acknowledged to be"));
      }
    }
    if (!ledger_.KnowsStatus(target.sha256)) ledger_.StatusSays(target.sha256);
  }
  CheckVersions(member, member->node->name());
}

// Of no publisher do versions ever go back at a node, or change under one version; but whom a
// member deceived may find the real history under its next root, and that history behind the false
// one (TUF 5.3.11).
void Simulation::CheckVersions(Member* member, const std::string& publisher) {
  if (!member->node->up()) return;
  const auto set = member->node->InForce(At(publisher).desk->member());
  if (!set.ok() || !set->has_value()) return;
  const RoleVersion* const timestamp = (*set)->FindRole("timestamp");
  const SeenTimestamp now = {(*set)->FindRole("root")->version, timestamp->version,
                             timestamp->signed_sha256};
  const auto seen = member->seen.find(publisher);
  if (seen == member->seen.end()) {
    member->seen.emplace(publisher, now);
    return;
  }
  const auto before = std::exchange(seen->second, now);
  const std::string where =
      absl::StrCat("timestamp of ", publisher, " at ", member->node->name(), ", version ");
  const bool is_free = forked_ == publisher && now.root_version > before.root_version;
  if (now.version < before.version && !is_free) {
    log_.Broken(absl::StrCat(where, before.version, ", went back to ", now.version));
  }
  if (now.version == before.version && now.signed_sha256 != before.signed_sha256 && !is_free) {
    log_.Broken(absl::StrCat(where, now.version, ", has changed"));
  }
  if (now.version > before.version + 1 && publisher != member->node->name()) {
    log_.Rare("a gap in a history was closed");
  }
  if (now.version > before.version && publisher == member->node->name()) TellPeers(publisher);
}

void Simulation::CheckRecords(Member* member) {
  for (const auto& [index, record] : member->records) {
    const auto kept = member->node->log().ReadLeaf(index);
    if (!kept.ok() || *kept != record) {
      log_.Broken(absl::StrCat("record ", index, " of ", member->node->name(),
                               " was acknowledged and is lost: ", kept.status().ToString()));
    }
  }
}

void Simulation::CompareAllHeads() {
  std::vector<MemberId> publishers;
  for (const std::string& name : names_) publishers.push_back(At(name).desk->member());
  for (const std::string& name : names_) {
    for (const std::string& peer : names_) {
      if (name == peer) continue;
      const absl::Status status =
          At(name).node->CompareHeads(publishers, DoorTo(name, peer), timeline_.now());
      if (!status.ok()) log_.Broken(absl::StrCat("histories: ", status.ToString()));
    }
  }
}

// Two histories were shown: whoever was shown the second one has the proof by now, and so has
// everybody who compared while what contradicts was still kept, 32 versions back. The member begins
// anew.
void Simulation::EndFork() {
  CompareAllHeads();
  Member& member = At(forked_);
  size_t proved = 0;
  for (const std::string& name : names_) {
    const auto frozen = At(name).node->IsFrozen(member.desk->member());
    if (!frozen.ok()) log_.Broken(frozen.status().ToString());
    proved += frozen.ok() && *frozen ? 1 : 0;
  }
  if (proved == 0) log_.Broken(absl::StrCat("nobody has proof of the two histories of ", forked_));
  log_.Rare(proved == names_.size() ? "a fork was proved to everybody"
                                    : "a fork was proved to some only");
  member.desk->LoseRootKey(timeline_.now());
  member.to_repin.insert(names_.begin(), names_.end());
  for (const std::string& name : names_) {
    const absl::Status answered =
        At(name).node->AnswerForks(member.desk->member(), timeline_.now());
    if (!answered.ok()) log_.Broken(absl::StrCat("forks: ", answered.ToString()));
  }
  forked_.clear();
}

void Simulation::CalmTurn() {
  log_.Step(timeline_.now(), "calm: the network is whole, all nodes run, clocks are right");
  cuts_.clear();
  for (const std::string& name : names_) {
    Member& member = At(name);
    member.clock_error = absl::ZeroDuration();
    // Ends every fault that was ordered.
    if (member.node->up()) member.node->Crash();
    member.fault_ordered = false;
    member.fatal_fault = false;
    StartNode(&member);
    if (log_.broken().has_value()) return;
  }
  if (!forked_.empty()) EndFork();
  for (const std::string& publisher : names_) {
    // The member first: who repins it fetches what stands under the new root.
    std::vector<std::string> operators(At(publisher).to_repin.begin(),
                                       At(publisher).to_repin.end());
    std::stable_partition(operators.begin(), operators.end(),
                          [&](const std::string& name) { return name == publisher; });
    for (const std::string& name : operators) RepinAt(&At(name), publisher);
  }
  for (const std::string& name : names_) {
    Member& member = At(name);
    if (!member.unpublished.has_value() &&
        member.desk->FirstExpiry() < timeline_.now() + kSignAhead) {
      member.unpublished = member.desk->SignAnew(timeline_.now());
      log_.Rare("all was signed anew");
    }
    PublishWhatWaits(&member);
    if (member.unpublished.has_value()) log_.Broken("a publication is refused for good");
    Attempt(&member, "renews", [&] {
      return member.node->Renew(timeline_.now()).status();
    }).IgnoreError();
    Observe(&member);
  }
  CheckAllAgree();
  timeline_.After(absl::Hours(24), [this] { CalmTurn(); });
}

void Simulation::CheckAllAgree() {
  for (const std::string& publisher : names_) {
    const auto own = At(publisher).node->InForce(At(publisher).desk->member());
    for (const std::string& name : names_) {
      if (log_.broken().has_value()) return;
      if (name != publisher) Refresh(name, publisher, publisher);
      const auto held = At(name).node->InForce(At(publisher).desk->member());
      if (!own.ok() || !held.ok() || !own->has_value() || !held->has_value() ||
          !SameInForce(**own, **held)) {
        log_.Broken(absl::StrCat(name, " does not agree with ", publisher,
                                 " in a calm: ", held.status().ToString()));
      }
    }
  }
  for (const std::string& name : names_) {
    Member& member = At(name);
    CheckRecords(&member);
    member.records.clear();
    const auto findings = member.node->CheckWholeLog();
    if (!findings.ok() || !findings->empty()) {
      log_.Broken(absl::StrCat("the log of ", name, ": ", findings.status().ToString(), " ",
                               findings.ok() ? absl::StrJoin(*findings, " ") : ""));
    }
  }
}

}  // namespace mrg
