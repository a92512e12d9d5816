#include "gateway/answer/publication_answers.h"

#include <string>
#include <vector>

#include "gateway/answer/publication_request.h"
#include "gateway/answer/trust_state_fields.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {

absl::StatusOr<gateway::v1::PublishResponse> Publish(RepositoryPublisher* publisher,
                                                     EventLog* events,
                                                     const gateway::v1::PublishRequest& message,
                                                     absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const Publication publication, CheckPublication(message));
  const absl::StatusOr<InForceSet> set = publisher->Publish(publication, now);
  if (!set.ok()) {
    events->WriteFailure(Event::kTrustPublicationRefused, set.status());
    return set.status();
  }
  gateway::v1::PublishResponse response;
  AddRoles(*set, response.mutable_roles());
  *response.mutable_in_force_at() = ToTimestamp(now);
  return response;
}

absl::Status ContentUpload::Take(const gateway::v1::UploadContentRequest& message) {
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> content, CheckUploadedContent(message));
  MRG_RETURN_IF_ERROR(publisher_->KeepContent(content));
  items_ += content.size();
  complete_ = message.complete();
  return absl::OkStatus();
}

absl::StatusOr<gateway::v1::UploadContentResponse> ContentUpload::Finish() const {
  if (!complete_) {
    return MakeFieldError(Reason::kFieldRequired, "complete", "expected it in the last message");
  }
  gateway::v1::UploadContentResponse response;
  response.set_items(items_);
  return response;
}

}  // namespace mrg
