#include "gateway/rpc/services/federation_key_service.h"

#include <optional>

#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
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
          return Get(message, call.now);
        });
  }

 private:
  absl::StatusOr<GetEpochKeyResponse> Get(const GetEpochKeyRequest& message, absl::Time now) const {
    MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction,
                         RequireId<JurisdictionId>("jurisdiction", message.jurisdiction()));
    return GiveEpochKey(epoch_keys_->OwnKeysOf(jurisdiction.value()), message.epoch(), now);
  }

  const CallEnvironment environment_;
  const EpochKeyring* const epoch_keys_;
};

}  // namespace

absl::StatusOr<GetEpochKeyResponse> GiveEpochKey(const EpochKeys& own, uint32_t epoch,
                                                 absl::Time now) {
  std::optional<EpochKey> key;
  if (epoch == 0) {
    key = InUseAt(own, now);
  } else if (const auto found = own.find(epoch); found != own.end()) {
    key = found->second;
  }
  if (!key.has_value()) {
    return MakeError(Reason::kEpochKeyUnavailable,
                     "expected a jurisdiction of this member and an epoch of its keys");
  }
  GetEpochKeyResponse response;
  response.set_epoch(key->epoch);
  response.set_key(key->key);
  for (const auto& [number, one] : own) {
    trustlist::v1::EpochTerm* term = response.add_epochs();
    term->set_epoch(number);
    if (one.from != absl::InfinitePast()) *term->mutable_from() = ToTimestamp(one.from);
  }
  return response;
}

std::unique_ptr<grpc::Service> NewFederationKeyService(CallEnvironment environment,
                                                       const EpochKeyring* epoch_keys) {
  return std::make_unique<FederationKeyServiceImpl>(environment, epoch_keys);
}

}  // namespace mrg
