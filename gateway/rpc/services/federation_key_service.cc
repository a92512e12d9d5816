#include "gateway/rpc/services/federation_key_service.h"

#include <utility>

#include "gateway/rpc/server/raw_service.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

using trustlist::v1::GetEpochKeyRequest;
using trustlist::v1::GetEpochKeyResponse;

}  // namespace

std::unique_ptr<grpc::Service> NewFederationKeyService(CallEnvironment environment,
                                                       EpochKeyDesk desk) {
  auto service = std::make_unique<RawService>(LabelValue("mrg.trustlist.v1.FederationKeyService"),
                                              environment);
  service->Add<GetEpochKeyRequest, GetEpochKeyResponse>(
      "GetEpochKey",
      [desk = std::move(desk)](const CallContext& call, const GetEpochKeyRequest& message) {
        return mrg::GetEpochKey(desk, call.caller, message, call.now);
      });
  return service;
}

}  // namespace mrg
