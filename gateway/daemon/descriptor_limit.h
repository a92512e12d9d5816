#ifndef MRG_GATEWAY_DAEMON_DESCRIPTOR_LIMIT_H_
#define MRG_GATEWAY_DAEMON_DESCRIPTOR_LIMIT_H_

// How the process's descriptors are shared out, so that connections never take those that the store
// needs for its next file.

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/rpc/server/connection_bounds.h"

namespace mrg {

// Connections of the rest listener, and of one address there: HTTP clients keep a few each.
inline constexpr size_t kRestConnectionsMax = 512;
inline constexpr size_t kRestAddressConnectionsMax = 64;

// Raises the soft limit on descriptors to the hard one (getrlimit(2)), for the process.
// Result: the limits of the api, the federation and the rest listener under what was got.
// Errors: CONFIG_INVALID when it leaves too few for connections.
absl::StatusOr<std::vector<ConnectionLimits>> LimitConnections();

// The same for a process that may have `descriptors`. Pure.
absl::StatusOr<std::vector<ConnectionLimits>> LimitConnections(size_t descriptors);

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_DESCRIPTOR_LIMIT_H_
