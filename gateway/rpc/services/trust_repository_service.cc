#include "gateway/rpc/services/trust_repository_service.h"

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/answer/repository_answers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/raw_service.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"

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

// Feeds the stream with a hint for each change of what is watched; nothing named: of everything.
absl::Status Follow(TrustHints* hints, const WatchRequest& request, LatestStream* stream) {
  MRG_ASSIGN_OR_RETURN(const std::set<std::string> watched, WatchedPublishers(request));
  stream->SetSource(
      hints->Subscribe([stream, watched](const std::string& publisher, int64_t version) {
        if (!watched.empty() && !watched.contains(publisher)) return;
        WatchResponse hint;
        hint.set_publisher(publisher);
        hint.set_timestamp_version(version);
        stream->Put(publisher, BufferOf(hint));
      }));
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<grpc::Service> NewTrustRepositoryService(CallEnvironment environment,
                                                         const RepositoryReader* reader,
                                                         HeadDesk* heads, TrustHints* hints,
                                                         OpenStreams* streams) {
  auto service = std::make_unique<RawService>(LabelValue(kService), environment);
  service->Add<GetMetadataRequest, GetMetadataResponse>(
      "GetMetadata", [reader](const CallContext&, const GetMetadataRequest& message) {
        return mrg::GetMetadata(*reader, message);
      });
  service->Add<ListTimestampsRequest, ListTimestampsResponse>(
      "ListTimestamps", [reader](const CallContext&, const ListTimestampsRequest& message) {
        return mrg::ListTimestamps(*reader, message);
      });
  service->Add<GetTargetRequest, GetTargetResponse>(
      "GetTarget", [reader](const CallContext&, const GetTargetRequest& message) {
        return mrg::GetTarget(*reader, message);
      });
  service->Add<GetTreeNodesRequest, GetTreeNodesResponse>(
      "GetTreeNodes", [reader](const CallContext&, const GetTreeNodesRequest& message) {
        return mrg::GetTreeNodes(*reader, message);
      });
  service->Add<ExchangeHeadsRequest, ExchangeHeadsResponse>(
      "ExchangeHeads", [heads](const CallContext& call, const ExchangeHeadsRequest& message) {
        absl::StatusOr<ExchangeHeadsResponse> answer = heads->Answer(message);
        if (answer.ok()) *answer->mutable_answered_at() = ToTimestamp(call.now);
        return answer;
      });
  service->AddWatch<WatchRequest>(
      "Watch", streams,
      [hints](const CallContext&, const WatchRequest& message, LatestStream* stream) {
        return Follow(hints, message, stream);
      });
  return service;
}

}  // namespace mrg
