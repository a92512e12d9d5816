// An identity number in every field of every call: neither logs, metrics and errors nor the store
// have it afterwards. What a recognition keeps of a licence is in recognition_threats_test.

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/dispute/v1/dispute_queue.pb.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "mrg/gateway/v1/catalogue_service.pb.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "mrg/gateway/v1/status.pb.h"
#include "mrg/gateway/v1/translation.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/bad_request_table.h"

namespace mrg {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using testing::HasSubstr;
using testing::Not;

// A service by a message of the file that states it, and who may call it.
struct Service {
  const google::protobuf::Descriptor* (*beside)();
  const char* listener;  // api, federation or admin
  const char* identity;
};
constexpr Service kServices[] = {
    {&gateway::v1::RecognizeRequest::descriptor, "api", "platform-31"},
    {&gateway::v1::TranslateRequest::descriptor, "api", "platform-31"},
    {&gateway::v1::ListScenariosRequest::descriptor, "api", "platform-31"},
    {&gateway::v1::SetLicenceStatusRequest::descriptor, "api", "authority-31"},
    {&audit::v1::ListRecordsRequest::descriptor, "api", "auditor"},
    {&dispute::v1::FileDisputeRequest::descriptor, "api", "platform-31"},
    {&dispute::v1::AcceptDisputeRequest::descriptor, "api", "worker-case-31"},
    {&dispute::v1::DeliverRequest::descriptor, "federation", "sichuan-chongqing/node"},
    {&trustlist::v1::GetMetadataRequest::descriptor, "federation", "sichuan-chongqing/node"},
    {&trustlist::v1::GetEpochKeyRequest::descriptor, "federation", "sichuan-chongqing/node"},
    {&gateway::v1::PublishRequest::descriptor, "admin", ""},
};

// What stands in the fields that have not the canary, by name: enough to come past the first check.
constexpr struct {
  const char* field;
  const char* value;
} kValid[] = {
    {"using_jurisdiction", "31"},
    {"issuing_jurisdiction", "32"},
    {"jurisdiction", "31"},
    {"type_code", "11100000XX0000019L003"},
    {"scenario", "government-service"},
    {"document_standard", "delta-reply"},
    {"licence_number", "S-1"},
    {"action", "1"},
    {"kind", "1"},
    {"publisher", "yangtze-delta"},
    {"role", "targets"},
    {"path", "31/issuers"},
    {"queue", "issuer-31"},
    {"first_version", "1"},
    {"last_version", "1"},
    {"because", "a reason"},
    {"explanation_zh", "说明"},
};

bool HoldsText(const Message& message, const std::string& path) {
  const auto* type = message.GetDescriptor();
  const FieldDescriptor* field = nullptr;
  for (size_t start = 0; start <= path.size();) {
    const size_t end = std::min(path.find('.', start), path.size());
    field = type->FindFieldByName(path.substr(start, end - start));
    type = field->message_type();
    start = end + 1;
  }
  return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

class Threat : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  static std::shared_ptr<grpc::Channel> ChannelOf(const Service& service) {
    const std::string listener = service.listener;
    if (listener == "admin") return federation().Admin(kDelta);
    return listener == "api" ? federation().Api(kDelta, service.identity)
                             : federation().FederationListener(kDelta, service.identity);
  }

  // Sends the canary in each field of the method's request: alone, with what a valid one could
  // have beside it, in a text that is nearly an id, and far too often.
  void SendIn(const MethodDescriptor& method, const std::shared_ptr<grpc::Channel>& channel) {
    const std::string name = absl::StrCat("/", method.service()->full_name(), "/", method.name());
    const std::unique_ptr<Message> empty(google::protobuf::MessageFactory::generated_factory()
                                             ->GetPrototype(method.input_type())
                                             ->New());
    std::unique_ptr<Message> valid(empty->New());
    for (const auto& [field, value] : kValid) {
      if (method.input_type()->FindFieldByName(field) != nullptr) {
        SetField(valid.get(), field, value);
      }
    }
    for (const std::string& path : ValueFields(*method.input_type())) {
      // The caller's own name for its request, kept so that the request can be repeated.
      if (path == "request_id" || !HoldsText(*empty, path)) continue;
      for (const std::string& text : {canary_, absl::StrCat("a/", canary_, "!"), many_}) {
        for (const Message* base : {empty.get(), valid.get()}) {
          const std::unique_ptr<Message> request(base->New());
          request->CopyFrom(*base);
          if (method.input_type()->FindFieldByName("request_id") != nullptr) {
            SetField(request.get(), "request_id", NewRequestId());
          }
          SetField(request.get(), path, text);
          const grpc::Status status = CallRaw(channel, name, request->SerializeAsString());
          said_ += status.error_message() + status.error_details();
          ++sent_;
        }
      }
    }
  }

  void SendAtListener(const std::string& listener) {
    for (const Service& service : kServices) {
      if (service.listener != listener) continue;
      const auto* const file = service.beside()->file();
      ASSERT_EQ(file->service_count(), 1) << file->name();
      const auto* const descriptor = file->service(0);
      const auto channel = ChannelOf(service);
      for (int m = 0; m < descriptor->method_count(); ++m) {
        SendIn(*descriptor->method(m), channel);
      }
    }
  }

  void ExpectNotTold() const {
    EXPECT_THAT(said_, Not(HasSubstr(canary_)));
    EXPECT_THAT(federation().Metrics(kDelta), Not(HasSubstr(canary_)));
    EXPECT_FALSE(absl::StrContains(federation().LogOf(kDelta), canary_));
  }

  const std::string canary_ = LicenceNumber("32", 31);
  const std::string many_ = [this] {
    std::string text;
    while (text.size() < 5000) text += canary_;
    return text;
  }();
  std::string said_;
  int sent_ = 0;
};

TEST_F(Threat, N11_AnIdentityNumberInAnyFieldOfAnyCallIsToldAndKeptNowhere) {
  SendAtListener("api");
  SendAtListener("federation");
  ExpectNotTold();
  EXPECT_GT(sent_, 200);
  EXPECT_THAT(said_, HasSubstr("FIELD_MALFORMED"));
  EXPECT_THAT(said_, HasSubstr("FIELD_TOO_LONG"));
  int files = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(federation().Path(kDelta, "data"))) {
    if (!file.is_regular_file()) continue;
    ++files;
    EXPECT_FALSE(absl::StrContains(ReadIfThere(file.path()), canary_)) << file.path();
  }
  EXPECT_GT(files, 3);

  // An operator's uploads wait in the store for the publication that lists them.
  SendAtListener("admin");
  ExpectNotTold();
}

}  // namespace
}  // namespace mrg
