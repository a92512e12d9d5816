#include "trustlist/format/delegation_search.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"

namespace mrg {

absl::StatusOr<std::optional<ListedTarget>> FindTarget(absl::string_view path,
                                                       const RoleLookup& lookup, MatchWork* work) {
  SoughtPath sought(path);
  // (role, delegator), the next one last.
  std::vector<std::pair<std::string, std::string>> to_visit = {{kTargetsRole, ""}};
  std::set<std::string> visited;
  while (!to_visit.empty() && visited.size() < kVisitedRolesMax) {
    const auto [role, delegator] = std::move(to_visit.back());
    to_visit.pop_back();
    if (!visited.insert(role).second) continue;
    if (!work->Take(1)) return work->Check();
    MRG_ASSIGN_OR_RETURN(const TargetsMetadata* const metadata, lookup(role, delegator));
    if (metadata == nullptr) continue;
    const auto listed = metadata->targets.find(std::string(path));
    if (listed != metadata->targets.end()) {
      return std::optional<ListedTarget>(ListedTarget{std::string(path), role, listed->second});
    }
    std::vector<std::pair<std::string, std::string>> children;
    for (const DelegatedRole* const delegation : metadata->delegations.Covering(&sought, work)) {
      children.emplace_back(delegation->name, role);
      if (!delegation->terminating) continue;
      to_visit.clear();
      break;
    }
    MRG_RETURN_IF_ERROR(work->Check());
    std::reverse(children.begin(), children.end());
    for (auto& child : children) to_visit.push_back(std::move(child));
  }
  return std::optional<ListedTarget>();
}

absl::StatusOr<std::optional<ListedTarget>> FindTarget(absl::string_view path,
                                                       const RoleLookup& lookup) {
  MatchWork work;
  return FindTarget(path, lookup, &work);
}

}  // namespace mrg
