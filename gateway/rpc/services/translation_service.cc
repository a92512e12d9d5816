#include "gateway/rpc/services/translation_service.h"

#include "gateway/answer/translate.h"
#include "gateway/rpc/server/raw_service.h"
#include "mrg/gateway/v1/translation.pb.h"

namespace mrg {
namespace {

using gateway::v1::TranslateRequest;
using gateway::v1::TranslateResponse;

}  // namespace

std::unique_ptr<RawService> NewTranslationService(CallEnvironment environment,
                                                  const SnapshotHolder* snapshots) {
  auto service =
      std::make_unique<RawService>(LabelValue("mrg.gateway.v1.TranslationService"), environment);
  service->Add<TranslateRequest, TranslateResponse>(
      "Translate", [authorization = environment.authorization, snapshots](
                       const CallContext& call, const TranslateRequest& message) {
        const auto snapshot = snapshots->Current();
        return mrg::Translate(snapshot.get(), *authorization, call.caller, message, call.now);
      });
  return service;
}

}  // namespace mrg
