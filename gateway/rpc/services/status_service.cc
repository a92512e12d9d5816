#include "gateway/rpc/services/status_service.h"

#include <utility>

#include "gateway/rpc/server/raw_service.h"
#include "mrg/gateway/v1/status.pb.h"

namespace mrg {
namespace {

using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;

}  // namespace

std::unique_ptr<RawService> NewStatusService(CallEnvironment environment,
                                             LicenceStatusChange::Parts parts) {
  const auto change = std::make_shared<const LicenceStatusChange>(std::move(parts));
  auto service =
      std::make_unique<RawService>(LabelValue("mrg.gateway.v1.StatusService"), environment);
  service->Add<SetLicenceStatusRequest, SetLicenceStatusResponse>(
      "SetLicenceStatus",
      [change](const CallContext& call, const SetLicenceStatusRequest& message) {
        return change->Set(call.caller, message, call.now);
      });
  return service;
}

}  // namespace mrg
