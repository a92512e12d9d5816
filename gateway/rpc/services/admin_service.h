#ifndef MRG_GATEWAY_RPC_SERVICES_ADMIN_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_ADMIN_SERVICE_H_

// mrg.gateway.v1.AdminService: what operators do to a node, on its unix socket.

#include <memory>
#include <string>

#include "dispute/mark_lift.h"
#include "gateway/answer/salt_erasure.h"
#include "gateway/base/event_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/bundle_import.h"
#include "gateway/federation/in_force/fork_gate.h"
#include "gateway/federation/in_force/trust_view_holder.h"
#include "gateway/federation/node_state.h"
#include "gateway/federation/repin.h"
#include "gateway/rpc/server/call_environment.h"
#include "trustlist/fork/fork_store.h"
#include "trustlist/repository/repository_publisher.h"

namespace grpc {
class Service;
}

namespace mrg {

// What the service works with; all must outlive it.
struct AdminDependencies {
  MemberId member;  // the node's own
  RepositoryPublisher* publisher;
  const NodeState* state;
  const TrustViewHolder* view;
  ForkStore* forks;
  ForkGate* fork_gate;
  const BundleImport* bundles;
  std::string bundle_folder;  // where an uploaded bundle takes its space
  const RepinDesk* repins;
  EventLog* events;
  MarkLift* marks;
  SaltErasure salts;
};

// Result: the service. Thread-safe.
std::unique_ptr<grpc::Service> NewAdminService(CallEnvironment environment,
                                               AdminDependencies dependencies);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_ADMIN_SERVICE_H_
