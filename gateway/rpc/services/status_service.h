#ifndef MRG_GATEWAY_RPC_SERVICES_STATUS_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_STATUS_SERVICE_H_

// mrg.gateway.v1.StatusService: an issuing authority revokes, suspends, cancels or restores one of
// its licences.

#include <memory>

#include "gateway/publication/licence_status_writer.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "gateway/rpc/server/unary_call.h"
#include "gateway/snapshot/snapshot_holder.h"
#include "gateway/storage/ordered_store.h"

namespace grpc {
class Service;
}

namespace mrg {

// `idempotency_key` keys the HMAC by which repeated requests are compared.
// `snapshots` say under which epochs entries stand.
// Result: the service; the pointers must outlive it. Thread-safe.
std::unique_ptr<grpc::Service> NewStatusService(CallEnvironment environment,
                                                LicenceStatusWriter* writer,
                                                const SnapshotHolder* snapshots,
                                                const EpochKeyring* epoch_keys, OrderedStore* store,
                                                std::string idempotency_key);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_STATUS_SERVICE_H_
