#include "trustlist/format/delegated_roles.h"

#include <cstdint>
#include <utility>

namespace mrg {

DelegatedRoles::DelegatedRoles(std::vector<DelegatedRole> roles) {
  auto content = std::make_shared<Content>();
  content->roles = std::move(roles);
  std::vector<OwnedText> patterns;
  std::vector<OwnedText> prefixes;
  for (size_t place = 0; place < content->roles.size(); ++place) {
    const DelegatedRole& role = content->roles[place];
    const auto owner = static_cast<uint32_t>(place);
    for (const std::string& pattern : role.paths) patterns.push_back({pattern, owner});
    for (const std::string& prefix : role.path_hash_prefixes) prefixes.push_back({prefix, owner});
  }
  content->patterns = PathPatternIndex(patterns);
  content->hash_prefixes = HashPrefixIndex(prefixes);
  content_ = std::move(content);
}

std::vector<const DelegatedRole*> DelegatedRoles::Covering(SoughtPath* path,
                                                           MatchWork* work) const {
  Owners owners;
  content_->patterns.AddOwners(path, work, &owners);
  content_->hash_prefixes.AddOwners(path, work, &owners);
  std::vector<const DelegatedRole*> covering;
  for (const uint32_t owner : owners) covering.push_back(&content_->roles[owner]);
  return covering;
}

}  // namespace mrg
