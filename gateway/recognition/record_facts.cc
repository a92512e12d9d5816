#include "gateway/recognition/record_facts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

using FactsByName = std::map<std::pair<std::string, std::string>, const RoleFact*>;

void Collect(const RecognitionSnapshot& snapshot, absl::string_view publisher,
             absl::string_view jurisdiction, FactsByName* facts) {
  const std::vector<RoleFact>* roles = snapshot.FindRoles(publisher);
  if (roles == nullptr) return;
  for (const RoleFact& role : *roles) {
    if (absl::StartsWith(role.role, "j-") && role.role != absl::StrCat("j-", jurisdiction)) {
      continue;
    }
    facts->emplace(std::make_pair(role.publisher, role.role), &role);
  }
}

}  // namespace

void AddRestsOn(const RecognitionSnapshot& snapshot, absl::string_view using_jurisdiction,
                absl::string_view issuing_jurisdiction, audit::v1::DecisionRecord* record) {
  FactsByName facts;
  for (absl::string_view jurisdiction : {issuing_jurisdiction, using_jurisdiction}) {
    const JurisdictionFacts* found = snapshot.FindJurisdiction(jurisdiction);
    if (found != nullptr) Collect(snapshot, found->member, jurisdiction, &facts);
  }
  Collect(snapshot, snapshot.hub(), "", &facts);
  for (const auto& [name, fact] : facts) {
    audit::v1::RestsOn* rests_on = record->add_rests_on();
    rests_on->set_publisher(fact->publisher);
    rests_on->set_role(fact->role);
    rests_on->set_version(fact->version);
    rests_on->set_signed_sha256(fact->signed_sha256);
  }
}

void AddTargetsUsed(std::vector<TargetFact> targets, audit::v1::DecisionRecord* record) {
  std::sort(targets.begin(), targets.end(),
            [](const TargetFact& a, const TargetFact& b) { return a.path < b.path; });
  targets.erase(
      std::unique(targets.begin(), targets.end(),
                  [](const TargetFact& a, const TargetFact& b) { return a.path == b.path; }),
      targets.end());
  audit::v1::DecisionRecord only_targets;
  for (const TargetFact& target : targets) {
    audit::v1::TargetUsed* used = only_targets.add_targets_used();
    used->set_path(target.path);
    used->set_sha256(target.sha256);
  }
  record->mutable_targets_used()->CopyFrom(only_targets.targets_used());
  record->set_policy_digest(Sha256(CanonicalBytes(only_targets)));
}

std::string Commitment(absl::string_view salt, absl::string_view bytes) {
  return Sha256(absl::StrCat(salt, bytes));
}

}  // namespace mrg
