#ifndef MRG_TRUSTLIST_FORMAT_DELEGATION_SEARCH_H_
#define MRG_TRUSTLIST_FORMAT_DELEGATION_SEARCH_H_

// Where a client finds a target: the pre-order depth-first search through delegations of TUF 5.6.7,
// without any IO of its own.
//
// Thread-safe: pure functions, as far as the lookup is.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trustlist/format/match_work.h"
#include "trustlist/format/targets_metadata.h"

namespace mrg {

// Where a target was found.
struct ListedTarget {
  std::string path;
  std::string role;
  TargetFile file;
};

// Roles visited in one search (TUF 5.6.7.1); a graph of delegations may have cycles.
inline constexpr size_t kVisitedRolesMax = 32;

// Gives the verified metadata of `role`, which `delegator` delegates to; "targets" first, with an
// empty delegator. Result: null when there is none, and then the search passes it over.
using RoleLookup = std::function<absl::StatusOr<const TargetsMetadata*>(
    absl::string_view role, absl::string_view delegator)>;

// Searches for `path`: "targets", then each delegation that covers the path, in order, its own
// delegations first; a terminating one ends the search behind it, found or not (5.6.7.2).
// Result: the target and the role that lists it; nullopt when no role does.
// Errors: what `lookup` gave; METADATA_TOO_LONG when `work`, which pays for this search and may pay
// for others, runs out.
absl::StatusOr<std::optional<ListedTarget>> FindTarget(absl::string_view path,
                                                       const RoleLookup& lookup, MatchWork* work);
// The same for a single search.
absl::StatusOr<std::optional<ListedTarget>> FindTarget(absl::string_view path,
                                                       const RoleLookup& lookup);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_DELEGATION_SEARCH_H_
