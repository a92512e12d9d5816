#include "gateway/rpc/services/trust_repository_service.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/rpc/server/latest_stream.h"
#include "gateway/rpc/server/raw_call.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

using trustlist::v1::ExchangeHeadsRequest;
using trustlist::v1::ExchangeHeadsResponse;
using trustlist::v1::GetMetadataRequest;
using trustlist::v1::GetMetadataResponse;
using trustlist::v1::GetTargetRequest;
using trustlist::v1::GetTargetResponse;
using trustlist::v1::GetTreeNodesRequest;
using trustlist::v1::GetTreeNodesResponse;
using trustlist::v1::ListTimestampsRequest;
using trustlist::v1::ListTimestampsResponse;
using trustlist::v1::WatchRequest;
using trustlist::v1::WatchResponse;

constexpr char kService[] = "mrg.trustlist.v1.TrustRepositoryService";
constexpr size_t kRoleBytesMax = 64;
constexpr size_t kPathBytesMax = 256;
constexpr size_t kWatchedMax = 64;

using Base = trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_GetMetadata<
    trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_ListTimestamps<
        trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_GetTarget<
            trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_GetTreeNodes<
                trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_ExchangeHeads<
                    trustlist::v1::TrustRepositoryService::WithRawCallbackMethod_Watch<
                        trustlist::v1::TrustRepositoryService::Service>>>>>>;

class TrustRepositoryServiceImpl : public Base {
 public:
  TrustRepositoryServiceImpl(CallEnvironment environment, const RepositoryReader* reader,
                             HeadDesk* heads, TrustHints* hints, OpenStreams* streams)
      : environment_(environment),
        reader_(reader),
        heads_(heads),
        hints_(hints),
        streams_(streams) {}

  grpc::ServerUnaryReactor* GetMetadata(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return HandleRaw<GetMetadataRequest, GetMetadataResponse>(
        context, environment_, kService, "GetMetadata", request, response,
        [this](const CallContext&, const GetMetadataRequest& message) {
          return Metadata(message);
        });
  }

