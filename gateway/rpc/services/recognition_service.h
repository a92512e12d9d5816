#ifndef MRG_GATEWAY_RPC_SERVICES_RECOGNITION_SERVICE_H_
#define MRG_GATEWAY_RPC_SERVICES_RECOGNITION_SERVICE_H_

// mrg.gateway.v1.RecognitionService. The answer is gateway/answer/recognise.

#include <memory>

#include "gateway/answer/recognise.h"
#include "gateway/rpc/server/call_environment.h"

namespace mrg {

class RawService;

// Result: the service; what `parts` name must outlive it. Thread-safe.
std::unique_ptr<RawService> NewRecognitionService(CallEnvironment environment,
                                                  Recognise::Parts parts);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVICES_RECOGNITION_SERVICE_H_
