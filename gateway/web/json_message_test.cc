#include "gateway/web/json_message.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "mrg/gateway/v1/recognition.pb.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using google::protobuf::util::MessageDifferencer;
using testing::HasSubstr;
using testing::Not;

constexpr char kSecret[] = "110101199003070011";

RecognizeRequest SomeRequest() {
  RecognizeRequest request;
  request.set_request_id("one");
  request.set_using_jurisdiction("31");
  request.add_requested_elements("face.driver.vehicleClasses");
  request.mutable_expected_holder()->set_name("张三");
  auto* const detached = request.mutable_presentation()->mutable_detached();
  detached->set_document(std::string("\0\xff{}", 4));
  detached->set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3);
  return request;
}

// Result: the field and the words of the refusal.
std::pair<std::string, std::string> Refused(absl::string_view json) {
  RecognizeRequest read;
  const absl::Status status = ReadJsonMessage(json, &read);
  EXPECT_EQ(ReasonOf(status), Reason::kFieldMalformed) << json;
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr(kSecret))) << json;
  return {FieldOf(status), std::string(status.message())};
}

TEST(JsonMessage, WhatIsWrittenIsReadAgain) {
  const auto json = JsonOf(SomeRequest());
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_THAT(*json, HasSubstr("\"requestId\":\"one\""));
  EXPECT_THAT(*json, HasSubstr("\"SIGNATURE_ALGORITHM_SM2_SM3\""));

  RecognizeRequest read;
  ASSERT_TRUE(ReadJsonMessage(*json, &read).ok());

  EXPECT_TRUE(MessageDifferencer::Equals(read, SomeRequest()));
}

TEST(JsonMessage, FieldsMayHaveTheNamesOfTheInterfaceFile) {
  RecognizeRequest read;
  ASSERT_TRUE(ReadJsonMessage(R"({"request_id":"one","requestedElements":["a","b"]})", &read).ok());

  EXPECT_EQ(read.request_id(), "one");
  EXPECT_EQ(read.requested_elements_size(), 2);
}

TEST(JsonMessage, AnUnknownFieldIsRefusedByItsPath) {
  EXPECT_EQ(Refused(R"({"requestId":"1","colour":"red"})").first, "colour");
  EXPECT_EQ(Refused(R"({"presentation":{"detached":{"documents":""}}})").first,
            "presentation.detached.documents");
  // A name may hold anything, and only the names of fields are told again.
  EXPECT_EQ(Refused(absl::StrCat(R"({"presentation":{")", kSecret, R"( 张三":1}})")).first,
            "presentation");
}

TEST(JsonMessage, R08_AFieldThatStandsTwiceIsRefused) {
  EXPECT_EQ(Refused(R"({"scenario":"a","scenario":"b"})").first, "scenario");
  EXPECT_EQ(Refused(R"({"requestId":"a","request_id":"b"})").first, "request_id");
  EXPECT_EQ(Refused(R"({"expectedHolder":{"name":"a","na\u006de":"b"}})").first,
            "expected_holder.name");
}

TEST(JsonMessage, R08_WhatIsNotOneObjectOfStrictJsonIsRefused) {
  for (const char* json : {"",
                           " ",
                           "null",
                           "1",
                           "\"a\"",
                           "[]",
                           "[{}]",
                           "{",
                           "{}{}",
                           "{} x",
                           "{\"requestId\":\"a\",}",
                           "{requestId:\"a\"}",
                           "{'requestId':'a'}",
                           "{\"requestId\":\"a\"/*c*/}",
                           "\xEF\xBB\xBF{}",
                           "{\"requestId\":\"\xC0\xAF\"}",
                           "{\"requestId\":\"\\ud800\"}",
                           "{\"requestId\":\"\xED\xA0\x80\"}",
                           "{\"requestId\":\"a\nb\"}",
                           "{\"requestId\":NaN}"}) {
    EXPECT_EQ(Refused(json).first, "") << json;
  }
}

