#include "gateway/answer/dispute_views.h"

#include <optional>
#include <string>
#include <utility>

#include "gateway/answer/queue_worker.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

using dispute::v1::Dispute;
using dispute::v1::GetDisputeRequest;
using dispute::v1::GetDisputeResponse;
using dispute::v1::ListDisputesRequest;
using dispute::v1::ListDisputesResponse;
using dispute::v1::WatchDisputeRequest;

constexpr size_t kDisputeIdBytesMax = 100;
constexpr size_t kQueueBytesMax = 64;
constexpr size_t kPageTokenBytesMax = 512;

DisputeVisible VisibleTo(const SpiffeId& caller, const MemberId& own) {
  return [caller = caller.value(), worker = WorkerOf(caller), own](const Dispute& dispute) {
    return dispute.filer() == caller || (worker.has_value() && dispute.queue() == worker->queue &&
                                         dispute.owner_member() == own.value());
  };
}

bool IsOver(const Dispute& dispute) {
  return dispute.state() == dispute::v1::DISPUTE_STATE_CLOSED ||
         dispute.state() == dispute::v1::DISPUTE_STATE_REFUSED;
}

absl::StatusOr<DisputeView> Read(const DisputeShelf& shelf, const SpiffeId& caller,
                                 const std::string& dispute, absl::Time now) {
  MRG_RETURN_IF_ERROR(RequireText("dispute", dispute, kDisputeIdBytesMax));
  return shelf.reader->Get(dispute, VisibleTo(caller, shelf.member), now);
}

}  // namespace

absl::StatusOr<GetDisputeResponse> GetDispute(const DisputeShelf& shelf, const SpiffeId& caller,
                                              const GetDisputeRequest& message, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(DisputeView view, Read(shelf, caller, message.dispute(), now));
  GetDisputeResponse response;
  *response.mutable_dispute() = std::move(view.dispute);
  for (std::string& event : view.events) response.add_events(std::move(event));
  return response;
}

absl::StatusOr<ListDisputesResponse> ListDisputes(const DisputeShelf& shelf, const SpiffeId& caller,
                                                  const ListDisputesRequest& message,
                                                  absl::Time now) {
  MRG_RETURN_IF_ERROR(OptionalText("page_token", message.page_token(), kPageTokenBytesMax));
  MRG_RETURN_IF_ERROR(OptionalText("queue", message.queue(), kQueueBytesMax));
  if (!dispute::v1::DisputeState_IsValid(message.state())) {
    return MakeFieldError(Reason::kEnumUnspecified, "state", "expected a known state, or none");
  }
  const std::optional<Worker> worker = WorkerOf(caller);
  DisputeQuery query;
  if (worker.has_value()) {
    query.queue = worker->queue;
    if (!message.queue().empty() && message.queue() != worker->queue) {
      return ListDisputesResponse();  // nothing there that the caller may see
    }
  } else {
    query.filer = caller;
    query.queue = message.queue();
  }
  query.state = message.state();
  query.visible = VisibleTo(caller, shelf.member);
  query.page_size = message.page_size();
  query.page_token = message.page_token();
  MRG_ASSIGN_OR_RETURN(DisputePage page, shelf.reader->List(query, now));
  ListDisputesResponse response;
  for (Dispute& dispute : page.disputes) *response.add_disputes() = std::move(dispute);
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

absl::Status CheckWatchRequest(const WatchDisputeRequest& message) {
  return RequireText("dispute", message.dispute(), kDisputeIdBytesMax);
}

absl::StatusOr<WatchedDispute> WatchDispute(const DisputeShelf& shelf, const SpiffeId& caller,
                                            const WatchDisputeRequest& message, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(DisputeView view, Read(shelf, caller, message.dispute(), now));
  WatchedDispute watched;
  watched.is_over = IsOver(view.dispute);
  *watched.shown.mutable_dispute() = std::move(view.dispute);
  return watched;
}

}  // namespace mrg
