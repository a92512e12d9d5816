#include "gateway/rpc/services/catalogue_service.h"

#include "gateway/answer/catalogue_answers.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/raw_service.h"
#include "mrg/gateway/v1/catalogue_service.pb.h"

namespace mrg {
namespace {

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

// Answers from the snapshot that is in force when the work begins.
template <class Req, class Resp>
std::function<absl::StatusOr<Resp>(const CallContext&, const Req&)> FromSnapshot(
    const SnapshotHolder* snapshots,
    absl::StatusOr<Resp> (*answer)(const RecognitionSnapshot&, const Req&, absl::Time)) {
  return [snapshots, answer](const CallContext& call, const Req& message) -> absl::StatusOr<Resp> {
    const auto snapshot = snapshots->Current();
    if (snapshot == nullptr) {
      return MakeError(Reason::kNodeNotReady, "no trust lists are in force yet");
    }
    return answer(*snapshot, message, call.now);
  };
}

}  // namespace

std::unique_ptr<RawService> NewCatalogueService(CallEnvironment environment,
                                                const SnapshotHolder* snapshots) {
  auto service = std::make_unique<RawService>(LabelValue(kService), environment);
  service->Add<ListCredentialTypesRequest, ListCredentialTypesResponse>(
      "ListCredentialTypes",
      FromSnapshot<ListCredentialTypesRequest, ListCredentialTypesResponse>(
          snapshots,
          [](const RecognitionSnapshot& snapshot, const ListCredentialTypesRequest& message,
             absl::Time) -> absl::StatusOr<ListCredentialTypesResponse> {
            return mrg::ListCredentialTypes(snapshot, message);
          }));
  service->Add<GetCredentialTypeRequest, GetCredentialTypeResponse>(
      "GetCredentialType",
      FromSnapshot<GetCredentialTypeRequest, GetCredentialTypeResponse>(
          snapshots,
          [](const RecognitionSnapshot& snapshot, const GetCredentialTypeRequest& message,
             absl::Time) -> absl::StatusOr<GetCredentialTypeResponse> {
            return mrg::GetCredentialType(snapshot, message);
          }));
  service->Add<ListAgreementsRequest, ListAgreementsResponse>(
      "ListAgreements",
      FromSnapshot<ListAgreementsRequest, ListAgreementsResponse>(
          snapshots,
          [](const RecognitionSnapshot& snapshot, const ListAgreementsRequest& message,
             absl::Time now) -> absl::StatusOr<ListAgreementsResponse> {
            return mrg::ListAgreements(snapshot, message, now);
          }));
  service->Add<ListScenariosRequest, ListScenariosResponse>(
      "ListScenarios",
      FromSnapshot<ListScenariosRequest, ListScenariosResponse>(
          snapshots,
          [](const RecognitionSnapshot& snapshot, const ListScenariosRequest& message,
             absl::Time) -> absl::StatusOr<ListScenariosResponse> {
            return mrg::ListScenarios(snapshot, message);
          }));
  service->Add<CheckCoverageRequest, CheckCoverageResponse>(
      "CheckCoverage",
      FromSnapshot<CheckCoverageRequest, CheckCoverageResponse>(
          snapshots,
          [](const RecognitionSnapshot& snapshot, const CheckCoverageRequest& message,
             absl::Time now) -> absl::StatusOr<CheckCoverageResponse> {
            return mrg::CheckCoverage(snapshot, message, now);
          }));
  return service;
}

}  // namespace mrg
