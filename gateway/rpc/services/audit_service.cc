#include "gateway/rpc/services/audit_service.h"

#include "gateway/answer/audit_answers.h"
#include "gateway/rpc/server/raw_call.h"
#include "mrg/audit/v1/audit.grpc.pb.h"

namespace mrg {
namespace {

using audit::v1::AuditService;
using audit::v1::GetCheckpointRequest;
using audit::v1::GetCheckpointResponse;
using audit::v1::GetConsistencyProofRequest;
using audit::v1::GetConsistencyProofResponse;
using audit::v1::GetInclusionProofRequest;
using audit::v1::GetInclusionProofResponse;
using audit::v1::ListRecordsRequest;
using audit::v1::ListRecordsResponse;

constexpr char kService[] = "mrg.audit.v1.AuditService";

using Base = AuditService::WithRawCallbackMethod_GetCheckpoint<
    AuditService::WithRawCallbackMethod_GetInclusionProof<
        AuditService::WithRawCallbackMethod_GetConsistencyProof<
            AuditService::WithRawCallbackMethod_ListRecords<AuditService::Service>>>>;

class AuditServiceImpl : public Base {
 public:
  AuditServiceImpl(CallEnvironment environment, const DecisionLog* log)
      : environment_(environment), log_(log) {}

  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<GetCheckpointRequest, GetCheckpointResponse>(
        context, environment_, kService, "GetCheckpoint", request, response,
        [this](const CallContext&, const GetCheckpointRequest&) {
          return mrg::GetCheckpoint(*log_);
        });
  }

  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* request,
                                              grpc::ByteBuffer* response) override {
    return HandleRaw<GetInclusionProofRequest, GetInclusionProofResponse>(
        context, environment_, kService, "GetInclusionProof", request, response,
        [this](const CallContext&, const GetInclusionProofRequest& message) {
          return mrg::GetInclusionProof(*log_, message);
        });
  }

  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const grpc::ByteBuffer* request,
                                                grpc::ByteBuffer* response) override {
    return HandleRaw<GetConsistencyProofRequest, GetConsistencyProofResponse>(
        context, environment_, kService, "GetConsistencyProof", request, response,
        [this](const CallContext&, const GetConsistencyProofRequest& message) {
          return mrg::GetConsistencyProof(*log_, message);
        });
  }

  grpc::ServerUnaryReactor* ListRecords(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return HandleRaw<ListRecordsRequest, ListRecordsResponse>(
        context, environment_, kService, "ListRecords", request, response,
        [this](const CallContext&, const ListRecordsRequest& message) {
          return mrg::ListRecords(*log_, message);
        });
  }

 private:
  const CallEnvironment environment_;
  const DecisionLog* const log_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewAuditService(CallEnvironment environment,
                                               const DecisionLog* log) {
  return std::make_unique<AuditServiceImpl>(environment, log);
}

}  // namespace mrg
