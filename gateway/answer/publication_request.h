#ifndef MRG_GATEWAY_ANSWER_PUBLICATION_REQUEST_H_
#define MRG_GATEWAY_ANSWER_PUBLICATION_REQUEST_H_

// What an operator publishes, checked before the publisher looks at it.
//
// Thread-safe: pure functions.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "trustlist/repository/repository_publisher.h"

namespace mrg {

// Result: the publication as it was asked for. Errors: FIELD_REQUIRED, FIELD_TOO_LONG,
// FIELD_NOT_UTF8, FIELD_MALFORMED with the field's path.
absl::StatusOr<Publication> CheckPublication(const gateway::v1::PublishRequest& message);

// Result: the content of one message of an upload, in its order. Errors: FIELD_TOO_LONG with the
// field's path.
absl::StatusOr<std::vector<std::string>> CheckUploadedContent(
    const gateway::v1::UploadContentRequest& message);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_PUBLICATION_REQUEST_H_
