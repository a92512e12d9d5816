#include "gateway/recognition/record_facts.h"

#include <algorithm>
#include <tuple>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/target_paths.h"
#include "gateway/crypto/digest.h"

namespace mrg {

void AddRestsOn(const RecognitionSnapshot& snapshot, const JurisdictionId& using_jurisdiction,
                const JurisdictionId& issuing_jurisdiction, audit::v1::DecisionRecord* record) {
  std::vector<const RoleFact*> facts;
  for (const JurisdictionId* jurisdiction : {&issuing_jurisdiction, &using_jurisdiction}) {
    const JurisdictionFacts* found = snapshot.FindJurisdiction(*jurisdiction);
    if (found == nullptr) continue;
    for (const RoleFact& role : found->roles) facts.push_back(&role);
  }
  const std::vector<RoleFact>* const hub = snapshot.HubRoles();
  if (hub != nullptr) {
    for (const RoleFact& role : *hub) {
      if (!ProvinceOfRole(role.role).has_value()) facts.push_back(&role);
    }
  }
  const auto name = [](const RoleFact* fact) { return std::tie(fact->publisher, fact->role); };
  std::ranges::sort(facts, {}, name);
  // Clang 14 cannot compile std::ranges::unique of the same Debian.
  facts.erase(std::unique(facts.begin(), facts.end(),
                          [&](const RoleFact* a, const RoleFact* b) { return name(a) == name(b); }),
              facts.end());
  for (const RoleFact* fact : facts) {
    audit::v1::RestsOn* rests_on = record->add_rests_on();
    rests_on->set_publisher(fact->publisher);
    rests_on->set_role(fact->role);
    rests_on->set_version(fact->version);
    rests_on->set_signed_sha256(fact->signed_sha256);
  }
}

void AddTargetsUsed(std::vector<TargetRef> targets, audit::v1::DecisionRecord* record) {
  std::ranges::sort(targets, {}, &TargetRef::path);
  targets.erase(
      std::unique(targets.begin(), targets.end(),
                  [](const TargetRef& a, const TargetRef& b) { return a.path == b.path; }),
      targets.end());
  audit::v1::DecisionRecord only_targets;
  only_targets.mutable_targets_used()->Reserve(static_cast<int>(targets.size()));
  for (const TargetRef& target : targets) {
    audit::v1::TargetUsed* used = only_targets.add_targets_used();
    used->set_path(std::string(target.path));
    used->set_sha256(std::string(target.sha256));
  }
  record->set_policy_digest(Sha256(CanonicalBytes(only_targets)));
  record->mutable_targets_used()->Swap(only_targets.mutable_targets_used());
}

std::string Commitment(absl::string_view salt, absl::string_view bytes) {
  return Sha256Stream().Update(salt).Update(bytes).Finish();
}

}  // namespace mrg
