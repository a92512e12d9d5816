#include "gateway/rpc/services/admin_service.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/answer/bundle_uploads.h"
#include "gateway/answer/fork_answers.h"
#include "gateway/answer/publication_answers.h"
#include "gateway/answer/publisher_decisions.h"
#include "gateway/answer/trust_state.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/raw_call.h"
#include "gateway/rpc/server/upload_stream.h"
#include "gateway/rpc/server/wire_text.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"

namespace mrg {
namespace {

using gateway::v1::AdminService;
using gateway::v1::GetTrustStateRequest;
using gateway::v1::GetTrustStateResponse;
using gateway::v1::ImportBundleRequest;
using gateway::v1::ImportBundleResponse;
using gateway::v1::ListForkEvidenceRequest;
using gateway::v1::ListForkEvidenceResponse;
using gateway::v1::PublishRequest;
using gateway::v1::PublishResponse;
using gateway::v1::RepinPublisherRequest;
using gateway::v1::RepinPublisherResponse;
using gateway::v1::ResumePublisherRequest;
using gateway::v1::ResumePublisherResponse;
using gateway::v1::UploadContentRequest;
using gateway::v1::UploadContentResponse;

constexpr char kService[] = "mrg.gateway.v1.AdminService";

using Base =
    AdminService::WithRawCallbackMethod_Publish<AdminService::WithRawCallbackMethod_UploadContent<
        AdminService::WithRawCallbackMethod_ImportBundle<
            AdminService::WithRawCallbackMethod_RepinPublisher<
                AdminService::WithRawCallbackMethod_GetTrustState<
                    AdminService::WithRawCallbackMethod_ListForkEvidence<
                        AdminService::WithRawCallbackMethod_ResumePublisher<
                            AdminService::Service>>>>>>>;

// Parses one message of an upload.
template <typename Message>
absl::StatusOr<Message> UploadedMessage(const grpc::ByteBuffer& bytes) {
  if (bytes.Length() > kAdminMessageBytesMax) {
    return MakeError(Reason::kMessageTooLarge, absl::StrCat("expected a message of at most ",
                                                            kAdminMessageBytesMax, " bytes"));
  }
  Message message;
  MRG_RETURN_IF_ERROR(ParseRequest(bytes, &message));
  return message;
}

// Gives one message to the upload that it belongs to.
template <typename Message, typename Upload>
absl::Status Take(const grpc::ByteBuffer& bytes, Upload* upload) {
  MRG_ASSIGN_OR_RETURN(const Message message, UploadedMessage<Message>(bytes));
  return upload->Take(message);
}

// Result: the answer's bytes.
template <typename Message>
absl::StatusOr<grpc::ByteBuffer> BytesOfAnswer(const absl::StatusOr<Message>& answer) {
  if (!answer.ok()) return answer.status();
  return BufferOf(*answer);
}

class AdminServiceImpl : public Base {
 public:
  AdminServiceImpl(CallEnvironment environment, AdminDependencies dependencies)
      : environment_(environment),
        dependencies_(std::move(dependencies)),
        bundles_(dependencies_.bundles, dependencies_.bundle_folder) {}

  grpc::ServerUnaryReactor* Publish(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override {
    return HandleRaw<PublishRequest, PublishResponse>(
        context, environment_, kService, "Publish", request, response,
        [this](const CallContext& call, const PublishRequest& message) {
          return mrg::Publish(dependencies_.publisher, environment_.events, message, call.now);
        },
        kAdminMessageBytesMax);
  }

  grpc::ServerReadReactor<grpc::ByteBuffer>* UploadContent(grpc::CallbackServerContext* context,
                                                           grpc::ByteBuffer* response) override {
    auto* const stream =
        new UploadStream(context, environment_, kService, "UploadContent", response);
    const absl::StatusOr<absl::Time> now = stream->Admit();
    if (!now.ok()) {
      stream->Refuse(now.status());
      return stream;
    }
    const auto upload = std::make_shared<ContentUpload>(dependencies_.publisher);
    stream->Start({[upload](const grpc::ByteBuffer& bytes) {
                     return Take<UploadContentRequest>(bytes, upload.get());
                   },
                   [upload] { return BytesOfAnswer(upload->Finish()); }});
    return stream;
  }

  grpc::ServerReadReactor<grpc::ByteBuffer>* ImportBundle(grpc::CallbackServerContext* context,
                                                          grpc::ByteBuffer* response) override {
    auto* const stream =
        new UploadStream(context, environment_, kService, "ImportBundle", response);
    const absl::StatusOr<absl::Time> now = stream->Admit();
    if (!now.ok()) {
      stream->Refuse(now.status());
      return stream;
    }
    absl::StatusOr<std::unique_ptr<BundleUpload>> begun = bundles_.Begin();
    if (!begun.ok()) {
      stream->Refuse(begun.status());
      return stream;
    }
    const std::shared_ptr<BundleUpload> upload = *std::move(begun);
    stream->Start({[upload](const grpc::ByteBuffer& bytes) {
                     return Take<ImportBundleRequest>(bytes, upload.get());
                   },
                   [upload, now = *now] { return BytesOfAnswer(upload->Finish(now)); }});
    return stream;
  }

  grpc::ServerUnaryReactor* RepinPublisher(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override {
    return HandleRaw<RepinPublisherRequest, RepinPublisherResponse>(
        context, environment_, kService, "RepinPublisher", request, response,
        [this](const CallContext& call, const RepinPublisherRequest& message) {
          return DecideRepin(*dependencies_.repins, message, call.now);
        },
        kAdminMessageBytesMax);
  }

  grpc::ServerUnaryReactor* GetTrustState(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<GetTrustStateRequest, GetTrustStateResponse>(
        context, environment_, kService, "GetTrustState", request, response,
        [this](const CallContext&, const GetTrustStateRequest&) {
          return mrg::GetTrustState(sources_);
        });
  }

  grpc::ServerUnaryReactor* ListForkEvidence(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override {
    return HandleRaw<ListForkEvidenceRequest, ListForkEvidenceResponse>(
        context, environment_, kService, "ListForkEvidence", request, response,
        [this](const CallContext&, const ListForkEvidenceRequest& message) {
          return mrg::ListForkEvidence(*dependencies_.forks, message);
        });
  }

  grpc::ServerUnaryReactor* ResumePublisher(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override {
    return HandleRaw<ResumePublisherRequest, ResumePublisherResponse>(
        context, environment_, kService, "ResumePublisher", request, response,
        [this](const CallContext& call, const ResumePublisherRequest& message) {
          return DecideResume(dependencies_.fork_gate, *dependencies_.forks, message, call.now);
        });
  }

 private:
  const CallEnvironment environment_;
  const AdminDependencies dependencies_;
  const TrustStateSources sources_{dependencies_.member, dependencies_.view, dependencies_.state,
                                   dependencies_.repins};
  BundleUploads bundles_;  // self-synchronised
};

}  // namespace

std::unique_ptr<grpc::Service> NewAdminService(CallEnvironment environment,
                                               AdminDependencies dependencies) {
  return std::make_unique<AdminServiceImpl>(environment, std::move(dependencies));
}

}  // namespace mrg
