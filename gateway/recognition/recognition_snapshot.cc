#include "gateway/recognition/recognition_snapshot.h"

#include <algorithm>

#include "gateway/base/target_paths.h"

namespace mrg {
namespace {

template <typename Map>
const typename Map::mapped_type* FindIn(const Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

RecognitionSnapshot::RecognitionSnapshot(Parts parts) : parts_(std::move(parts)) {
  std::erase_if(parts_.jurisdictions, [this](const auto& one) {
    const std::set<std::string>* const left_out = FindIn(parts_.left_out, one.second.member);
    return left_out != nullptr &&
           std::any_of(left_out->begin(), left_out->end(), [&](const std::string& role) {
             return RestsOnRole(one.first.value(), role);
           });
  });
  for (auto& [id, facts] : parts_.jurisdictions) {
    const std::vector<RoleFact>* const roles = FindRoles(facts.member);
    if (roles == nullptr) continue;
    for (const RoleFact& role : *roles) {
      if (RestsOnRole(id.value(), role.role)) facts.roles.push_back(role);
    }
  }
}

const JurisdictionFacts* RecognitionSnapshot::FindJurisdiction(const JurisdictionId& id) const {
  return FindIn(parts_.jurisdictions, id);
}

std::optional<MemberId> RecognitionSnapshot::MemberOf(const JurisdictionId& jurisdiction) const {
  const MemberId* const member = FindIn(parts_.known_jurisdictions, jurisdiction);
  return member == nullptr ? std::nullopt : std::make_optional(*member);
}

bool RecognitionSnapshot::IsKnownJurisdiction(const JurisdictionId& id) const {
  return FindIn(parts_.known_jurisdictions, id) != nullptr;
}

bool RecognitionSnapshot::IsWithinOneMember(const JurisdictionId& a,
                                            const JurisdictionId& b) const {
  const std::optional<MemberId> member = MemberOf(a);
  return member.has_value() && member == MemberOf(b);
}

const std::vector<RoleFact>* RecognitionSnapshot::FindRoles(const MemberId& publisher) const {
  return FindIn(parts_.roles, publisher);
}

const std::vector<RoleFact>* RecognitionSnapshot::HubRoles() const {
  return parts_.hub.has_value() ? FindRoles(*parts_.hub) : nullptr;
}

bool RecognitionSnapshot::IsMemberAt(const JurisdictionId& jurisdiction, absl::Time t) const {
  const MemberId* member = FindIn(parts_.known_jurisdictions, jurisdiction);
  const MembershipTerm* term = member == nullptr ? nullptr : FindIn(parts_.memberships, *member);
  return term == nullptr || (term->from <= t && t < term->until);
}

bool RecognitionSnapshot::IsForked(const MemberId& publisher) const {
  return parts_.forked.contains(publisher);
}

bool RecognitionSnapshot::IsKnownElement(const std::string& id) const {
  return parts_.dictionary->Find(id) != nullptr || parts_.elements_of_earlier.contains(id);
}

const PackFact* RecognitionSnapshot::FindPack(absl::string_view sha256) const {
  return FindIn(parts_.packs, std::string(sha256));
}

}  // namespace mrg
