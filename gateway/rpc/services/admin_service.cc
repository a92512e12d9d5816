#include "gateway/rpc/services/admin_service.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/answer/bundle_uploads.h"
#include "gateway/answer/fork_answers.h"
#include "gateway/answer/mark_decision.h"
#include "gateway/answer/publication_answers.h"
#include "gateway/answer/publisher_decisions.h"
#include "gateway/answer/salt_erasure.h"
#include "gateway/answer/trust_state.h"
#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/raw_service.h"
#include "mrg/gateway/v1/admin.pb.h"

namespace mrg {
namespace {

using gateway::v1::EraseSaltRequest;
using gateway::v1::EraseSaltResponse;
using gateway::v1::GetTrustStateRequest;
using gateway::v1::GetTrustStateResponse;
using gateway::v1::ImportBundleRequest;
using gateway::v1::ImportBundleResponse;
using gateway::v1::LiftDisputeMarkRequest;
using gateway::v1::LiftDisputeMarkResponse;
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

// Gives one message to the upload that it belongs to.
template <typename Message, typename Upload>
absl::Status Take(const grpc::ByteBuffer& bytes, Upload* upload) {
  Message message;
  MRG_RETURN_IF_ERROR(ParseRequest(bytes, kAdminMessageBytesMax, &message));
  return upload->Take(message);
}

// Result: the answer's bytes.
template <typename Message>
absl::StatusOr<grpc::ByteBuffer> BytesOfAnswer(const absl::StatusOr<Message>& answer) {
  if (!answer.ok()) return answer.status();
  return BufferOf(*answer);
}

// What the methods share.
struct Desk {
  explicit Desk(AdminDependencies parts) : dependencies(std::move(parts)) {}

  const AdminDependencies dependencies;
  const TrustStateSources sources{dependencies.member, dependencies.view, dependencies.state,
                                  dependencies.repins};
  BundleUploads bundles{dependencies.bundles, dependencies.bundle_folder};  // self-synchronised
};

absl::StatusOr<UploadStream::Work> BeginContent(RepositoryPublisher* publisher) {
  const auto upload = std::make_shared<ContentUpload>(publisher);
  return UploadStream::Work{[upload](const grpc::ByteBuffer& bytes) {
                              return Take<UploadContentRequest>(bytes, upload.get());
                            },
                            [upload] { return BytesOfAnswer(upload->Finish()); }};
}

absl::StatusOr<UploadStream::Work> BeginBundle(BundleUploads* bundles, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(std::unique_ptr<BundleUpload> begun, bundles->Begin());
  const std::shared_ptr<BundleUpload> upload = std::move(begun);
  return UploadStream::Work{[upload](const grpc::ByteBuffer& bytes) {
                              return Take<ImportBundleRequest>(bytes, upload.get());
                            },
                            [upload, now] { return BytesOfAnswer(upload->Finish(now)); }};
}

}  // namespace

std::unique_ptr<grpc::Service> NewAdminService(CallEnvironment environment,
                                               AdminDependencies dependencies) {
  const auto desk = std::make_shared<Desk>(std::move(dependencies));
  auto service = std::make_unique<RawService>(LabelValue(kService), environment);
  service->Add<PublishRequest, PublishResponse>(
      "Publish",
      [desk](const CallContext& call, const PublishRequest& message) {
        return mrg::Publish(desk->dependencies.publisher, desk->dependencies.events, message,
                            call.now);
      },
      kAdminMessageBytesMax);
  service->AddUpload("UploadContent", [desk](const CallContext&) {
    return BeginContent(desk->dependencies.publisher);
  });
  service->AddUpload("ImportBundle", [desk](const CallContext& call) {
    return BeginBundle(&desk->bundles, call.now);
  });
  service->Add<RepinPublisherRequest, RepinPublisherResponse>(
      "RepinPublisher",
      [desk](const CallContext& call, const RepinPublisherRequest& message) {
        return DecideRepin(*desk->dependencies.repins, message, call.now);
      },
      kAdminMessageBytesMax);
  service->Add<GetTrustStateRequest, GetTrustStateResponse>(
      "GetTrustState", [desk](const CallContext&, const GetTrustStateRequest&) {
        return mrg::GetTrustState(desk->sources);
      });
  service->Add<ListForkEvidenceRequest, ListForkEvidenceResponse>(
      "ListForkEvidence", [desk](const CallContext&, const ListForkEvidenceRequest& message) {
        return mrg::ListForkEvidence(*desk->dependencies.forks, message);
      });
  service->Add<ResumePublisherRequest, ResumePublisherResponse>(
      "ResumePublisher", [desk](const CallContext& call, const ResumePublisherRequest& message) {
        return DecideResume(desk->dependencies.fork_gate, *desk->dependencies.forks, message,
                            call.now);
      });
  service->Add<LiftDisputeMarkRequest, LiftDisputeMarkResponse>(
      "LiftDisputeMark", [desk](const CallContext& call, const LiftDisputeMarkRequest& message) {
        return DecideMarkLift(desk->dependencies.marks, desk->dependencies.events, message,
                              call.now);
      });
  service->Add<EraseSaltRequest, EraseSaltResponse>(
      "EraseSalt", [desk](const CallContext& call, const EraseSaltRequest& message) {
        return DecideSaltErasure(desk->dependencies.salts, message, call.now);
      });
  return service;
}

}  // namespace mrg
