#include "gateway/recognition/recognition_snapshot.h"

#include "gateway/base/target_paths.h"

namespace mrg {
namespace {

template <typename Map>
const typename Map::mapped_type* FindIn(const Map& map, absl::string_view key) {
  auto found = map.find(std::string(key));
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

RecognitionSnapshot::RecognitionSnapshot(Parts parts) : parts_(std::move(parts)) {
  for (auto& [id, facts] : parts_.jurisdictions) {
    const std::vector<RoleFact>* const roles = FindRoles(facts.member);
    if (roles == nullptr) continue;
    for (const RoleFact& role : *roles) {
      if (RestsOnRole(id, role.role)) facts.roles.push_back(role);
    }
  }
}

const JurisdictionFacts* RecognitionSnapshot::FindJurisdiction(absl::string_view id) const {
  return FindIn(parts_.jurisdictions, id);
}

std::optional<MemberId> RecognitionSnapshot::MemberOf(const JurisdictionId& jurisdiction) const {
  const std::string* const member = FindIn(parts_.known_jurisdictions, jurisdiction.value());
  if (member == nullptr) return std::nullopt;
  auto id = MemberId::Parse(*member);
  if (!id.ok()) return std::nullopt;
  return *std::move(id);
}

bool RecognitionSnapshot::IsKnownJurisdiction(absl::string_view id) const {
  return FindIn(parts_.known_jurisdictions, id) != nullptr;
}

const std::vector<RoleFact>* RecognitionSnapshot::FindRoles(absl::string_view publisher) const {
  return FindIn(parts_.roles, publisher);
}

bool RecognitionSnapshot::IsMemberAt(absl::string_view jurisdiction, absl::Time t) const {
  const std::string* member = FindIn(parts_.known_jurisdictions, jurisdiction);
  const MembershipTerm* term = member == nullptr ? nullptr : FindIn(parts_.memberships, *member);
  return term == nullptr || (term->from <= t && t < term->until);
}

bool RecognitionSnapshot::IsForked(absl::string_view publisher) const {
  return parts_.forked.contains(std::string(publisher));
}

const PackFact* RecognitionSnapshot::FindPack(absl::string_view sha256) const {
  return FindIn(parts_.packs, sha256);
}

}  // namespace mrg
