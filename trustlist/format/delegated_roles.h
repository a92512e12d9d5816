#ifndef MRG_TRUSTLIST_FORMAT_DELEGATED_ROLES_H_
#define MRG_TRUSTLIST_FORMAT_DELEGATED_ROLES_H_

// The delegations of one targets file, in order of precedence, and which of them cover a path.
//
// Thread-safe: immutable; copies share their content.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "trustlist/format/match_work.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/pattern_index.h"

namespace mrg {

struct DelegatedRole {
  std::string name;
  RoleKeys keys;
  bool terminating = false;
  std::vector<std::string> paths;               // patterns
  std::vector<std::string> path_hash_prefixes;  // hex, of SHA-256 of the path
};

class DelegatedRoles {
 public:
  DelegatedRoles() : DelegatedRoles(std::vector<DelegatedRole>()) {}
  explicit DelegatedRoles(std::vector<DelegatedRole> roles);

  auto begin() const { return content_->roles.begin(); }
  auto end() const { return content_->roles.end(); }
  size_t size() const { return content_->roles.size(); }
  bool empty() const { return content_->roles.empty(); }
  const DelegatedRole& operator[](size_t place) const { return content_->roles[place]; }

  // Result: those that cover `path`, in order of precedence; incomplete when `work` runs out. They
  // live as long as this or a copy of it. Source: TUF 1.0 section 4.5.
  std::vector<const DelegatedRole*> Covering(SoughtPath* path, MatchWork* work) const;

 private:
  struct Content {
    std::vector<DelegatedRole> roles;
    // They refer to the texts in `roles`.
    PathPatternIndex patterns;
    HashPrefixIndex hash_prefixes;
  };

  std::shared_ptr<const Content> content_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_DELEGATED_ROLES_H_
