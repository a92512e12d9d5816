#ifndef MRG_GATEWAY_RPC_SERVICES_ADMIN_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_ADMIN_SERVICE_H_

// mrg.gateway.v1.AdminService: what operators do to a node, on its unix socket.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/rpc/node_state.h"
#include "gateway/rpc/server/unary_call.h"
#include "gateway/snapshot/fork_gate.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "trustlist/bundle_files.h"
#include "trustlist/fork_store.h"
#include "trustlist/in_force.h"
#include "trustlist/repin.h"
#include "trustlist/repository_publisher.h"

namespace grpc {
class Service;
}

namespace mrg {

// What became of one publisher's part of a bundle.
struct BundleOutcome {
  MemberId publisher;
  bool own = false;                                   // left alone: this node publishes it itself
  absl::Status status = {};                           // why it was refused
  bool changed = false;                               // a newer set went in force
  std::optional<InForceSet> in_force = std::nullopt;  // when not refused
};

// Follows every publisher of the bundle. Result: the hub first, then by name.
using ImportBundleFn =
    std::function<std::vector<BundleOutcome>(const BundleFiles& files, absl::Time now)>;

// Re-pins a publisher, and says what was decided of it before.
using RepinFn =
    std::function<absl::StatusOr<trustlist::v1::StoredRepin>(const Repin& repin, absl::Time now)>;
using RepinsOfFn = std::function<absl::StatusOr<std::vector<trustlist::v1::StoredRepin>>(
    const MemberId& publisher)>;

// What the service works with; all must outlive it.
struct AdminDependencies {
  MemberId member;  // the node's own
  RepositoryPublisher* publisher;
  const NodeState* state;
  const SnapshotHolder* snapshots;
  ForkStore* forks;
  ForkGate* fork_gate;
  ImportBundleFn import_bundle;
  std::string bundle_folder;  // where an uploaded bundle takes its space
  RepinFn repin;
  RepinsOfFn repins_of;
};

// Result: the service. Thread-safe.
std::unique_ptr<grpc::Service> NewAdminService(CallEnvironment environment,
                                               AdminDependencies dependencies);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_ADMIN_SERVICE_H_
