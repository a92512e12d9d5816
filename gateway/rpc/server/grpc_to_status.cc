#include "gateway/rpc/server/grpc_to_status.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace mrg {
namespace {

absl::Status WithoutReason(const grpc::Status& status) {
  const int code = static_cast<int>(status.error_code());
  const bool known = code > 0 && code <= static_cast<int>(absl::StatusCode::kUnauthenticated);
  return absl::Status(known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown,
                      status.error_message());
}

}  // namespace

absl::Status GrpcToStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status detailed;
  if (!detailed.ParseFromString(status.error_details())) return WithoutReason(status);

  std::optional<Reason> reason;
  std::string field;
  for (const google::protobuf::Any& detail : detailed.details()) {
    google::rpc::ErrorInfo error_info;
    google::rpc::BadRequest bad_request;
    if (detail.UnpackTo(&error_info)) {
      const std::string& domain = error_info.domain();
      if (domain == kErrorDomain || domain == kFormerErrorDomain) {
        reason = ReasonFromToken(error_info.reason());
      }
    } else if (detail.UnpackTo(&bad_request) && bad_request.field_violations_size() > 0) {
      field = bad_request.field_violations(0).field();
    }
  }
  if (!reason.has_value()) return WithoutReason(status);

  // MakeError puts the token and the field in front again.
  const std::string& message = status.error_message();
  absl::string_view text = message;
  absl::ConsumePrefix(&text, absl::StrCat(TokenOf(*reason), ": "));
  if (field.empty()) return MakeError(*reason, text);
  absl::ConsumePrefix(&text, absl::StrCat(field, ": "));
  return MakeFieldError(*reason, field, text);
}

}  // namespace mrg
