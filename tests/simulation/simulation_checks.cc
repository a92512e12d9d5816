// The invariants of a simulation.

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/simulation/simulation.h"

namespace mrg {
namespace {

// "31/status/licences" and "31/issuers" stand below their province.
std::string ProvinceOf(const InForceTarget& target) { return target.path.substr(0, 2); }

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
    if (absl::EndsWith(target.path, "/status/licences")) CheckStatusList(member, target);
  }
  CheckVersions(member, member->node->name());
}

void Simulation::CheckStatusList(Member* member, const InForceTarget& target) {
  const absl::Time now = member->clock.Now();
  const auto out = member->node->OutBy(target.sha256, ProvinceOf(target));
  if (!out.ok()) return log_.Broken(out.status().ToString());
  const auto is_out = [&](const std::string& licence) {
    return std::find(out->begin(), out->end(), licence) != out->end();
  };
  if (member->lost_answer.has_value() &&
      Sample(member->lost_answer->licence).jurisdiction == ProvinceOf(target) &&
      now >= member->lost_answer->at) {
    // The list itself is the answer.
    const Member::LostAnswer lost = *std::exchange(member->lost_answer, std::nullopt);
    if (is_out(lost.licence) == lost.out) {
      ledger_.Acknowledge(lost.licence, lost.out, lost.at);
      log_.Rare("a change whose answer was lost stands");
    } else {
      log_.Rare("a change whose answer was lost does not stand");
    }
  }
  for (const std::string& licence : SimulatedLicences()) {
    if (Sample(licence).jurisdiction != ProvinceOf(target)) continue;
    if (member->lost_answer.has_value() && member->lost_answer->licence == licence) continue;
    if (is_out(licence) != Ledger::IsOut(ledger_.acknowledged(), licence, now)) {
      log_.Broken(absl::StrCat(licence, is_out(licence)
                                            ? " is out, and nobody put it out"
                                            : " is not out, and was acknowledged to be"));
    }
  }
  if (!ledger_.KnowsStatus(target.sha256)) ledger_.StatusSays(target.sha256);
}

// Of no publisher do versions ever go back at a node, or change under one version; but whom a
// member deceived may find the real history under its next root, and that history behind the false
// one (TUF 5.3.11).
bool Simulation::CheckVersions(Member* member, const std::string& publisher) {
  if (!member->node->up()) return false;
  const auto set = member->node->InForce(IdOf(publisher));
  if (!set.ok() || !set->has_value()) return false;
  const RoleVersion* const timestamp = (*set)->FindRole("timestamp");
  const SeenTimestamp now = {(*set)->FindRole("root")->version, timestamp->version,
                             timestamp->signed_sha256};
  const auto seen = member->seen.find(publisher);
  if (seen == member->seen.end()) {
    member->seen.emplace(publisher, now);
    return true;
  }
  const auto before = std::exchange(seen->second, now);
  const std::string where =
      absl::StrCat("timestamp of ", publisher, " at ", member->node->name(), ", version ");
  const bool is_free = Forks(publisher) && now.root_version > before.root_version;
  if (now.version < before.version && !is_free) {
    log_.Broken(absl::StrCat(where, before.version, ", went back to ", now.version));
  }
  if (now.version == before.version && now.signed_sha256 != before.signed_sha256 && !is_free) {
    log_.Broken(absl::StrCat(where, now.version, ", has changed"));
  }
  if (now.version > before.version + 1 && publisher != member->node->name()) {
    log_.Rare("a gap in a history was closed");
  }
  return now.version > before.version;
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

void Simulation::CheckAllAgree() {
  for (const std::string& publisher : names_) {
    const auto own = At(publisher).node->InForce(IdOf(publisher));
    for (const std::string& name : names_) {
      const auto held = At(name).node->InForce(IdOf(publisher));
      if (!own.ok() || !held.ok() || !own->has_value() || !held->has_value() ||
          !SameInForce(**own, **held)) {
        log_.Broken(absl::StrCat(name, " does not agree with ", publisher,
                                 " in a calm: ", held.status().ToString()));
      }
    }
  }
  for (const std::string& name : names_) {
    Member& member = At(name);
    CheckLicenceKeys(name);
    CheckRecords(&member);
    member.records.clear();
    const auto findings = member.node->CheckWholeLog();
    if (!findings.ok() || !findings->empty()) {
      log_.Broken(absl::StrCat("the log of ", name, ": ", findings.status().ToString(), " ",
                               findings.ok() ? absl::StrJoin(*findings, " ") : ""));
    }
  }
}

// Everybody holds the keys under which the member's status lists stand.
void Simulation::CheckLicenceKeys(const std::string& name) {
  for (const auto& [province, keys] : At(name).desk->licence_keys()) {
    for (const std::string& holder : names_) {
      const EpochKeys held = At(holder).node->LicenceKeysOf(province);
      const bool same = std::equal(
          keys.begin(), keys.end(), held.begin(), held.end(), [](const auto& a, const auto& b) {
            return a.second.epoch == b.second.epoch && a.second.key == b.second.key &&
                   a.second.from == b.second.from;
          });
      if (!same) log_.Broken(absl::StrCat(holder, " lacks a licence-tag key of ", province));
    }
  }
}

}  // namespace mrg
