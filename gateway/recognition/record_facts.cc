#include "gateway/recognition/record_facts.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/digest.h"

namespace mrg {
namespace {

// Adds the publisher's roles, but not those of jurisdictions other than `jurisdiction`.
void Collect(const RecognitionSnapshot& snapshot, absl::string_view publisher,
             absl::string_view jurisdiction, std::vector<const RoleFact*>* facts) {
  const std::vector<RoleFact>* roles = snapshot.FindRoles(publisher);
  if (roles == nullptr) return;
  for (const RoleFact& role : *roles) {
    absl::string_view name = role.role;
    if (absl::ConsumePrefix(&name, "j-") && name != jurisdiction) continue;
    facts->push_back(&role);
  }
}

}  // namespace

void AddRestsOn(const RecognitionSnapshot& snapshot, absl::string_view using_jurisdiction,
                absl::string_view issuing_jurisdiction, audit::v1::DecisionRecord* record) {
  std::vector<const RoleFact*> facts;
  for (absl::string_view jurisdiction : {issuing_jurisdiction, using_jurisdiction}) {
    const JurisdictionFacts* found = snapshot.FindJurisdiction(jurisdiction);
    if (found != nullptr) Collect(snapshot, found->member, jurisdiction, &facts);
  }
  Collect(snapshot, snapshot.hub(), "", &facts);
  const auto name = [](const RoleFact* fact) { return std::tie(fact->publisher, fact->role); };
  std::ranges::sort(facts, {}, name);
  const auto repeated = std::ranges::unique(facts, {}, name);
  facts.erase(repeated.begin(), repeated.end());
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
  const auto repeated = std::ranges::unique(targets, {}, &TargetRef::path);
  targets.erase(repeated.begin(), repeated.end());
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
  return Sha256(absl::StrCat(salt, bytes));
}

}  // namespace mrg
