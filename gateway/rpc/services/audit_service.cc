#include "gateway/rpc/services/audit_service.h"

#include "gateway/answer/audit_answers.h"
#include "gateway/rpc/server/raw_service.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {
namespace {

using audit::v1::GetCheckpointRequest;
using audit::v1::GetCheckpointResponse;
using audit::v1::GetConsistencyProofRequest;
using audit::v1::GetConsistencyProofResponse;
using audit::v1::GetInclusionProofRequest;
using audit::v1::GetInclusionProofResponse;
using audit::v1::ListRecordsRequest;
using audit::v1::ListRecordsResponse;

constexpr char kService[] = "mrg.audit.v1.AuditService";

}  // namespace

std::unique_ptr<RawService> NewAuditService(CallEnvironment environment, const DecisionLog* log) {
  auto service = std::make_unique<RawService>(LabelValue(kService), environment);
  service->Add<GetCheckpointRequest, GetCheckpointResponse>(
      "GetCheckpoint",
      [log](const CallContext&, const GetCheckpointRequest&) { return mrg::GetCheckpoint(*log); });
  service->Add<GetInclusionProofRequest, GetInclusionProofResponse>(
      "GetInclusionProof", [log](const CallContext&, const GetInclusionProofRequest& message) {
        return mrg::GetInclusionProof(*log, message);
      });
  service->Add<GetConsistencyProofRequest, GetConsistencyProofResponse>(
      "GetConsistencyProof", [log](const CallContext&, const GetConsistencyProofRequest& message) {
        return mrg::GetConsistencyProof(*log, message);
      });
  service->Add<ListRecordsRequest, ListRecordsResponse>(
      "ListRecords", [log](const CallContext&, const ListRecordsRequest& message) {
        return mrg::ListRecords(*log, message);
      });
  return service;
}

}  // namespace mrg
