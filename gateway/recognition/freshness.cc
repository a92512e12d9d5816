#include "gateway/recognition/freshness.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace mrg {
namespace {

// The roles of a publisher on which a decision about `jurisdiction` rests. Other provinces' roles
// of the same member do not matter to it.
bool Matters(const RoleFact& role, absl::string_view jurisdiction) {
  return !absl::StartsWith(role.role, "j-") || role.role == absl::StrCat("j-", jurisdiction);
}

std::optional<Reason> JurisdictionRefusal(const RecognitionSnapshot& snapshot,
                                          absl::string_view jurisdiction, absl::Time now,
                                          absl::Duration grace) {
  const JurisdictionFacts* facts = snapshot.FindJurisdiction(jurisdiction);
  if (facts == nullptr) {
    // An unknown jurisdiction is not a stale list: the agreement check says what it is.
    if (!snapshot.IsKnownJurisdiction(jurisdiction)) return std::nullopt;
    return Reason::kTrustMissing;
  }
  const std::vector<RoleFact>* roles = snapshot.FindRoles(facts->member);
  if (roles == nullptr) return Reason::kTrustMissing;
  for (const RoleFact& role : *roles) {
    if (Matters(role, jurisdiction) && role.expires + grace <= now) return Reason::kTrustExpired;
  }
  return std::nullopt;
}

std::optional<Reason> HubRefusal(const RecognitionSnapshot& snapshot, absl::Time now) {
  const std::vector<RoleFact>* roles = snapshot.FindRoles(snapshot.hub());
  if (roles == nullptr) return std::nullopt;
  for (const RoleFact& role : *roles) {
    if (role.expires + kHubExpiryTolerance <= now) return Reason::kTrustExpired;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Reason> FreshnessRefusal(const RecognitionSnapshot& snapshot,
                                       absl::string_view using_jurisdiction,
                                       absl::string_view issuing_jurisdiction, absl::Time now,
                                       absl::Duration grace) {
  if (auto refusal = JurisdictionRefusal(snapshot, issuing_jurisdiction, now, grace))
    return refusal;
  if (auto refusal = JurisdictionRefusal(snapshot, using_jurisdiction, now, grace)) return refusal;
  return HubRefusal(snapshot, now);
}

}  // namespace mrg
