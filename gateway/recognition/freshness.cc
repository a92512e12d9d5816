#include "gateway/recognition/freshness.h"

namespace mrg {
namespace {

std::optional<Reason> JurisdictionRefusal(const RecognitionSnapshot& snapshot,
                                          const JurisdictionId& jurisdiction, absl::Time now,
                                          absl::Duration grace) {
  // Who left the federation publishes nothing more, and nothing of it is needed.
  if (!snapshot.IsMemberAt(jurisdiction, now)) return std::nullopt;
  const JurisdictionFacts* facts = snapshot.FindJurisdiction(jurisdiction);
  if (facts == nullptr) {
    // An unknown jurisdiction is not a stale list: the agreement check says what it is.
    if (!snapshot.IsKnownJurisdiction(jurisdiction)) return std::nullopt;
    return Reason::kTrustMissing;
  }
  if (facts->roles.empty()) return Reason::kTrustMissing;
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

std::optional<Reason> FreshnessRefusal(const RecognitionSnapshot& snapshot,
                                       const JurisdictionId& using_jurisdiction,
                                       const JurisdictionId& issuing_jurisdiction, absl::Time now,
                                       absl::Duration grace) {
  if (auto refusal = JurisdictionRefusal(snapshot, issuing_jurisdiction, now, grace))
    return refusal;
  if (auto refusal = JurisdictionRefusal(snapshot, using_jurisdiction, now, grace)) return refusal;
  return HubRefusal(snapshot, now);
}

}  // namespace mrg
