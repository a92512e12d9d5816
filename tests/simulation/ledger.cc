#include "tests/simulation/ledger.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"

namespace mrg {

void Ledger::Signed(const InForceSet& set) {
  const RoleVersion* const timestamp = set.FindRole("timestamp");
  if (timestamp == nullptr) return;
  Fact& fact = timestamps_[timestamp->signed_sha256];
  if (!fact.publisher.empty()) return;
  fact.publisher = set.publisher.value();
  for (const InForceTarget& target : set.targets) fact.targets[target.path] = target.sha256;
  for (const RoleVersion& role : set.roles) fact.roles[role.role] = role.signed_sha256;
}

bool Ledger::IsOut(const Terms& terms, const std::string& name, absl::Time t) {
  const auto of_name = terms.find(name);
  if (of_name == terms.end()) return false;
  return std::any_of(of_name->second.begin(), of_name->second.end(),
                     [&](const auto& term) { return term.first <= t && t < term.second; });
}

void Ledger::Acknowledge(const std::string& name, bool out, absl::Time now) {
  std::vector<std::pair<absl::Time, absl::Time>>& terms = acknowledged_[name];
  const bool is_out = !terms.empty() && terms.back().second == absl::InfiniteFuture();
  if (out && !is_out) terms.emplace_back(now, absl::InfiniteFuture());
  if (!out && is_out) terms.back().second = now;
}

void Ledger::StatusSays(const std::string& tree_sha256, const Terms& more) {
  Terms& terms = statuses_[tree_sha256];
  terms = acknowledged_;
  for (const auto& [name, added] : more) {
    terms[name].insert(terms[name].end(), added.begin(), added.end());
  }
}

absl::Status Ledger::Judge(const Decision& decision, const std::string& name,
                           const std::string& issuing_member, absl::Time now) const {
  // Of each publisher the timestamp it rests on; all else must be what that timestamp covers.
  std::map<std::string, const Fact*> facts;
  for (const audit::v1::RestsOn& role : decision.record.rests_on()) {
    if (role.role() != "timestamp") continue;
    const auto fact = timestamps_.find(role.signed_sha256());
    if (fact == timestamps_.end() || fact->second.publisher != role.publisher()) {
      return absl::InternalError(absl::StrCat("it rests on timestamp ", role.version(), " of ",
                                              role.publisher(), ", which nobody signed"));
    }
    facts[role.publisher()] = &fact->second;
  }
  for (const audit::v1::RestsOn& role : decision.record.rests_on()) {
    // A root can be newer than the timestamp: it is replaced without a new timestamp.
    if (role.role() == "timestamp" || role.role() == "root") continue;
    const auto fact = facts.find(role.publisher());
    if (fact == facts.end() || !fact->second->roles.contains(role.role()) ||
        fact->second->roles.at(role.role()) != role.signed_sha256()) {
      return absl::InternalError(absl::StrCat("its ", role.role(), " of ", role.publisher(),
                                              " is not the one of its timestamp"));
    }
  }
  const bool recognised = decision.outcome == audit::v1::OUTCOME_RECOGNIZED ||
                          decision.outcome == audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS;
  const bool called_revoked = std::find(decision.reasons.begin(), decision.reasons.end(),
                                        Reason::kLicenceRevoked) != decision.reasons.end();
  bool saw_status = false;
  bool saw_issuers = false;
  for (const audit::v1::TargetUsed& target : decision.record.targets_used()) {
    bool named = false;
    for (const auto& [publisher, fact] : facts) {
      const auto listed = fact->targets.find(target.path());
      named = named || (listed != fact->targets.end() && listed->second == target.sha256());
    }
    if (!named) {
      return absl::InternalError(
          absl::StrCat("it used ", target.path(), ", which none of its lists names"));
    }
    const auto of_issuer = facts.find(issuing_member);
    if (of_issuer == facts.end()) continue;
    const auto listed = of_issuer->second->targets.find(target.path());
    if (listed == of_issuer->second->targets.end()) continue;
    if (absl::EndsWith(target.path(), "/status/licences")) {
      saw_status = true;
      const auto status = statuses_.find(target.sha256());
      if (status == statuses_.end()) {
        return absl::InternalError("it used a status list that was never published");
      }
      const bool revoked = IsOut(status->second, name, now);
      if (recognised && revoked) {
        return absl::InternalError(absl::StrCat(name, " is recognised, and its list revokes it"));
      }
      if (called_revoked && !revoked) {
        return absl::InternalError(absl::StrCat(name, " is called revoked, and no list says so"));
      }
    }
    if (absl::EndsWith(target.path(), "/issuers")) {
      saw_issuers = true;
      const auto issuers = issuers_.find(target.sha256());
      if (issuers == issuers_.end() || (recognised && !issuers->second)) {
        return absl::InternalError(
            absl::StrCat(name, " is recognised, and no list has its authority's key as good"));
      }
    }
  }
  if (recognised && !(saw_status && saw_issuers)) {
    return absl::InternalError(
        absl::StrCat(name, " is recognised without its authority's lists being used"));
  }
  return absl::OkStatus();
}

}  // namespace mrg
