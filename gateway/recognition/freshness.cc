#include "gateway/recognition/freshness.h"

namespace mrg {
namespace {

// REQUIRES: the federation knows the jurisdiction.
std::optional<Reason> JurisdictionRefusal(const RecognitionSnapshot& snapshot,
                                          const JurisdictionId& jurisdiction, absl::Time now,
                                          absl::Duration grace) {
  const JurisdictionFacts* facts = snapshot.FindJurisdiction(jurisdiction);
  if (facts == nullptr || facts->roles.empty()) return Reason::kTrustMissing;
  if (snapshot.IsForked(facts->member)) return Reason::kPublisherForked;
  for (const RoleFact& role : facts->roles) {
    if (role.expires + grace <= now) return Reason::kTrustExpired;
  }
  return std::nullopt;
}

std::optional<Reason> HubRefusal(const RecognitionSnapshot& snapshot, absl::Time now) {
  const std::vector<RoleFact>* roles = snapshot.HubRoles();
  if (roles == nullptr) return std::nullopt;
  if (snapshot.IsForked(*snapshot.hub())) return Reason::kPublisherForked;
  for (const RoleFact& role : *roles) {
    if (role.expires + kHubExpiryTolerance <= now) return Reason::kTrustExpired;
  }
  return std::nullopt;
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
    freshness.refusal = JurisdictionRefusal(snapshot, side, now, grace);
    if (freshness.refusal.has_value()) return freshness;
  }
  freshness.refusal = HubRefusal(snapshot, now);
  return freshness;
}

}  // namespace mrg
