#include "gateway/rpc/peers/grpc_fetcher.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "grpcpp/client_context.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "trustlist/format/metadata_limits.h"

namespace mrg {
namespace {

using trustlist::v1::TrustRepositoryService;

// What the client workflow may see of a peer's answer: "I do not hold it", "too long", or "it did
// not work"; a peer's other reasons are about the call and not about the repository.
absl::Status FetchStatus(const grpc::Status& answer) {
  const absl::Status status = GrpcToStatus(answer);
  if (status.ok()) return status;
  const std::optional<Reason> reason = ReasonOf(status);
  if (reason == Reason::kMetadataNotFound || reason == Reason::kTargetNotFound ||
      reason == Reason::kTreeNodeNotFound) {
    return status;
  }
  // gRPC itself cuts messages that are longer than the channel takes.
  if (answer.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED && !reason.has_value()) {
    return MakeError(Reason::kMetadataTooLong, "the answer is longer than a channel takes");
  }
  return MakeError(Reason::kFetchFailed, absl::StrCat("the call failed: ", status.message()));
}

absl::StatusOr<std::string> Bounded(std::string content, size_t bytes_max) {
  if (content.size() <= bytes_max) return content;
  return MakeError(Reason::kMetadataTooLong,
                   absl::StrCat("expected at most ", bytes_max, " bytes, got ", content.size()));
}

// Takes the timestamps out of an answer that keeps the bounds of one. Which versions they are, and
// whether they follow one another, the client reads from the files.
absl::StatusOr<std::vector<std::string>> TakeTimestamps(
    int64_t first, int64_t last, size_t bytes_max,
    trustlist::v1::ListTimestampsResponse* response) {
  const int64_t count = response->timestamps_size();
  if (count < 1 || count > static_cast<int64_t>(kTimestampsPerFetchMax) ||
      count > last - first + 1) {
    return MakeError(Reason::kFetchFailed, "expected one to as many timestamps as were asked for");
  }
  const int64_t next = first + count > last ? 0 : first + count;
  if (response->next_version() != next) {
    return MakeError(Reason::kFetchFailed, "the answer does not go on where it ends");
  }
  std::vector<std::string> timestamps;
  size_t bytes = 0;
  for (std::string& one : *response->mutable_timestamps()) {
    MRG_ASSIGN_OR_RETURN(std::string bounded, Bounded(std::move(one), bytes_max));
    bytes += bounded.size();
    timestamps.push_back(std::move(bounded));
  }
  if (timestamps.size() > 1 && bytes > kTimestampAnswerBytesMax) {
    return MakeError(Reason::kMetadataTooLong, "the timestamps are longer than one answer");
  }
  return timestamps;
}

}  // namespace

struct GrpcFetcher::Stub {
  std::unique_ptr<TrustRepositoryService::Stub> service;
  CallsUnderWay* calls;

  // Makes one call; `Method` is a member function of the stub.
  template <typename Response, typename Method, typename Request>
  absl::StatusOr<Response> Call(Method method, const Request& request, absl::Time deadline) const {
    Response response;
    MRG_RETURN_IF_ERROR(FetchStatus(calls->Make(deadline, [&](grpc::ClientContext* context) {
      return ((*service).*method)(context, request, &response);
    })));
    return response;
  }
};

GrpcFetcher::GrpcFetcher(MemberId publisher, std::shared_ptr<grpc::Channel> channel,
                         absl::Duration timeout, CallsUnderWay* calls, const Clock* clock)
    : publisher_(std::move(publisher)),
      timeout_(timeout),
      clock_(clock),
      stub_(std::make_unique<Stub>(Stub{TrustRepositoryService::NewStub(channel), calls})) {}

GrpcFetcher::~GrpcFetcher() = default;

absl::StatusOr<std::string> GrpcFetcher::FetchMetadata(absl::string_view role,
                                                       std::optional<int64_t> version,
                                                       size_t bytes_max) {
  trustlist::v1::GetMetadataRequest request;
  request.set_publisher(publisher_.value());
  request.set_role(std::string(role));
  request.set_version(version.value_or(0));
  MRG_ASSIGN_OR_RETURN(auto response, stub_->Call<trustlist::v1::GetMetadataResponse>(
                                          &TrustRepositoryService::Stub::GetMetadata, request,
                                          clock_->Now() + timeout_));
  return Bounded(std::move(*response.mutable_content()), bytes_max);
}

absl::StatusOr<std::string> GrpcFetcher::FetchTarget(absl::string_view path,
                                                     absl::string_view sha256, size_t bytes_max) {
  trustlist::v1::GetTargetRequest request;
  request.set_publisher(publisher_.value());
  request.set_path(std::string(path));
  request.set_sha256(std::string(sha256));
  MRG_ASSIGN_OR_RETURN(auto response, stub_->Call<trustlist::v1::GetTargetResponse>(
                                          &TrustRepositoryService::Stub::GetTarget, request,
                                          clock_->Now() + timeout_));
  return Bounded(std::move(*response.mutable_content()), bytes_max);
}

absl::StatusOr<std::vector<std::string>> GrpcFetcher::FetchNodes(
    const std::vector<std::string>& sha256) {
  trustlist::v1::GetTreeNodesRequest request;
  request.set_publisher(publisher_.value());
  for (const std::string& digest : sha256) request.add_sha256(digest);
  MRG_ASSIGN_OR_RETURN(auto response, stub_->Call<trustlist::v1::GetTreeNodesResponse>(
                                          &TrustRepositoryService::Stub::GetTreeNodes, request,
                                          clock_->Now() + timeout_));
  if (response.nodes().empty() || response.nodes_size() > request.sha256_size()) {
    return MakeError(Reason::kFetchFailed, "expected one to as many nodes as were asked for");
  }
  return std::vector<std::string>(std::make_move_iterator(response.mutable_nodes()->begin()),
                                  std::make_move_iterator(response.mutable_nodes()->end()));
}

absl::StatusOr<std::vector<std::string>> GrpcFetcher::FetchTimestamps(int64_t first, int64_t last,
                                                                      size_t bytes_max) {
  trustlist::v1::ListTimestampsRequest request;
  request.set_publisher(publisher_.value());
  request.set_first_version(first);
  request.set_last_version(last);
  MRG_ASSIGN_OR_RETURN(auto response, stub_->Call<trustlist::v1::ListTimestampsResponse>(
                                          &TrustRepositoryService::Stub::ListTimestamps, request,
                                          clock_->Now() + timeout_));
  return TakeTimestamps(first, last, bytes_max, &response);
}

}  // namespace mrg
