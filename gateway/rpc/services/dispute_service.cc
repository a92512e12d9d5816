#include "gateway/rpc/services/dispute_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/status_macros.h"
#include "gateway/rpc/server/raw_service.h"
#include "mrg/dispute/v1/dispute_service.pb.h"

namespace mrg {
namespace {

using dispute::v1::FileDisputeRequest;
using dispute::v1::FileDisputeResponse;
using dispute::v1::GetDisputeRequest;
using dispute::v1::GetDisputeResponse;
using dispute::v1::ListDisputesRequest;
using dispute::v1::ListDisputesResponse;
using dispute::v1::WatchDisputeRequest;

constexpr char kService[] = "mrg.dispute.v1.DisputeService";

// What the methods share.
struct Desk {
  Desk(const CallEnvironment& environment, DisputeDependencies parts)
      : clock(environment.clock), dependencies(std::move(parts)), filing(dependencies.filing) {}

  // Feeds the stream: the dispute now, then after each change, until it is over.
  absl::Status Follow(const SpiffeId& caller, const WatchDisputeRequest& message,
                      LatestStream* stream) const;
  absl::Status Send(const SpiffeId& caller, const WatchDisputeRequest& message,
                    LatestStream* stream) const;

  const Clock* const clock;
  const DisputeDependencies dependencies;
  const DisputeFiling filing;
};

absl::Status Desk::Follow(const SpiffeId& caller, const WatchDisputeRequest& message,
                          LatestStream* stream) const {
  MRG_RETURN_IF_ERROR(CheckWatchRequest(message));
  const auto send = [this, caller, message, stream] { return Send(caller, message, stream); };
  // Watched first and read then, so that no change in between is missed.
  stream->SetSource(dependencies.watchers->Add(message.dispute(), [send, stream] {
    const absl::Status status = send();
    if (!status.ok()) stream->End(status);
  }));
  return send();
}

absl::Status Desk::Send(const SpiffeId& caller, const WatchDisputeRequest& message,
                        LatestStream* stream) const {
  MRG_ASSIGN_OR_RETURN(const WatchedDispute watched,
                       mrg::WatchDispute(dependencies.shelf, caller, message, clock->Now()));
  stream->Put(message.dispute(), BufferOf(watched.shown));
  if (watched.is_over) stream->End(absl::OkStatus());
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<RawService> NewDisputeService(CallEnvironment environment,
                                              DisputeDependencies dependencies) {
  const auto desk = std::make_shared<const Desk>(environment, std::move(dependencies));
  auto service = std::make_unique<RawService>(LabelValue(kService), environment);
  service->Add<FileDisputeRequest, FileDisputeResponse>(
      "FileDispute", [desk](const CallContext& call, const FileDisputeRequest& message) {
        return desk->filing.File(call.caller, message, call.now);
      });
  service->Add<GetDisputeRequest, GetDisputeResponse>(
      "GetDispute", [desk](const CallContext& call, const GetDisputeRequest& message) {
        return mrg::GetDispute(desk->dependencies.shelf, call.caller.identity, message, call.now);
      });
  service->Add<ListDisputesRequest, ListDisputesResponse>(
      "ListDisputes", [desk](const CallContext& call, const ListDisputesRequest& message) {
        return mrg::ListDisputes(desk->dependencies.shelf, call.caller.identity, message, call.now);
      });
  service->AddWatch<WatchDisputeRequest>(
      "WatchDispute", desk->dependencies.streams,
      [desk](const CallContext& call, const WatchDisputeRequest& message, LatestStream* stream) {
        return desk->Follow(call.caller.identity, message, stream);
      });
  return service;
}

}  // namespace mrg
