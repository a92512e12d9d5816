#ifndef MRG_GATEWAY_RPC_ADMIN_SERVICE_H_
#define MRG_GATEWAY_RPC_ADMIN_SERVICE_H_

// mrg.gateway.v1.AdminService: what operators do to a node, on its unix socket.

#include <memory>

#include "gateway/base/identifiers.h"
#include "gateway/rpc/node_state.h"
#include "gateway/rpc/unary_call.h"
#include "gateway/snapshot/fork_gate.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "trustlist/fork_store.h"
#include "trustlist/repository_publisher.h"

namespace grpc {
class Service;
}

namespace mrg {

// What the service works with; all must outlive it.
struct AdminDependencies {
  MemberId member;  // the node's own
  RepositoryPublisher* publisher;
  const NodeState* state;
  const SnapshotHolder* snapshots;
  ForkStore* forks;
  ForkGate* fork_gate;
};

// Result: the service. Thread-safe.
std::unique_ptr<grpc::Service> NewAdminService(CallEnvironment environment,
                                               AdminDependencies dependencies);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_ADMIN_SERVICE_H_
