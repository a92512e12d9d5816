#include "gateway/rpc/services/admin_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/answer/fork_answers.h"
#include "gateway/answer/publication_request.h"
#include "gateway/base/event_log.h"
#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
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
constexpr size_t kFileBytesMax = size_t{1} << 20;
constexpr size_t kBecauseBytesMax = 1024;

using Base =
    AdminService::WithRawCallbackMethod_Publish<AdminService::WithRawCallbackMethod_UploadContent<
        AdminService::WithRawCallbackMethod_ImportBundle<
            AdminService::WithRawCallbackMethod_RepinPublisher<
                AdminService::WithRawCallbackMethod_GetTrustState<
                    AdminService::WithRawCallbackMethod_ListForkEvidence<
                        AdminService::WithRawCallbackMethod_ResumePublisher<
                            AdminService::Service>>>>>>>;

void FillRepin(const trustlist::v1::StoredRepin& stored, gateway::v1::RepinnedRoot* repin) {
  repin->set_old_root_version(stored.old_root_version());
  repin->set_old_root_sha256(stored.old_root_sha256());
  repin->set_new_root_version(stored.new_root_version());
  repin->set_new_root_sha256(stored.new_root_sha256());
  repin->set_because(stored.because());
  *repin->mutable_repinned_at() = ToTimestamp(absl::FromUnixMicros(stored.at_us()));
}

// Content on its way in.
struct ContentUpload {
  uint64_t items = 0;
  bool complete = false;
};

// A bundle on its way in.
struct Upload {
  Admission::Place place;
  std::unique_ptr<BundleFiles> files;
  bool complete = false;
};

// Parses one message of an upload.
template <typename Message>
absl::StatusOr<Message> UploadedMessage(const grpc::ByteBuffer& bytes) {
  if (bytes.Length() > kAdminMessageBytesMax) {
    return MakeError(Reason::kMessageTooLarge, absl::StrCat("expected a message of at most ",
                                                            kAdminMessageBytesMax, " bytes"));
  }
  Message message;
  MRG_RETURN_IF_ERROR(ParseRequest(BytesOf(bytes), &message));
  return message;
}

absl::Status TakeBundled(const grpc::ByteBuffer& bytes, Upload* upload) {
  MRG_ASSIGN_OR_RETURN(const ImportBundleRequest message,
                       UploadedMessage<ImportBundleRequest>(bytes));
  if (upload->complete) {
    return MakeError(Reason::kBundleMalformed, "a message follows the one that said `complete`");
  }
  for (const auto& file : message.files()) {
    MRG_RETURN_IF_ERROR(upload->files->Add(file.name(), file.content()));
  }
  upload->complete = message.complete();
  return absl::OkStatus();
}

template <typename Message>
void AddRoles(const InForceSet& set, Message* message) {
  for (const RoleVersion& role : set.roles) {
    gateway::v1::RoleState* state = message->add_roles();
    state->set_role(role.role);
    state->set_version(role.version);
    *state->mutable_expires() = ToTimestamp(role.expires);
  }
}

class AdminServiceImpl : public Base {
 public:
  AdminServiceImpl(CallEnvironment environment, AdminDependencies dependencies)
      : environment_(environment), dependencies_(std::move(dependencies)) {}

