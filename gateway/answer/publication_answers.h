#ifndef MRG_GATEWAY_ANSWER_PUBLICATION_ANSWERS_H_
#define MRG_GATEWAY_ANSWER_PUBLICATION_ANSWERS_H_

// The answers to Publish and UploadContent: an operator puts the product of a signing ceremony in
// force, and sends ahead what does not fit in one message with it.

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "trustlist/repository/repository_publisher.h"

namespace mrg {

// Result: what is in force afterwards. A publication that the publisher refused is told to
// `events`, too. Errors: as CheckPublication and RepositoryPublisher::Publish. Thread-safe.
absl::StatusOr<gateway::v1::PublishResponse> Publish(RepositoryPublisher* publisher,
                                                     EventLog* events,
                                                     const gateway::v1::PublishRequest& message,
                                                     absl::Time now);

// Content on its way in, message by message. Threads: one call at a time.
class ContentUpload {
 public:
  // `publisher` must outlive this.
  explicit ContentUpload(RepositoryPublisher* publisher) : publisher_(publisher) {}

  // Keeps what the message brings. Errors: as CheckUploadedContent and KeepContent.
  absl::Status Take(const gateway::v1::UploadContentRequest& message);
  // After the last message. Errors: FIELD_REQUIRED when it did not say that it was the last one.
  absl::StatusOr<gateway::v1::UploadContentResponse> Finish() const;

 private:
  RepositoryPublisher* const publisher_;
  uint64_t items_ = 0;
  bool complete_ = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_PUBLICATION_ANSWERS_H_
