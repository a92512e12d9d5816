#include "gateway/recognition/freshness.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace mrg {
namespace {

struct Refusal {
  Reason reason;
  StaleList list;
};

Refusal OfAll(Reason reason, const MemberId& publisher) {
  return {reason, {publisher.value(), "", std::nullopt}};
}

// Result: nullopt while each holds, or ran out no longer than `tolerance` ago.
std::optional<Refusal> ExpiryRefusal(const std::vector<RoleFact>& roles, absl::Time now,
                                     absl::Duration tolerance) {
  const auto first = std::ranges::min_element(roles, {}, &RoleFact::expires);
  if (first == roles.end() || first->expires + tolerance > now) return std::nullopt;
  return Refusal{Reason::kTrustExpired, {first->publisher, first->role, first->expires}};
}

// REQUIRES: the federation knows the jurisdiction.
std::optional<Refusal> JurisdictionRefusal(const RecognitionSnapshot& snapshot,
                                           const JurisdictionId& jurisdiction, absl::Time now,
                                           absl::Duration grace) {
  const JurisdictionFacts* facts = snapshot.FindJurisdiction(jurisdiction);
  if (facts == nullptr || facts->roles.empty()) {
    return OfAll(Reason::kTrustMissing, *snapshot.MemberOf(jurisdiction));
  }
  if (snapshot.IsForked(facts->member)) return OfAll(Reason::kPublisherForked, facts->member);
  return ExpiryRefusal(facts->roles, now, grace);
}

std::optional<Refusal> HubRefusal(const RecognitionSnapshot& snapshot, absl::Time now) {
  const std::vector<RoleFact>* roles = snapshot.HubRoles();
  if (roles == nullptr) return std::nullopt;
  if (snapshot.IsForked(*snapshot.hub())) return OfAll(Reason::kPublisherForked, *snapshot.hub());
  return ExpiryRefusal(*roles, now, kHubExpiryTolerance);
}

void Set(std::optional<Refusal> refusal, Freshness* freshness) {
  if (!refusal.has_value()) return;
  freshness->refusal = refusal->reason;
  freshness->list = std::move(refusal->list);
}

}  // namespace

Freshness JudgeFreshness(const RecognitionSnapshot& snapshot,
                         const JurisdictionId& using_jurisdiction,
                         const JurisdictionId& issuing_jurisdiction, absl::Time now,
                         absl::Duration grace) {
  Freshness freshness;
  const bool within = snapshot.IsWithinOneMember(issuing_jurisdiction, using_jurisdiction);
  for (const JurisdictionId& side : {issuing_jurisdiction, using_jurisdiction}) {
    // Who is unknown or left the federation has no lists to be fresh: the agreement check says what
    // it is.
    if (!snapshot.IsKnownJurisdiction(side) || (!within && !snapshot.IsMemberAt(side, now))) {
      freshness.judged_both = false;
      continue;
    }
    Set(JurisdictionRefusal(snapshot, side, now, grace), &freshness);
    if (freshness.refusal.has_value()) return freshness;
  }
  Set(HubRefusal(snapshot, now), &freshness);
  return freshness;
}

}  // namespace mrg
