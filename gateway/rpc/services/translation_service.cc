#include "gateway/rpc/services/translation_service.h"

#include "gateway/answer/translate.h"
#include "gateway/rpc/server/raw_call.h"
#include "mrg/gateway/v1/translation.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::TranslateRequest;
using gateway::v1::TranslateResponse;

class TranslationServiceImpl
    : public gateway::v1::TranslationService::WithRawCallbackMethod_Translate<
          gateway::v1::TranslationService::Service> {
 public:
  TranslationServiceImpl(CallEnvironment environment, const SnapshotHolder* snapshots)
      : environment_(environment), snapshots_(snapshots) {}

  grpc::ServerUnaryReactor* Translate(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return HandleRaw<TranslateRequest, TranslateResponse>(
        context, environment_, "mrg.gateway.v1.TranslationService", "Translate", request, response,
        [this](const CallContext& call, const TranslateRequest& message) {
          const auto snapshot = snapshots_->Current();
          return mrg::Translate(snapshot.get(), *environment_.authorization, call.caller, message,
                                call.now);
        });
  }

 private:
  const CallEnvironment environment_;
  const SnapshotHolder* const snapshots_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewTranslationService(CallEnvironment environment,
                                                     const SnapshotHolder* snapshots) {
  return std::make_unique<TranslationServiceImpl>(environment, snapshots);
}

}  // namespace mrg
