#include "gateway/rpc/services/catalogue_service.h"

#include "gateway/answer/catalogue_answers.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/raw_call.h"
#include "mrg/gateway/v1/catalogue_service.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::CatalogueService;
using gateway::v1::CheckCoverageRequest;
using gateway::v1::CheckCoverageResponse;
using gateway::v1::GetCredentialTypeRequest;
using gateway::v1::GetCredentialTypeResponse;
using gateway::v1::ListAgreementsRequest;
using gateway::v1::ListAgreementsResponse;
using gateway::v1::ListCredentialTypesRequest;
using gateway::v1::ListCredentialTypesResponse;
using gateway::v1::ListScenariosRequest;
using gateway::v1::ListScenariosResponse;

constexpr char kService[] = "mrg.gateway.v1.CatalogueService";

using Base = CatalogueService::WithRawCallbackMethod_ListCredentialTypes<
    CatalogueService::WithRawCallbackMethod_GetCredentialType<
        CatalogueService::WithRawCallbackMethod_ListAgreements<
            CatalogueService::WithRawCallbackMethod_ListScenarios<
                CatalogueService::WithRawCallbackMethod_CheckCoverage<
                    CatalogueService::Service>>>>>;

class CatalogueServiceImpl : public Base {
 public:
  CatalogueServiceImpl(CallEnvironment environment, const SnapshotHolder* snapshots)
      : environment_(environment), snapshots_(snapshots) {}

  grpc::ServerUnaryReactor* ListCredentialTypes(grpc::CallbackServerContext* context,
                                                const grpc::ByteBuffer* request,
                                                grpc::ByteBuffer* response) override {
    return Handle<ListCredentialTypesRequest, ListCredentialTypesResponse>(
        context, "ListCredentialTypes", request, response,
        [](const auto& snapshot, const auto& message, absl::Time) {
          return mrg::ListCredentialTypes(snapshot, message);
        });
  }

  grpc::ServerUnaryReactor* GetCredentialType(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* request,
                                              grpc::ByteBuffer* response) override {
    return Handle<GetCredentialTypeRequest, GetCredentialTypeResponse>(
        context, "GetCredentialType", request, response,
        [](const auto& snapshot, const auto& message, absl::Time) {
          return mrg::GetCredentialType(snapshot, message);
        });
  }

  grpc::ServerUnaryReactor* ListAgreements(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override {
    return Handle<ListAgreementsRequest, ListAgreementsResponse>(
        context, "ListAgreements", request, response,
        [](const auto& snapshot, const auto& message, absl::Time now) {
          return mrg::ListAgreements(snapshot, message, now);
        });
  }

  grpc::ServerUnaryReactor* ListScenarios(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return Handle<ListScenariosRequest, ListScenariosResponse>(
        context, "ListScenarios", request, response,
        [](const auto& snapshot, const auto& message, absl::Time) {
          return mrg::ListScenarios(snapshot, message);
        });
  }

  grpc::ServerUnaryReactor* CheckCoverage(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return Handle<CheckCoverageRequest, CheckCoverageResponse>(
        context, "CheckCoverage", request, response,
        [](const auto& snapshot, const auto& message, absl::Time now) {
          return mrg::CheckCoverage(snapshot, message, now);
        });
  }

 private:
  // Answers from the snapshot that is in force when the work begins.
  template <class Req, class Resp, class Answer>
  grpc::ServerUnaryReactor* Handle(grpc::CallbackServerContext* context, LabelValue method,
                                   const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                   Answer answer) {
    return HandleRaw<Req, Resp>(
        context, environment_, kService, method, request, response,
        [this, answer](const CallContext& call, const Req& message) -> absl::StatusOr<Resp> {
          const auto snapshot = snapshots_->Current();
          if (snapshot == nullptr) {
            return MakeError(Reason::kNodeNotReady, "no trust lists are in force yet");
          }
          return answer(*snapshot, message, call.now);
        });
  }

  const CallEnvironment environment_;
  const SnapshotHolder* const snapshots_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewCatalogueService(CallEnvironment environment,
                                                   const SnapshotHolder* snapshots) {
  return std::make_unique<CatalogueServiceImpl>(environment, snapshots);
}

}  // namespace mrg
