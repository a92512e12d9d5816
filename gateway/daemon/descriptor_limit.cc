#include "gateway/daemon/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

constexpr size_t kConnectionsMin = 64;
// Of the connections, those of other nodes, and those of REST: one in five each.
constexpr size_t kFederationShare = 5;
constexpr size_t kRestShare = 5;

ConnectionLimits LimitsOf(size_t open_max, size_t address_max) {
  const size_t unproved_max = std::min(open_max / 2, kUnprovedConnectionsMax);
  return {open_max, std::min(open_max, address_max), unproved_max,
          std::min({unproved_max / 2, kAddressUnprovedConnectionsMax, address_max / 2})};
}

}  // namespace

absl::StatusOr<std::vector<ConnectionLimits>> LimitConnections(size_t descriptors) {
  if (descriptors < kDescriptorsReserved + kConnectionsMin) {
    return MakeError(
        Reason::kConfigInvalid,
        absl::StrCat("expected a limit of at least ", kDescriptorsReserved + kConnectionsMin,
                     " open files (ulimit -n, LimitNOFILE), it is ", descriptors));
  }
  const size_t connections = descriptors - kDescriptorsReserved;
  const size_t federation = std::min(connections / kFederationShare, kFederationConnectionsMax);
  const size_t rest = std::min(connections / kRestShare, kRestConnectionsMax);
  const size_t api = std::min(connections - federation - rest, kApiConnectionsMax);
  return std::vector<ConnectionLimits>{LimitsOf(api, kAddressConnectionsMax),
                                       LimitsOf(federation, kAddressConnectionsMax),
                                       LimitsOf(rest, kRestAddressConnectionsMax)};
}

absl::StatusOr<std::vector<ConnectionLimits>> LimitConnections() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return LimitConnections(static_cast<size_t>(limit.rlim_cur));
}

}  // namespace mrg
