#include "gateway/rpc/server/status_to_grpc.h"

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/field_violations.h"
#include "gateway/base/reason.h"
#include "google/protobuf/message.h"
#include "google/rpc/error_details.pb.h"

namespace mrg {
namespace {

// When an overloaded node should be asked again: longer than a full queue takes to drain.
constexpr absl::Duration kOverloadedRetryDelay = absl::Seconds(1);

void AddDetail(const google::protobuf::Message& detail, google::rpc::Status* status) {
  status->add_details()->PackFrom(detail);
}

}  // namespace

absl::string_view ErrorDomainOf(absl::string_view service) {
  const bool is_of_nodes = absl::StartsWith(service, "mrg.trustlist.v1.") ||
                           service == "mrg.dispute.v1.DisputeRelayService";
  return is_of_nodes ? kFormerErrorDomain : kErrorDomain;
}

google::rpc::Status DetailedStatus(const absl::Status& status, absl::string_view domain) {
  const std::optional<Reason> known = ReasonOf(status);
  if (!known.has_value()) {
    return DetailedStatus(
        MakeError(Reason::kInvariantBroken, "an error without a reason reached the caller"),
        domain);
  }
  const ReasonInfo& info = InfoOf(*known);

  google::rpc::Status detailed;
  detailed.set_code(static_cast<int>(status.code()));
  detailed.set_message(std::string(status.message()));

  google::rpc::ErrorInfo error_info;
  error_info.set_reason(std::string(info.token));
  error_info.set_domain(std::string(domain));
  (*error_info.mutable_metadata())["next_step"] = std::string(info.next_step);
  (*error_info.mutable_metadata())["next_step_zh"] = std::string(info.next_step_zh);
  AddDetail(error_info, &detailed);

  google::rpc::BadRequest bad_request;
  for (const FieldViolation& one : ViolationsOf(status)) {
    google::rpc::BadRequest::FieldViolation* violation = bad_request.add_field_violations();
    violation->set_field(one.field);
    violation->set_description(absl::StrCat(InfoOf(one.reason).english, ": ", one.expected));
  }
  if (bad_request.field_violations_size() != 0) AddDetail(bad_request, &detailed);

  google::rpc::LocalizedMessage localized;
  localized.set_locale("zh-CN");
  localized.set_message(std::string(info.chinese));
  AddDetail(localized, &detailed);

  if (*known == Reason::kOverloaded) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(kOverloadedRetryDelay));
    AddDetail(retry, &detailed);
  }
  return detailed;
}

grpc::Status StatusToGrpc(const absl::Status& status, absl::string_view domain) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status detailed = DetailedStatus(status, domain);
  // absl::StatusCode and grpc::StatusCode share the canonical numbers.
  return grpc::Status(static_cast<grpc::StatusCode>(detailed.code()), detailed.message(),
                      detailed.SerializeAsString());
}

}  // namespace mrg
