// Bad input: a caller's fault is INVALID_ARGUMENT with the field and leaves no record; what the
// holder presented is judged, whatever it is, and receipted.

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"
#include "mrg/gateway/v1/status.pb.h"
#include "mrg/gateway/v1/translation.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/bad_request_table.h"

namespace mrg {
namespace {

using gateway::v1::DetachedSignature;
using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::TranslateRequest;
using testing::Contains;

constexpr char kRecognize[] = "/mrg.gateway.v1.RecognitionService/Recognize";
const std::string kNul("3\0", 2);

// What is wrong with any text that is one of the closed syntaxes.
std::vector<BadField> BadIds(const std::string& field, const std::vector<std::string>& malformed) {
  std::vector<BadField> rows = {{field, "", "FIELD_REQUIRED"},
                                {field, kNotUtf8, "FIELD_NOT_UTF8"},
                                {field, "a\nb", "FIELD_MALFORMED"},
                                {field, kNul, "FIELD_MALFORMED"},
                                {field, "上海", "FIELD_MALFORMED"},
                                {field, "../x", "FIELD_MALFORMED"},
                                {field, std::string(4096, 'a'), "FIELD_MALFORMED"}};
  for (const std::string& value : malformed) rows.push_back({field, value, "FIELD_MALFORMED"});
  return rows;
}

std::vector<BadField> WithoutEmpty(std::vector<BadField> rows) {
  std::erase_if(rows, [](const BadField& row) { return row.value.empty(); });
  return rows;
}

std::vector<BadField> operator+(std::vector<BadField> a, const std::vector<BadField>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const std::vector<std::string> kBadJurisdictions = {"3", "311", "3a", "３１", " 31"};
const std::vector<std::string> kBadTypes = {"11100000XX0000019L00", "11100000XX0000019L0033",
                                            "11100000xx0000019l003"};
const std::vector<std::string> kBadSlugs = {std::string(65, 'a'), "Delta", "a_b", "a b"};
const std::vector<std::string> kBadRequestIds = {std::string(65, 'a'), "a b", "a/b", "a:b"};

// The fields that Recognize and Translate share.
std::vector<BadField> QuestionRows() {
  return BadIds("using_jurisdiction", kBadJurisdictions) +
         BadIds("issuing_jurisdiction", kBadJurisdictions) + BadIds("type_code", kBadTypes) +
         BadIds("document_standard", kBadSlugs) +
         WithoutEmpty(BadIds("target_standard", kBadSlugs)) + BadIds("scenario", kBadSlugs) +
         std::vector<BadField>{
             {"requested_elements[0]", "", "FIELD_REQUIRED"},
             {"requested_elements[0]", std::string(65, 'a'), "FIELD_TOO_LONG"},
             {"requested_elements[0]", "a\tb", "FIELD_MALFORMED"},
             {"requested_elements[0]", "face/driver", "FIELD_MALFORMED"},
             {"requested_elements[0]", "姓名", "FIELD_MALFORMED"},
             {"requested_elements[0]", kNotUtf8, "FIELD_NOT_UTF8"},
         };
}

class BadInput : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  void SetUp() override {
    FederationSuite::SetUp();
    platform_ = federation().Api(kDelta, "platform-31");
    size_ = federation().LogSize(kDelta);
  }

  static RecognizeRequest Valid() {
    return Question("31", "32",
                    SignedBy(*IssuerKey(federation(), "issuer", "32"), DrivingLicence("32")));
  }

  static TranslateRequest ValidTranslation() {
    TranslateRequest request;
    request.set_using_jurisdiction("31");
    request.set_issuing_jurisdiction("32");
    request.set_type_code(kDrivingLicenceType);
    request.set_scenario("government-service");
    request.set_document_standard("delta-reply");
    request.set_document(DrivingLicence("32"));
    return request;
  }

  // Nothing in the decision log, and no line in the node's own log but its events: libraries would
  // write what a caller sent.
  void ExpectNothingRecorded() {
    EXPECT_EQ(federation().LogSize(kDelta), size_);
    for (absl::string_view line :
         absl::StrSplit(federation().LogOf(kDelta), '\n', absl::SkipEmpty())) {
      EXPECT_TRUE(absl::StartsWith(line, "{\"time\":")) << line;
    }
  }

  std::shared_ptr<grpc::Channel> platform_;
  uint64_t size_ = 0;
};

TEST_F(BadInput, EachFieldOfRecognizeIsCheckedBeforeAnythingIsRecorded) {
  const std::vector<BadField> rows =
      BadIds("request_id", kBadRequestIds) + QuestionRows() +
      std::vector<BadField>{
          {"expected_holder.name", std::string(513, 'a'), "FIELD_TOO_LONG"},
          {"expected_holder.name", "样\x01例", "FIELD_MALFORMED"},
          {"expected_holder.name", "a\x7f", "FIELD_MALFORMED"},
          {"expected_holder.name", kNul, "FIELD_MALFORMED"},
          {"expected_holder.name", kNotUtf8, "FIELD_NOT_UTF8"},
          {"expected_holder.code", std::string(65, '1'), "FIELD_TOO_LONG"},
          {"expected_holder.code", "1\r\n", "FIELD_MALFORMED"},
          {"expected_holder.code", kNotUtf8, "FIELD_NOT_UTF8"},
          {"presentation.detached.document", "", "FIELD_REQUIRED"},
          {"presentation.detached.document", std::string(65537, ' '), "FIELD_TOO_LONG"},
          {"presentation.detached.algorithm", "0", "ENUM_UNSPECIFIED"},
          {"presentation.detached.algorithm", "99", "ENUM_UNSPECIFIED"},
          {"presentation.detached.algorithm", "-1", "ENUM_UNSPECIFIED"},
          {"presentation.detached.algorithm", "3", "NOT_IN_THIS_VERSION"},
          {"presentation.detached.algorithm", "4", "NOT_IN_THIS_VERSION"},
          {"presentation.detached.signature", "", "FIELD_REQUIRED"},
          {"presentation.detached.signature", std::string(8193, '0'), "FIELD_TOO_LONG"},
          {"presentation.detached.public_key", "", "FIELD_REQUIRED"},
          {"presentation.detached.public_key", std::string(8193, '0'), "FIELD_TOO_LONG"},
      };
  ExpectEachRefused(platform_, kRecognize, Valid(), rows);

  RecognizeRequest many = Valid();
  for (int i = 0; i < 257; ++i) many.add_requested_elements("status");
  ExpectRefused(platform_, kRecognize, many, "requested_elements", "FIELD_TOO_LONG");
  RecognizeRequest nothing = Valid();
  nothing.clear_presentation();
  ExpectRefused(platform_, kRecognize, nothing, "presentation.detached", "FIELD_REQUIRED");
  nothing.mutable_presentation();
  ExpectRefused(platform_, kRecognize, nothing, "presentation.detached", "FIELD_REQUIRED");
  ExpectRefused(platform_, kRecognize, RecognizeRequest(), "request_id", "FIELD_REQUIRED");

  ExpectNothingRecorded();
  // The table has every field of the request.
  std::set<std::string> covered;
  for (const BadField& row : rows) {
    covered.insert(absl::StrReplaceAll(row.field, {{"[0]", ""}}));
  }
  for (const std::string& field : ValueFields(*RecognizeRequest::descriptor())) {
    EXPECT_THAT(covered, Contains(field));
  }
}

TEST_F(BadInput, FieldsAtTheirLimitsAreTaken) {
  RecognizeRequest request = Valid();
  std::string document = DrivingLicence("32");
  document.insert(1, std::string(65536 - document.size(), ' '));
  *request.mutable_presentation() = SignedBy(*IssuerKey(federation(), "issuer", "32"), document);
  request.set_request_id(std::string(64, 'A'));
  for (int i = 0; i < 256; ++i) request.add_requested_elements("status");
  RecognizeResponse response;
  ASSERT_TRUE(Recognize(platform_, request, &response).ok());
  EXPECT_EQ(InWords(response), "RECOGNIZED");

  request.set_request_id("._-");
  request.mutable_expected_holder()->set_name(std::string(512, 'a'));
  request.mutable_expected_holder()->set_code(std::string(64, '1'));
  EXPECT_EQ(AnswerTo(platform_, request), "NOT_RECOGNIZED HOLDER_MISMATCH");
}

TEST_F(BadInput, AMessageThatIsNotTheRequestIsRefused) {
  std::string cut = Valid().SerializeAsString();
  cut.pop_back();
  const std::string groups(100000, '\x0B');
  for (const std::string& bytes : {std::string("\xFF\xFF\xFF\xFF"), cut, groups}) {
    const WireError error = ErrorOf(CallRaw(platform_, kRecognize, bytes));
    EXPECT_EQ(error.code, grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(error.reason, "FIELD_MALFORMED");
    EXPECT_EQ(error.english, "FIELD_MALFORMED: expected a mrg.gateway.v1.RecognizeRequest");
    EXPECT_NE(error.chinese, "");
  }
  ExpectNothingRecorded();
}

TEST_F(BadInput, AnUnknownFieldOfANewerCallerDoesNotMatter) {
  RecognizeRequest request = Valid();
  RecognizeRequest::GetReflection()->MutableUnknownFields(&request)->AddLengthDelimited(1000, "x");

  EXPECT_EQ(AnswerTo(platform_, request), "RECOGNIZED");
}

TEST_F(BadInput, AMessageOfTwoMebibytesIsRefusedWithItsReason) {
  RecognizeRequest request = Valid();
  request.mutable_presentation()->mutable_detached()->set_document(std::string(2 << 20, ' '));

  const WireError error = ErrorOf(CallRaw(platform_, kRecognize, request.SerializeAsString()));

  EXPECT_EQ(error.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(error.reason, "MESSAGE_TOO_LARGE");
  EXPECT_EQ(error.english, "MESSAGE_TOO_LARGE: expected a message of at most 1048576 bytes");
  EXPECT_EQ(error.chinese, "消息超过大小上限");
  ExpectNothingRecorded();
}

TEST_F(BadInput, AMessageOfAHundredMegabytesIsRefusedAndTheNodeGoesOn) {
  const grpc::Status status =
      CallRaw(platform_, kRecognize, std::string(size_t{100} * 1000 * 1000, '\0'));

  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
  // Of gRPC itself, which has no place for a reason: FIRST_CALL.md names the words.
  EXPECT_THAT(status.error_message(), testing::HasSubstr("larger than max"));
  EXPECT_EQ(status.error_details(), "");
  ExpectNothingRecorded();
  EXPECT_EQ(AnswerTo(federation().Api(kDelta, "platform-31"), Valid()), "RECOGNIZED");
}

// A public key of another kind, DER.
std::string OtherKey(const Federation& federation, const std::vector<std::string>& options) {
  std::vector<std::string> make = {"openssl", "genpkey", "-out",
                                   federation.folder() + "/other.pem"};
  make.insert(make.end(), options.begin(), options.end());
  const std::string der = federation.folder() + "/other.der";
  EXPECT_EQ(RunToEnd(make, federation.folder()).code, 0);
  EXPECT_EQ(RunToEnd({"openssl", "pkey", "-in", federation.folder() + "/other.pem", "-pubout",
                      "-outform", "DER", "-out", der},
                     federation.folder())
                .code,
            0);
  return ReadTestFile(der);
}

TEST_F(BadInput, WhateverTheHolderPresentsIsJudgedAndReceipted) {
  struct Row {
    std::string answer;
    std::function<void(DetachedSignature*)> edit;
  };
  const auto issuer = IssuerKey(federation(), "issuer", "32");
  const auto signed_as = [&](const std::string& document) {
    return [&, document](DetachedSignature* detached) {
      *detached = SignedBy(*issuer, document).detached();
    };
  };
  const auto signature = [](std::string bytes) {
    return [bytes](DetachedSignature* detached) { detached->set_signature(bytes); };
  };
  const auto key = [](std::string bytes) {
    return [bytes](DetachedSignature* detached) { detached->set_public_key(bytes); };
  };
  // The order n of the group of SM2, as an INTEGER of DER.
  const std::string n =
      std::string("\x02\x21\x00", 3) +
      absl::HexStringToBytes("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
  const std::string spki = issuer->public_key().spki_der();
  const Row rows[] = {
      {"NOT_RECOGNIZED DOCUMENT_MALFORMED", signed_as("no document")},
      {"NOT_RECOGNIZED DOCUMENT_MALFORMED", signed_as(std::string(1, '\0'))},
      {"NOT_RECOGNIZED DOCUMENT_MALFORMED", signed_as("[]")},
      {"NOT_RECOGNIZED DOCUMENT_MALFORMED", signed_as("{\"name\": \"\xFF\"}")},
      {"NOT_RECOGNIZED DOCUMENT_MALFORMED", signed_as(std::string(65536, '['))},
      {"NOT_RECOGNIZED TYPE_MISMATCH ELEMENT_MISSING", signed_as("{}")},
      {"NOT_RECOGNIZED SIGNATURE_INVALID",
       [](DetachedSignature* detached) { detached->mutable_document()->push_back(' '); }},
      {"NOT_RECOGNIZED SIGNATURE_NOT_DER", signature("x")},
      {"NOT_RECOGNIZED SIGNATURE_TRAILING_BYTES", signature(std::string(8192, '0'))},
      {"NOT_RECOGNIZED SIGNATURE_NOT_DER",
       signature(std::string("\x30\x81\x06\x02\x01\x01\x02\x01\x01", 9))},
      {"NOT_RECOGNIZED SIGNATURE_OUT_OF_RANGE",
       signature(std::string("\x30\x06\x02\x01\x00\x02\x01\x01", 8))},
      {"NOT_RECOGNIZED SIGNATURE_OUT_OF_RANGE",
       signature(std::string("\x30\x26\x02\x01\x01", 5) + n)},
      {"NOT_RECOGNIZED KEY_MALFORMED", key("x")},
      {"NOT_RECOGNIZED KEY_MALFORMED", key(std::string(8192, '0'))},
      {"NOT_RECOGNIZED KEY_MALFORMED", key(spki.substr(0, spki.size() - 1))},
      {"NOT_RECOGNIZED KEY_MALFORMED", key(spki + "x")},
      {"NOT_RECOGNIZED KEY_WRONG_CURVE",
       key(OtherKey(federation(), {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"}))},
      {"NOT_RECOGNIZED KEY_MISLABELLED",
       key(OtherKey(federation(), {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"}))},
      {"NOT_RECOGNIZED KEY_MISLABELLED",
       key(OtherKey(federation(), {"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"}))},
  };
  uint64_t size = size_;
  for (const Row& row : rows) {
    RecognizeRequest request = Valid();
    row.edit(request.mutable_presentation()->mutable_detached());
    RecognizeResponse response;
    const grpc::Status status = Recognize(platform_, request, &response);
    ASSERT_TRUE(status.ok()) << row.answer << ": " << ReasonIn(status);

    EXPECT_EQ(InWords(response), row.answer);
    EXPECT_FALSE(response.has_translated()) << row.answer;
    const auto record =
        CheckReceipt(CanonicalBytes(response.receipt()), federation().LogKeys(kDelta));
    ASSERT_TRUE(record.ok()) << row.answer << ": " << record.status();
    EXPECT_EQ(record->outcome(), response.outcome());
    EXPECT_EQ(response.receipt().index(), size++);
  }
  EXPECT_EQ(federation().LogSize(kDelta), size);
}

TEST_F(BadInput, EachFieldOfTranslateIsChecked) {
  const std::string method = "/mrg.gateway.v1.TranslationService/Translate";
  const std::vector<BadField> rows =
      QuestionRows() +
      std::vector<BadField>{{"document", "", "FIELD_REQUIRED"},
                            {"document", std::string(65537, ' '), "FIELD_TOO_LONG"}};
  ExpectEachRefused(platform_, method, ValidTranslation(), rows);
  // What the document is made of is no fault of the request's form, but nothing is translated.
  TranslateRequest malformed = ValidTranslation();
  malformed.set_document("{");
  const WireError error = ErrorOf(CallRaw(platform_, method, malformed.SerializeAsString()));
  EXPECT_EQ(error.code, grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(error.reason, "DOCUMENT_MALFORMED");
  EXPECT_EQ(error.field, "document");
  TranslateRequest many = ValidTranslation();
  for (int i = 0; i < 257; ++i) many.add_requested_elements("status");
  ExpectRefused(platform_, method, many, "requested_elements", "FIELD_TOO_LONG");
  ExpectNothingRecorded();
}

TEST_F(BadInput, EachFieldOfSetLicenceStatusIsCheckedAndNothingIsPublished) {
  SetLicenceStatusRequest valid;
  valid.set_jurisdiction("32");
  valid.set_type_code(kDrivingLicenceType);
  valid.set_licence_number(LicenceNumber("32", 1));
  valid.set_action(gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
  valid.set_request_id(NewRequestId());
  const int64_t version = federation().VersionAt(kDelta, kDelta, "status");

  ExpectEachRefused(
      federation().Api(kDelta, "authority-32"), "/mrg.gateway.v1.StatusService/SetLicenceStatus",
      valid,
      BadIds("jurisdiction", kBadJurisdictions) + BadIds("type_code", kBadTypes) +
          BadIds("request_id", kBadRequestIds) +
          WithoutEmpty(BadIds("issuer_code", {"11320000YY000001X", "11320000yy000001xm"})) +
          std::vector<BadField>{{"licence_number", "", "FIELD_REQUIRED"},
                                {"licence_number", " ", "FIELD_REQUIRED"},
                                {"licence_number", std::string(129, '1'), "FIELD_TOO_LONG"},
                                {"licence_number", "1\n2", "FIELD_MALFORMED"},
                                {"licence_number", kNul, "FIELD_MALFORMED"},
                                {"licence_number", kNotUtf8, "FIELD_NOT_UTF8"},
                                {"action", "0", "ENUM_UNSPECIFIED"},
                                {"action", "5", "ENUM_UNSPECIFIED"}});

  EXPECT_EQ(federation().VersionAt(kDelta, kDelta, "status"), version);
  EXPECT_EQ(AnswerTo(platform_, Valid()), "RECOGNIZED");
}

}  // namespace
}  // namespace mrg
