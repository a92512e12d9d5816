#include "gateway/rpc/federation_key_service.h"

#include <optional>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/raw_call.h"
#include "gateway/rpc/request_fields.h"
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
        response,
        [this](const CallContext&, const GetEpochKeyRequest& message) { return Get(message); });
  }

 private:
  absl::StatusOr<GetEpochKeyResponse> Get(const GetEpochKeyRequest& message) const {
    MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction,
                         RequireId<JurisdictionId>("jurisdiction", message.jurisdiction()));
    const std::optional<EpochKey> key = epoch_keys_->FindOwn(jurisdiction.value());
    if (!key.has_value() || (message.epoch() != 0 && message.epoch() != key->epoch)) {
      return MakeError(Reason::kEpochKeyUnavailable,
                       "expected a jurisdiction of this member and its newest epoch");
    }
    GetEpochKeyResponse response;
    response.set_epoch(key->epoch);
    response.set_key(key->key);
    return response;
  }

  const CallEnvironment environment_;
  const EpochKeyring* const epoch_keys_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewFederationKeyService(CallEnvironment environment,
                                                       const EpochKeyring* epoch_keys) {
  return std::make_unique<FederationKeyServiceImpl>(environment, epoch_keys);
}

}  // namespace mrg
