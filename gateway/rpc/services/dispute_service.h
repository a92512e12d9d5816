#ifndef MRG_GATEWAY_RPC_SERVICES_DISPUTE_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_DISPUTE_SERVICE_H_

// mrg.dispute.v1.DisputeService: filing and following disputes. A platform sees what it filed, a
// worker what is in its queue; anything else looks as if it were not there.

#include <memory>

#include "dispute/dispute_reader.h"
#include "dispute/filing.h"
#include "gateway/answer/dispute_filing.h"
#include "gateway/rpc/node_state.h"
#include "gateway/rpc/server/latest_stream.h"
#include "gateway/rpc/server/unary_call.h"
#include "gateway/rpc/services/dispute_watchers.h"
#include "gateway/snapshot/snapshot_holder.h"

namespace grpc {
class Service;
}

namespace mrg {

// What the service works with; all must outlive it.
struct DisputeDependencies {
  MemberId member;  // the node's own
  MemberId hub;
  const NodeState* state;
  const SnapshotHolder* snapshots;
  const LogKeyBook* log_keys;
  const EpochKeyring* epoch_keys;
  const BlobReader* blobs;
  Filing* filing;
  const DisputeReader* reader;
  DisputeWatchers* watchers;
  OpenStreams* streams;
};

// Result: the service. Thread-safe.
std::unique_ptr<grpc::Service> NewDisputeService(CallEnvironment environment,
                                                 DisputeDependencies dependencies);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_DISPUTE_SERVICE_H_
