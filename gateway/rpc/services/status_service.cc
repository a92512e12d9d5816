#include "gateway/rpc/services/status_service.h"

#include <utility>

#include "gateway/rpc/server/raw_call.h"
#include "mrg/gateway/v1/status.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;

class StatusServiceImpl
    : public StatusService::WithRawCallbackMethod_SetLicenceStatus<StatusService::Service> {
 public:
  StatusServiceImpl(CallEnvironment environment, LicenceStatusChange::Parts parts)
      : environment_(environment), change_(std::move(parts)) {}

  grpc::ServerUnaryReactor* SetLicenceStatus(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override {
    return HandleRaw<SetLicenceStatusRequest, SetLicenceStatusResponse>(
        context, environment_, "mrg.gateway.v1.StatusService", "SetLicenceStatus", request,
        response, [this](const CallContext& call, const SetLicenceStatusRequest& message) {
          return change_.Set(call.caller, message, call.now);
        });
  }

 private:
  const CallEnvironment environment_;
  const LicenceStatusChange change_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewStatusService(CallEnvironment environment,
                                                LicenceStatusChange::Parts parts) {
  return std::make_unique<StatusServiceImpl>(environment, std::move(parts));
}

}  // namespace mrg
