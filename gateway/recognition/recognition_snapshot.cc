#include "gateway/recognition/recognition_snapshot.h"

namespace mrg {
namespace {

template <typename Map>
const typename Map::mapped_type* FindIn(const Map& map, absl::string_view key) {
  auto found = map.find(std::string(key));
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const JurisdictionFacts* RecognitionSnapshot::FindJurisdiction(absl::string_view id) const {
  return FindIn(parts_.jurisdictions, id);
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
