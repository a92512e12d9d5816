#ifndef MRG_GATEWAY_ANSWER_CATALOGUE_ANSWERS_H_
#define MRG_GATEWAY_ANSWER_CATALOGUE_ANSWERS_H_

// The answers of CatalogueService: each checks its request and reads one snapshot.
//
// Thread-safe: pure functions.

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "mrg/gateway/v1/catalogue_service.pb.h"

namespace mrg {

// Each gives the answer that the service's proto describes. `now`: of the call, when the request
// names no instant. Errors: FIELD_REQUIRED, FIELD_TOO_LONG, FIELD_MALFORMED, FIELD_NOT_UTF8 with
// the field's path; CREDENTIAL_TYPE_NOT_FOUND from GetCredentialType.
absl::StatusOr<gateway::v1::ListCredentialTypesResponse> ListCredentialTypes(
    const RecognitionSnapshot& snapshot, const gateway::v1::ListCredentialTypesRequest& request);
absl::StatusOr<gateway::v1::GetCredentialTypeResponse> GetCredentialType(
    const RecognitionSnapshot& snapshot, const gateway::v1::GetCredentialTypeRequest& request);
absl::StatusOr<gateway::v1::ListAgreementsResponse> ListAgreements(
    const RecognitionSnapshot& snapshot, const gateway::v1::ListAgreementsRequest& request,
    absl::Time now);
absl::StatusOr<gateway::v1::ListScenariosResponse> ListScenarios(
    const RecognitionSnapshot& snapshot, const gateway::v1::ListScenariosRequest& request);
absl::StatusOr<gateway::v1::CheckCoverageResponse> CheckCoverage(
    const RecognitionSnapshot& snapshot, const gateway::v1::CheckCoverageRequest& request,
    absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_CATALOGUE_ANSWERS_H_