  grpc::ServerUnaryReactor* Publish(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override {
    return HandleRaw<PublishRequest, PublishResponse>(
        context, environment_, kService, "Publish", request, response,
        [this](const CallContext& call, const PublishRequest& message) {
          return PutInForce(message, call.now);
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
    const auto upload = std::make_shared<ContentUpload>();
    stream->Start({[this, upload](const grpc::ByteBuffer& message) {
                     return TakeContent(message, upload.get());
                   },
                   [upload] { return AnswerUpload(*upload); }});
    return stream;
  }

  grpc::ServerReadReactor<grpc::ByteBuffer>* ImportBundle(grpc::CallbackServerContext* context,
                                                          grpc::ByteBuffer* response) override {
    auto* const stream =
        new UploadStream(context, environment_, kService, "ImportBundle", response);
    const absl::StatusOr<absl::Time> now = stream->Admit();
    const absl::StatusOr<std::shared_ptr<Upload>> upload =
        now.ok() ? BeginUpload() : absl::StatusOr<std::shared_ptr<Upload>>(now.status());
    if (!upload.ok()) {
      stream->Refuse(upload.status());
      return stream;
    }
    stream->Start({[upload = *upload](const grpc::ByteBuffer& message) {
                     return TakeBundled(message, upload.get());
                   },
                   [this, upload = *upload, now = *now] { return Import(*upload, now); }});
    return stream;
  }

  grpc::ServerUnaryReactor* RepinPublisher(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override {
    return HandleRaw<RepinPublisherRequest, RepinPublisherResponse>(
        context, environment_, kService, "RepinPublisher", request, response,
        [this](const CallContext& call, const RepinPublisherRequest& message) {
          return DecideRepin(message, call.now);
        },
        kAdminMessageBytesMax);
  }

  grpc::ServerUnaryReactor* GetTrustState(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<GetTrustStateRequest, GetTrustStateResponse>(
        context, environment_, kService, "GetTrustState", request, response,
        [this](const CallContext&, const GetTrustStateRequest&) { return State(); });
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
          return Resume(message, call.now);
        });
  }

 private:
  absl::StatusOr<ResumePublisherResponse> Resume(const ResumePublisherRequest& message,
                                                 absl::Time now) const {
    MRG_ASSIGN_OR_RETURN(const MemberId publisher,
                         RequireId<MemberId>("publisher", message.publisher()));
    MRG_RETURN_IF_ERROR(RequireBytesOfSize("id", message.id(), kDigestBytes));
    MRG_RETURN_IF_ERROR(RequireText("because", message.because(), kBecauseBytesMax));
    MRG_RETURN_IF_ERROR(
        dependencies_.fork_gate->Resume(publisher, message.id(), message.because(), now));
    ResumePublisherResponse response;
    MRG_ASSIGN_OR_RETURN(const bool frozen, dependencies_.forks->IsFrozen(publisher));
    response.set_frozen(frozen);
    return response;
  }

  absl::Status TakeContent(const grpc::ByteBuffer& bytes, ContentUpload* upload) const {
    MRG_ASSIGN_OR_RETURN(const UploadContentRequest message,
                         UploadedMessage<UploadContentRequest>(bytes));
    MRG_ASSIGN_OR_RETURN(const std::vector<std::string> content, CheckUploadedContent(message));
    MRG_RETURN_IF_ERROR(dependencies_.publisher->KeepContent(content));
    upload->items += content.size();
    upload->complete = message.complete();
    return absl::OkStatus();
  }

  static absl::StatusOr<grpc::ByteBuffer> AnswerUpload(const ContentUpload& upload) {
    if (!upload.complete) {
      return MakeFieldError(Reason::kFieldRequired, "complete", "expected it in the last message");
    }
    UploadContentResponse response;
    response.set_items(upload.items);
    return BufferOf(response);
  }

  absl::StatusOr<std::shared_ptr<Upload>> BeginUpload() {
    std::optional<Admission::Place> place = uploads_.TryEnter();
    if (!place.has_value()) {
      return MakeError(Reason::kOverloaded, "another bundle is being imported");
    }
    MRG_ASSIGN_OR_RETURN(std::unique_ptr<BundleFiles> files,
                         BundleFiles::Create(dependencies_.bundle_folder));
    return std::make_shared<Upload>(Upload{*std::move(place), std::move(files)});
  }

  absl::StatusOr<RepinPublisherResponse> DecideRepin(const RepinPublisherRequest& message,
                                                     absl::Time now) const {
    MRG_ASSIGN_OR_RETURN(MemberId publisher, RequireId<MemberId>("publisher", message.publisher()));
    MRG_RETURN_IF_ERROR(RequireBytes("root", message.root(), kFileBytesMax));
    MRG_RETURN_IF_ERROR(RequireBytesOfSize("root_sha256", message.root_sha256(), kDigestBytes));
    MRG_RETURN_IF_ERROR(RequireText("because", message.because(), kBecauseBytesMax));
    MRG_ASSIGN_OR_RETURN(
        const trustlist::v1::StoredRepin stored,
        dependencies_.repins->Decide(
            {std::move(publisher), message.root(), message.root_sha256(), message.because()}, now));
    RepinPublisherResponse response;
    FillRepin(stored, response.mutable_repin());
    return response;
  }

  absl::StatusOr<grpc::ByteBuffer> Import(const Upload& upload, absl::Time now) const {
    if (!upload.complete) {
      return MakeError(Reason::kBundleMalformed, "the upload ended before it was complete");
    }
    ImportBundleResponse response;
    for (const BundleOutcome& outcome : dependencies_.bundles->Import(*upload.files, now)) {
      gateway::v1::ImportedPublisher* publisher = response.add_publishers();
      publisher->set_publisher(outcome.publisher.value());
      publisher->set_own(outcome.own);
      publisher->set_changed(outcome.changed);
      if (outcome.in_force.has_value()) AddRoles(*outcome.in_force, publisher);
      if (outcome.status.ok()) continue;
      const Reason reason = ReasonOf(outcome.status).value_or(Reason::kInvariantBroken);
      publisher->set_refusal(std::string(TokenOf(reason)));
      publisher->set_detail(std::string(outcome.status.message()));
    }
    return BufferOf(response);
  }

  absl::StatusOr<PublishResponse> PutInForce(const PublishRequest& message, absl::Time now) const {
    MRG_ASSIGN_OR_RETURN(const Publication publication, CheckPublication(message));
    absl::StatusOr<InForceSet> set = dependencies_.publisher->Publish(publication, now);
    if (!set.ok()) {
      environment_.events->WriteFailure(Event::kTrustPublicationRefused, set.status());
      return set.status();
    }
    PublishResponse response;
    AddRoles(*set, &response);
    *response.mutable_in_force_at() = ToTimestamp(now);
    return response;
  }

  absl::StatusOr<GetTrustStateResponse> State() const {
    GetTrustStateResponse response;
    const std::shared_ptr<const TrustView> view = dependencies_.view->View();
    std::map<MemberId, RefreshState> refreshes = dependencies_.state->Publishers();
    if (view != nullptr) {
      for (const auto& [publisher, in_force] : view->publishers()) refreshes[publisher];
    }
    const auto own = refreshes.find(dependencies_.member);
    if (own != refreshes.end()) {
      MRG_RETURN_IF_ERROR(AddPublisher(own->first, view.get(), own->second, &response));
    }
    for (const auto& [publisher, refresh] : refreshes) {
      if (publisher == dependencies_.member) continue;
      MRG_RETURN_IF_ERROR(AddPublisher(publisher, view.get(), refresh, &response));
    }
    if (view != nullptr) {
      response.set_snapshot_id(absl::BytesToHexString(view->recognition()->id()));
    }
    const std::vector<std::string> reasons = dependencies_.state->NotReadyReasons();
    response.set_ready(reasons.empty());
    for (const std::string& reason : reasons) response.add_not_ready_reasons(reason);
    return response;
  }

  // `view`: may be null.
  absl::Status AddPublisher(const MemberId& publisher, const TrustView* view,
                            const RefreshState& refresh, GetTrustStateResponse* response) const {
    gateway::v1::PublisherState* state = response->add_publishers();
    state->set_publisher(publisher.value());
    const TrustView::Publisher* const in_force = view == nullptr ? nullptr : view->Find(publisher);
    if (in_force != nullptr) {
      AddRoles(*in_force->set, state);
      *state->mutable_in_force_at() = ToTimestamp(in_force->since);
    }
    if (refresh.last_refusal.has_value()) {
      state->set_last_refusal(std::string(TokenOf(*refresh.last_refusal)));
    }
    MRG_ASSIGN_OR_RETURN(const std::vector<trustlist::v1::StoredRepin> repins,
                         dependencies_.repins->DecisionsOf(publisher));
    for (const auto& stored : repins) FillRepin(stored, state->add_repins());
    return absl::OkStatus();
  }

  const CallEnvironment environment_;
  const AdminDependencies dependencies_;

  // Self-synchronised. One bundle at a time, since each may take gigabytes.
  Admission uploads_{1};
};

}  // namespace

std::unique_ptr<grpc::Service> NewAdminService(CallEnvironment environment,
                                               AdminDependencies dependencies) {
  return std::make_unique<AdminServiceImpl>(environment, std::move(dependencies));
}

}  // namespace mrg