  grpc::ServerUnaryReactor* ListTimestamps(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override {
    return HandleRaw<ListTimestampsRequest, ListTimestampsResponse>(
        context, environment_, kService, "ListTimestamps", request, response,
        [this](const CallContext&, const ListTimestampsRequest& message) {
          return Timestamps(message);
        });
  }

  grpc::ServerUnaryReactor* GetTarget(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return HandleRaw<GetTargetRequest, GetTargetResponse>(
        context, environment_, kService, "GetTarget", request, response,
        [this](const CallContext&, const GetTargetRequest& message) { return Target(message); });
  }

  grpc::ServerUnaryReactor* GetTreeNodes(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    return HandleRaw<GetTreeNodesRequest, GetTreeNodesResponse>(
        context, environment_, kService, "GetTreeNodes", request, response,
        [this](const CallContext&, const GetTreeNodesRequest& message) { return Nodes(message); });
  }

  grpc::ServerUnaryReactor* ExchangeHeads(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return HandleRaw<ExchangeHeadsRequest, ExchangeHeadsResponse>(
        context, environment_, kService, "ExchangeHeads", request, response,
        [this](const CallContext&, const ExchangeHeadsRequest& message) {
          return heads_->Answer(message);
        });
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request) override {
    const absl::Duration started = environment_.clock->Monotonic();
    const OpenStreams::Opened opened = streams_->Open([this, started](int code) {
      environment_.metrics->RecordHandled(kService, "Watch", code,
                                          environment_.clock->Monotonic() - started);
    });
    if (!opened.admitted) return opened.stream;
    LatestStream* const stream = opened.stream;
    const absl::StatusOr<std::set<std::string>> watched = AdmitWatch(context, *request);
    if (!watched.ok()) {
      stream->End(StatusToGrpc(watched.status()));
      return stream;
    }
    stream->SetSource(hints_->Subscribe(
        [stream, watched = *watched](const std::string& publisher, int64_t version) {
          if (!watched.empty() && !watched.contains(publisher)) return;
          WatchResponse hint;
          hint.set_publisher(publisher);
          hint.set_timestamp_version(version);
          stream->Put(publisher, BufferOf(hint));
        }));
    return stream;
  }

 private:
  absl::StatusOr<GetMetadataResponse> Metadata(const GetMetadataRequest& message) const {
    MRG_ASSIGN_OR_RETURN(const MemberId publisher,
                         RequireId<MemberId>("publisher", message.publisher()));
    MRG_RETURN_IF_ERROR(RequireText("role", message.role(), kRoleBytesMax));
    if (!CheckRoleName(message.role()).ok()) {
      return MakeFieldError(Reason::kFieldMalformed, "role",
                            "expected a role name, [a-z0-9][a-z0-9-]{0,63}");
    }
    if (message.version() < 0) {
      return MakeFieldError(Reason::kFieldMalformed, "version", "expected 0 or more");
    }
    std::optional<int64_t> version;
    if (message.version() > 0) version = message.version();
    absl::StatusOr<std::string> found;
    if (message.signed_sha256().empty()) {
      found = reader_->ReadMetadata(publisher, message.role(), version);
    } else {
      MRG_RETURN_IF_ERROR(
          RequireBytesOfSize("signed_sha256", message.signed_sha256(), kDigestBytes));
      found = reader_->ReadSigned(publisher, message.role(), message.version(),
                                  message.signed_sha256());
    }
    MRG_ASSIGN_OR_RETURN(std::string content, std::move(found));
    GetMetadataResponse response;
    response.set_content(std::move(content));
    return response;
  }

  absl::StatusOr<ListTimestampsResponse> Timestamps(const ListTimestampsRequest& message) const {
    MRG_ASSIGN_OR_RETURN(const MemberId publisher,
                         RequireId<MemberId>("publisher", message.publisher()));
    if (message.first_version() < 1) {
      return MakeFieldError(Reason::kFieldMalformed, "first_version", "expected 1 or more");
    }
    if (message.last_version() < message.first_version()) {
      return MakeFieldError(Reason::kFieldMalformed, "last_version",
                            "expected first_version or more");
    }
    MRG_ASSIGN_OR_RETURN(
        std::vector<std::string> timestamps,
        reader_->ReadTimestamps(publisher, message.first_version(), message.last_version()));
    ListTimestampsResponse response;
    const int64_t after = message.first_version() + static_cast<int64_t>(timestamps.size());
    if (after <= message.last_version()) response.set_next_version(after);
    for (std::string& timestamp : timestamps) response.add_timestamps(std::move(timestamp));
    return response;
  }

  absl::StatusOr<GetTargetResponse> Target(const GetTargetRequest& message) const {
    MRG_ASSIGN_OR_RETURN(const MemberId publisher,
                         RequireId<MemberId>("publisher", message.publisher()));
    MRG_RETURN_IF_ERROR(RequireText("path", message.path(), kPathBytesMax));
    if (!CheckTargetPath(message.path()).ok()) {
      return MakeFieldError(Reason::kFieldMalformed, "path",
                            "expected segments of [A-Za-z0-9._-]+, none of them \".\" or \"..\"");
    }
    MRG_RETURN_IF_ERROR(RequireBytesOfSize("sha256", message.sha256(), kDigestBytes));
    MRG_ASSIGN_OR_RETURN(std::string content,
                         reader_->ReadTarget(publisher, message.path(), message.sha256()));
    GetTargetResponse response;
    response.set_content(std::move(content));
    return response;
  }

  absl::StatusOr<GetTreeNodesResponse> Nodes(const GetTreeNodesRequest& message) const {
    MRG_RETURN_IF_ERROR(RequireId<MemberId>("publisher", message.publisher()).status());
    if (message.sha256().empty()) {
      return MakeFieldError(Reason::kFieldRequired, "sha256", "expected at least one digest");
    }
    MRG_RETURN_IF_ERROR(
        RequireAtMost("sha256", static_cast<size_t>(message.sha256_size()), kNodesPerFetchMax));
    for (int i = 0; i < message.sha256_size(); ++i) {
      MRG_RETURN_IF_ERROR(
          RequireBytesOfSize(absl::StrCat("sha256[", i, "]"), message.sha256(i), kDigestBytes));
    }
    const std::vector<std::string> digests(message.sha256().begin(), message.sha256().end());
    MRG_ASSIGN_OR_RETURN(std::vector<std::string> nodes, reader_->ReadNodes(digests));
    GetTreeNodesResponse response;
    for (std::string& node : nodes) response.add_nodes(std::move(node));
    return response;
  }

  // Result: the publishers to watch; empty: all.
  absl::StatusOr<std::set<std::string>> AdmitWatch(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer& request) const {
    MRG_ASSIGN_OR_RETURN(SpiffeId identity, environment_.identity->Of(*context->auth_context(),
                                                                      environment_.clock->Now()));
    MRG_RETURN_IF_ERROR(environment_.authorization->Authorize(
        {std::move(identity), absl::StrCat(kService, "/Watch")}));
    WatchRequest message;
    MRG_RETURN_IF_ERROR(ParseRequest(BytesOf(request), &message));
    MRG_RETURN_IF_ERROR(
        RequireAtMost("publishers", static_cast<size_t>(message.publishers_size()), kWatchedMax));
    std::set<std::string> publishers;
    for (int i = 0; i < message.publishers_size(); ++i) {
      MRG_ASSIGN_OR_RETURN(
          const MemberId publisher,
          RequireId<MemberId>(absl::StrCat("publishers[", i, "]"), message.publishers(i)));
      publishers.insert(publisher.value());
    }
    return publishers;
  }

  const CallEnvironment environment_;
  const RepositoryReader* const reader_;
  HeadDesk* const heads_;
  TrustHints* const hints_;
  OpenStreams* const streams_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewTrustRepositoryService(CallEnvironment environment,
                                                         const RepositoryReader* reader,
                                                         HeadDesk* heads, TrustHints* hints,
                                                         OpenStreams* streams) {
  return std::make_unique<TrustRepositoryServiceImpl>(environment, reader, heads, hints, streams);
}

}  // namespace mrg
