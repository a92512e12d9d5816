#include "gateway/web/rest_answer.h"

#include <utility>

#include "absl/status/statusor.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "gateway/web/json_message.h"

namespace mrg {

int HttpStatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return 200;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return 400;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
      return 409;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kCancelled:
      return 499;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kUnavailable:
      return 503;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

HttpAnswer JsonAnswer(int http_status, std::string json) {
  return {http_status,
          {{"Content-Type", "application/json; charset=utf-8"},
           {"Cache-Control", "no-store"},
           {"X-Content-Type-Options", "nosniff"}},
          std::move(json)};
}

HttpAnswer ErrorAnswer(const absl::Status& status, int http_status) {
  const google::rpc::Status detailed = DetailedStatus(status);
  if (http_status == 0) http_status = HttpStatusOf(static_cast<absl::StatusCode>(detailed.code()));
  return JsonAnswer(http_status, JsonOf(detailed).value_or("{}"));
}

}  // namespace mrg
