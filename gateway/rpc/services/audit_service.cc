#include "gateway/rpc/services/audit_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
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
constexpr int kPageSizeMax = 1000;
constexpr int kPageSizeDefault = 100;
constexpr size_t kPageTokenBytesMax = 20;
// A page ends here even when more records were asked for; a client's channel takes 4 MiB.
constexpr size_t kPageBytesMax = size_t{3} << 20;

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
        [this](const CallContext&,
               const GetCheckpointRequest&) -> absl::StatusOr<GetCheckpointResponse> {
          GetCheckpointResponse answer;
          answer.set_checkpoint(log_->LatestCheckpoint());
          if (answer.checkpoint().empty()) {
            return MakeError(Reason::kRecordNotFound, "the log is empty");
          }
          return answer;
        });
  }

  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* request,
                                              grpc::ByteBuffer* response) override {
    return HandleRaw<GetInclusionProofRequest, GetInclusionProofResponse>(
        context, environment_, kService, "GetInclusionProof", request, response,
        [this](const CallContext&, const GetInclusionProofRequest& message)
            -> absl::StatusOr<GetInclusionProofResponse> {
          MRG_ASSIGN_OR_RETURN(const std::vector<std::string> hashes,
                               log_->InclusionProof(message.index(), message.tree_size()));
          GetInclusionProofResponse answer;
          for (const std::string& hash : hashes) answer.add_hashes(hash);
          return answer;
        });
  }

  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const grpc::ByteBuffer* request,
                                                grpc::ByteBuffer* response) override {
    return HandleRaw<GetConsistencyProofRequest, GetConsistencyProofResponse>(
        context, environment_, kService, "GetConsistencyProof", request, response,
        [this](const CallContext&, const GetConsistencyProofRequest& message)
            -> absl::StatusOr<GetConsistencyProofResponse> {
          MRG_ASSIGN_OR_RETURN(const std::vector<std::string> hashes,
                               log_->ConsistencyProof(message.first_size(), message.second_size()));
          GetConsistencyProofResponse answer;
          for (const std::string& hash : hashes) answer.add_hashes(hash);
          return answer;
        });
  }

  grpc::ServerUnaryReactor* ListRecords(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return HandleRaw<ListRecordsRequest, ListRecordsResponse>(
        context, environment_, kService, "ListRecords", request, response,
        [this](const CallContext&, const ListRecordsRequest& message) { return List(message); });
  }

 private:
  absl::StatusOr<ListRecordsResponse> List(const ListRecordsRequest& message) const {
    if (message.page_size() < 0 || message.page_size() > kPageSizeMax) {
      return MakeFieldError(Reason::kFieldMalformed, "page_size", "expected 0 to 1000");
    }
    MRG_RETURN_IF_ERROR(OptionalText("page_token", message.page_token(), kPageTokenBytesMax));
    uint64_t index = 0;
    if (!message.page_token().empty() && !absl::SimpleAtoi(message.page_token(), &index)) {
      return MakeFieldError(Reason::kFieldMalformed, "page_token", "expected a token of a page");
    }
    const uint64_t size = log_->size();
    const uint64_t wanted = message.page_size() == 0 ? kPageSizeDefault : message.page_size();
    const uint64_t end = std::min(size, index < size ? index + wanted : size);
    ListRecordsResponse response;
    response.set_first_index(index);
    size_t bytes = 0;
    for (; index < end && bytes < kPageBytesMax; ++index) {
      MRG_ASSIGN_OR_RETURN(std::string record, log_->ReadRecord(index));
      bytes += record.size();
      response.add_records(std::move(record));
    }
    if (index < size) response.set_next_page_token(absl::StrCat(index));
    return response;
  }

  const CallEnvironment environment_;
  const DecisionLog* const log_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewAuditService(CallEnvironment environment,
                                               const DecisionLog* log) {
  return std::make_unique<AuditServiceImpl>(environment, log);
}

}  // namespace mrg