TEST(JsonMessage, NestingHasItsBound) {
  // Of our own messages none nests so deep; what is opaque may.
  const auto refusal_of = [](size_t depth) {
    google::rpc::Status read;
    return std::string(
        ReadJsonMessage(absl::StrCat("{\"details\":[{\"x\":", std::string(depth - 3, '['),
                                     std::string(depth - 3, ']'), "}]}"),
                        &read)
            .message());
  };
  EXPECT_THAT(refusal_of(kMessageJsonDepthMax + 1), HasSubstr("a depth of at most 32"));
  EXPECT_THAT(refusal_of(100000), HasSubstr("a depth of at most 32"));
  EXPECT_THAT(refusal_of(kMessageJsonDepthMax), Not(HasSubstr("a depth")));
}

TEST(JsonMessage, N13_AValueOfAnotherTypeIsRefusedByItsFieldAndNeverShown) {
  const std::string quoted = absl::StrCat("\"", kSecret, "\"");
  EXPECT_EQ(
      Refused(absl::StrCat(R"({"presentation":{"detached":{"algorithm":)", quoted, "}}}")).first,
      "presentation.detached.algorithm");
  EXPECT_EQ(Refused(absl::StrCat(R"({"presentation":{"detached":{"document":"*)", kSecret, "\"}}}"))
                .first,
            "presentation.detached.document");
  EXPECT_EQ(Refused(absl::StrCat(R"({"expectedHolder":)", quoted, "}")).first, "expected_holder");
  EXPECT_EQ(Refused(absl::StrCat(R"({"expectedHolder":{"name":[)", quoted, "]}}")).first,
            "expected_holder.name");
  EXPECT_EQ(Refused(absl::StrCat(R"({"requestedElements":[{"x":)", quoted, "}]}")).first,
            "requested_elements");
  EXPECT_EQ(Refused(R"({"requestedElements":[["a"],["b"]]})").first, "requested_elements");
  EXPECT_EQ(Refused(R"({"requestId":{}})").first, "request_id");
}

TEST(JsonMessage, TextsOfAnAddressAreReadByTheSameMapping) {
  audit::v1::ListRecordsRequest list;
  const auto* const type = list.GetDescriptor();
  ASSERT_GT(type->field_count(), 0);
  RecognizeRequest read;

  ASSERT_TRUE(ReadTextFields({{"requestId", "a b"},
                              {"requested_elements", "x"},
                              {"requested_elements", "y"},
                              {"presentation.detached.document", "AP9_"},
                              {"presentation.detached.algorithm", "SIGNATURE_ALGORITHM_SM2_SM3"},
                              {"expectedHolder.name", "\"}"}},
                             &read)
                  .ok());

  EXPECT_EQ(read.request_id(), "a b");
  EXPECT_EQ(read.requested_elements(1), "y");
  EXPECT_EQ(read.presentation().detached().document(), std::string("\0\xff\x7f", 3));
  EXPECT_EQ(read.presentation().detached().algorithm(), gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3);
  EXPECT_EQ(read.expected_holder().name(), "\"}");
}

TEST(JsonMessage, ATextThatIsNoFieldsIsRefused) {
  const auto refused = [](const TextFields& fields) {
    RecognizeRequest read;
    const absl::Status status = ReadTextFields(fields, &read);
    EXPECT_EQ(ReasonOf(status), Reason::kFieldMalformed) << fields.front().first;
    return FieldOf(status);
  };
  EXPECT_EQ(refused({{"colour", "red"}}), "colour");
  EXPECT_EQ(refused({{"request_id", "a"}, {"requestId", "b"}}), "requestId");
  EXPECT_EQ(refused({{"expected_holder", "a"}}), "expected_holder");
  EXPECT_EQ(refused({{"request_id.x", "a"}}), "request_id.x");
  EXPECT_EQ(refused({{"张三", "a"}}), "");
  EXPECT_EQ(refused({{"", "a"}}), "");
  EXPECT_EQ(refused({{"..", "a"}}), "..");
  EXPECT_EQ(refused({{"presentation.detached.algorithm", "9x"}}),
            "presentation.detached.algorithm");
}

}  // namespace
}  // namespace mrg
