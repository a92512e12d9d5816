#ifndef MRG_GATEWAY_CLI_DOCTOR_NODE_CHECKS_H_
#define MRG_GATEWAY_CLI_DOCTOR_NODE_CHECKS_H_

// What can be seen of a node from its configuration, its machine and its own word. Each function
// judges one thing and opens nothing that the node owns, so that the node may run meanwhile.
//
// Thread-safe: pure functions, but for what the machine says.

#include <cstddef>
#include <span>
#include <string>

#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/cli/doctor/finding.h"
#include "gateway/config/node_config.h"
#include "gateway/config/node_keys.h"
#include "mrg/gateway/v1/admin.pb.h"

namespace mrg {

// The own certificate, the CAs and the lists of revoked certificates at `now`. What is left is
// measured by the certificate's own lifetime, since that may be an hour or years.
Findings CheckCertificates(const NodeConfig& config, absl::Time now);

// Whether the data folder can be used, and the room on its disk.
Findings CheckData(const NodeConfig& config);
// Whether the data folder came from a backup, and then whether the node would start with its keys
// (HistoryKeys), as mrgd judges. Nothing for a folder that did not.
Findings CheckRestored(const NodeConfig& config, std::span<const FieldKey> keys);
// The room alone. Bytes.
Finding JudgeRoom(size_t free, size_t whole);

// Whether the ports of the listeners are free. For a node that does not run.
Findings CheckPorts(const NodeConfig& config);

// How many files a process may open here.
Finding CheckDescriptors();

// What the node says of the trust lists that it holds, at `now`.
Findings CheckTrust(const NodeConfig& config, const gateway::v1::GetTrustStateResponse& state,
                    absl::Time now);

// Which members of the hub's list are no peers of the configuration: at the hub, whose node
// nobody's lists reach otherwise. Nothing elsewhere.
Findings CheckListedMembers(const NodeConfig& config,
                            const gateway::v1::GetTrustStateResponse& state);

// Whether each peer of the configuration answers as the node that it is expected to be, within
// `at_most` for all of them, and what its clock shows.
Findings CheckPeers(const NodeConfig& config, absl::Duration at_most);

// Compares what a peer's clock showed with this machine's: `theirs` was read between `asked` and
// `answered` of the own one.
Finding JudgeClock(const MemberId& peer, absl::Time theirs, absl::Time asked, absl::Time answered);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_DOCTOR_NODE_CHECKS_H_
