// Bytes as a request over HTTP: a line "METHOD target", then the body. What is read of it is a
// message that is written and read again, or a refusal that names a reason.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "gateway/web/rest_routes.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/message_differencer.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/dispute/v1/dispute_queue.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "mrg/gateway/v1/catalogue_service.pb.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "tests/fuzz/property.h"

namespace mrg {
namespace {

using google::protobuf::Message;

template <class Req>
UnaryMethod MethodOf(LabelValue service, LabelValue method) {
  return {{service, method}, {}, &Req::default_instance(), 0, {}};
}

const RestRoutes& Routes() {
  static const auto* const methods = new std::vector<UnaryMethod>{
      MethodOf<gateway::v1::RecognizeRequest>("mrg.gateway.v1.RecognitionService", "Recognize"),
      MethodOf<gateway::v1::GetCredentialTypeRequest>("mrg.gateway.v1.CatalogueService",
                                                      "GetCredentialType"),
      MethodOf<audit::v1::ListRecordsRequest>("mrg.audit.v1.AuditService", "ListRecords"),
      MethodOf<dispute::v1::FileDisputeRequest>("mrg.dispute.v1.DisputeService", "FileDispute"),
      MethodOf<dispute::v1::ListDisputesRequest>("mrg.dispute.v1.DisputeService", "ListDisputes"),
      MethodOf<dispute::v1::AcceptDisputeRequest>("mrg.dispute.v1.DisputeQueueService",
                                                  "AcceptDispute")};
  static const auto* const routes = [] {
    std::vector<const UnaryMethod*> all;
    for (const UnaryMethod& method : *methods) all.push_back(&method);
    return new RestRoutes(*RestRoutes::Create(all));
  }();
  return *routes;
}

void CheckRefusal(const absl::Status& status) {
  Require(ReasonOf(status) == Reason::kFieldMalformed, "a refusal says that a field is malformed");
}

void Read(absl::string_view http_method, absl::string_view target, absl::string_view body) {
  const size_t question = target.find('?');
  const RestRoutes::Found found = Routes().Find(http_method, target.substr(0, question));
  const auto query =
      ReadQuery(question == absl::string_view::npos ? "" : target.substr(question + 1));
  if (!query.ok()) return CheckRefusal(query.status());
  if (found.route == nullptr) return;
  const std::unique_ptr<Message> message(found.route->method->request_type->New());
  const absl::Status read =
      ReadRestRequest(found.route->rule, found.path_fields, *query, body, message.get());
  if (!read.ok()) return CheckRefusal(read);
  const auto written = JsonOf(*message);
  Require(written.ok(), "what was read can be written");
  const std::unique_ptr<Message> again(message->New());
  Require(ReadJsonMessage(*written, again.get()).ok(), "what was written can be read");
  Require(google::protobuf::util::MessageDifferencer::Equals(*message, *again),
          "it is the same message");
}

}  // namespace
}  // namespace mrg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t line = bytes.find('\n');
  const size_t blank = bytes.substr(0, line).find(' ');
  if (line == absl::string_view::npos || blank == absl::string_view::npos) return 0;
  mrg::Read(bytes.substr(0, blank), bytes.substr(blank + 1, line - blank - 1),
            bytes.substr(line + 1));
  return 0;
}
