#include "gateway/rpc/services/federation_key_service.h"

#include "gateway/answer/epoch_key_answer.h"
#include "gateway/rpc/server/raw_call.h"
#include "mrg/trustlist/v1/federation.grpc.pb.h"

namespace mrg {
namespace {

using trustlist::v1::FederationKeyService;
using trustlist::v1::GetEpochKeyRequest;
using trustlist::v1::GetEpochKeyResponse;

class FederationKeyServiceImpl : public FederationKeyService::WithRawCallbackMethod_GetEpochKey<
                                     FederationKeyService::Service> {
 public:
  FederationKeyServiceImpl(CallEnvironment environment, const EpochKeyring* epoch_keys)
      : environment_(environment), epoch_keys_(epoch_keys) {}

  grpc::ServerUnaryReactor* GetEpochKey(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return HandleRaw<GetEpochKeyRequest, GetEpochKeyResponse>(
        context, environment_, "mrg.trustlist.v1.FederationKeyService", "GetEpochKey", request,
        response, [this](const CallContext& call, const GetEpochKeyRequest& message) {
          return mrg::GetEpochKey(*epoch_keys_, message, call.now);
        });
  }

 private:
  const CallEnvironment environment_;
  const EpochKeyring* const epoch_keys_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewFederationKeyService(CallEnvironment environment,
                                                       const EpochKeyring* epoch_keys) {
  return std::make_unique<FederationKeyServiceImpl>(environment, epoch_keys);
}

}  // namespace mrg
