#ifndef MRG_GATEWAY_RPC_SERVICES_RECOGNITION_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_RECOGNITION_SERVICE_H_

// mrg.gateway.v1.RecognitionService: the main path, five hops and one durable write
// (gateway/docs/LIFE_OF_A_RECOGNITION.md).

#include <memory>
#include <string>

#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/metrics/subsystem_metrics.h"
#include "gateway/receipt/receipt_issuer.h"
#include "gateway/rpc/node_state.h"
#include "gateway/rpc/server/unary_call.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/snapshot/snapshot_publisher.h"

namespace grpc {
class Service;
}

namespace mrg {

// What the service works with; all must outlive it.
struct RecognitionDependencies {
  const SnapshotHolder* snapshots;
  const SnapshotPublisher* archived_snapshots;
  const EpochKeyring* epoch_keys;
  ReceiptIssuer* receipts;
  const NodeState* state;
  const RecognitionMetrics* metrics;
  std::string idempotency_key;  // at least 32 bytes; secret
  std::string log_origin;       // "<member>/<log-id>"
};

// Result: the service. Thread-safe.
std::unique_ptr<grpc::Service> NewRecognitionService(CallEnvironment environment,
                                                     RecognitionDependencies dependencies);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_RECOGNITION_SERVICE_H_
