#include "gateway/answer/dispute_views.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
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

bool IsAuditor(const SpiffeId& caller) {
  const std::vector<std::string> path = absl::StrSplit(caller.path(), '/');
  return path.size() == 3 && path[1] == "auditor" && !path[2].empty();
}

// What an auditor is shown. Field by field, so that a new one is hidden until somebody decides that
// it may be seen. Left out are the words of filer and worker; who filed, since a name may stand in
// the identity; and the digest of the receipt, by which who knows the record of the log could try
// out what the receipt says of the licence.
Dispute WithoutContent(const Dispute& dispute) {
  Dispute shown;
  shown.set_name(dispute.name());
  shown.set_kind(dispute.kind());
  shown.set_state(dispute.state());
  shown.set_owner_member(dispute.owner_member());
  shown.set_owner_epoch(dispute.owner_epoch());
  shown.set_queue(dispute.queue());
  shown.set_type_code(dispute.type_code());
  shown.set_issuing_jurisdiction(dispute.issuing_jurisdiction());
  shown.set_using_jurisdiction(dispute.using_jurisdiction());
  if (dispute.has_filed_at()) *shown.mutable_filed_at() = dispute.filed_at();
  if (dispute.has_accepted_at()) *shown.mutable_accepted_at() = dispute.accepted_at();
  if (dispute.has_closed_at()) *shown.mutable_closed_at() = dispute.closed_at();
  if (dispute.has_due_at()) *shown.mutable_due_at() = dispute.due_at();
  shown.set_due_provisional(dispute.due_provisional());
  shown.set_decision(dispute.decision());
  shown.set_last_sequence(dispute.last_sequence());
  return shown;
}

bool IsOver(const Dispute& dispute) {
  return dispute.state() == dispute::v1::DISPUTE_STATE_CLOSED ||
         dispute.state() == dispute::v1::DISPUTE_STATE_REFUSED;
}

// `visible`: as DisputeReader.
absl::StatusOr<DisputeView> Read(const DisputeShelf& shelf, const std::string& dispute,
                                 const DisputeVisible& visible, absl::Time now) {
  MRG_RETURN_IF_ERROR(RequireText("dispute", dispute, kDisputeIdBytesMax));
  return shelf.reader->Get(dispute, visible, now);
}

}  // namespace

absl::StatusOr<GetDisputeResponse> GetDispute(const DisputeShelf& shelf, const SpiffeId& caller,
                                              const GetDisputeRequest& message, absl::Time now) {
  const DisputeVisible sees = VisibleTo(caller, shelf.member);
  MRG_ASSIGN_OR_RETURN(DisputeView view, Read(shelf, message.dispute(),
                                              IsAuditor(caller) ? DisputeVisible() : sees, now));
  GetDisputeResponse response;
  if (!sees(view.dispute)) {
    *response.mutable_dispute() = WithoutContent(view.dispute);
    return response;
  }
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
  const DisputeVisible sees = VisibleTo(caller, shelf.member);
  DisputeQuery query;
  query.visible = sees;
  if (worker.has_value()) {
    query.queue = worker->queue;
    if (!message.queue().empty() && message.queue() != worker->queue) {
      return ListDisputesResponse();  // nothing there that the caller may see
    }
  } else {
    query.queue = message.queue();
    if (IsAuditor(caller)) {
      query.visible = nullptr;
    } else {
      query.filer = caller;
    }
  }
  query.state = message.state();
  query.page_size = message.page_size();
  query.page_token = message.page_token();
  MRG_ASSIGN_OR_RETURN(DisputePage page, shelf.reader->List(query, now));
  ListDisputesResponse response;
  for (Dispute& dispute : page.disputes) {
    *response.add_disputes() = sees(dispute) ? std::move(dispute) : WithoutContent(dispute);
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

absl::Status CheckWatchRequest(const WatchDisputeRequest& message) {
  return RequireText("dispute", message.dispute(), kDisputeIdBytesMax);
}

absl::StatusOr<WatchedDispute> WatchDispute(const DisputeShelf& shelf, const SpiffeId& caller,
                                            const WatchDisputeRequest& message, absl::Time now) {
  MRG_ASSIGN_OR_RETURN(DisputeView view,
                       Read(shelf, message.dispute(), VisibleTo(caller, shelf.member), now));
  WatchedDispute watched;
  watched.is_over = IsOver(view.dispute);
  *watched.shown.mutable_dispute() = std::move(view.dispute);
  return watched;
}

}  // namespace mrg
