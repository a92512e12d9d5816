// Attacks on the status of a licence: a revocation that is reported and does not bite, and one that
// is not the caller's to make.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/recognition_suite.h"

namespace mrg {
namespace {

using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class StatusThreat : public RecognitionSuite {
 protected:
  // A revocation by `mrgctl` from a file with these bytes, as the authority of Jiangsu.
  static Ran RevokeByFile(const std::string& bytes) {
    const std::string file = WriteFile("number", bytes);
    const std::string tls = federation().Path(kDelta, "tls/");
    return federation().Mrgctl({"licence", "set-status", "--address",
                                federation().Address(kDelta, "api"), "--cert",
                                tls + "authority-32.pem", "--key", tls + "authority-32.key", "--ca",
                                tls + "ca.pem", "--jurisdiction", "32", "--type",
                                kDrivingLicenceType, "--number-file", file, "--action", "revoke"});
  }

  static SetLicenceStatusRequest Revocation(const std::string& number) {
    SetLicenceStatusRequest request;
    request.set_jurisdiction("32");
    request.set_type_code(kDrivingLicenceType);
    request.set_licence_number(number);
    request.set_action(gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
    request.set_request_id(NewRequestId());
    return request;
  }

  static WireError Refusal(const SetLicenceStatusRequest& request,
                           const std::shared_ptr<grpc::Channel>& caller) {
    SetLicenceStatusResponse response;
    return ErrorOf(
        Call<StatusService>(caller, &StatusService::Stub::SetLicenceStatus, request, &response));
  }
  static WireError Refusal(const SetLicenceStatusRequest& request) {
    return Refusal(request, federation().Api(kDelta, "authority-32"));
  }

  // The channel of a certificate for an authority of Jiangsu with this code.
  static std::shared_ptr<grpc::Channel> Authority(const std::string& issuer_code) {
    const auto made = federation().MakeCertificate(
        kDelta, kDelta, "authority", absl::StrCat("/jurisdiction/32/authority/", issuer_code));
    return federation().ChannelAs(kDelta, "api", made.pem, made.key_pem);
  }

  static int64_t Version() { return federation().VersionAt(kDelta, kDelta, "status"); }

  // The licence with its number as `written` in the document, the holder's left as it is.
  static std::string AnswerToNumber(const std::string& number, const std::string& written) {
    const std::string document =
        WithReplaced(DrivingLicence("32", 41), absl::StrCat("\"id_code\": \"", number, "\""),
                     absl::StrCat("\"id_code\": \"", written, "\""));
    return AnswerAbout("31", "32", Signed("32", document));
  }
};

struct OddNumber {
  std::string written;
  std::string code_point;  // that is not known; empty: the writing is one of the number's own
};

std::vector<OddNumber> OddWritings(const std::string& number) {
  const std::string head = number.substr(0, 6);
  const std::string tail = number.substr(6);
  return {
      {"\uFEFF" + number, "U+FEFF"},
      {head + "\u200B" + tail, "U+200B"},
      {head + "\u2060" + tail, "U+2060"},
      {head + "\u00AD" + tail, "U+00AD"},
      {head + "\u2011" + tail, "U+2011"},
      {head + "\u2014" + tail, "U+2014"},
      {head + "\u2003" + tail, "U+2003"},
      {head + "\u202F" + tail, "U+202F"},
      {"\u202D" + number, "U+202D"},
      {number + "\u200F", "U+200F"},
      {"\u2066" + number + "\u2069", "U+2066"},
      {"\u3000" + head + "\u00A0" + tail + "\u3000", ""},
      {absl::StrReplaceAll(number, {{"1", "１"}, {"0", "０"}}), ""},
  };
}

TEST_F(StatusThreat, B01_ARevocationThatIsReportedBites) {
  const size_t count = OddWritings(LicenceNumber("32", 41)).size();
  for (size_t i = 0; i < count; ++i) {
    // Each on a licence of its own.
    const int sequence = 50 + static_cast<int>(i);
    const std::string number = LicenceNumber("32", sequence);
    const OddNumber odd = OddWritings(number)[i];
    const int64_t before = Version();

    const Ran ran = RevokeByFile(odd.written + "\r\n");

    const auto licence = Signed("32", DrivingLicence("32", sequence));
    if (odd.code_point.empty()) {
      EXPECT_EQ(ran.code, 0) << ran.err;
      ASSERT_TRUE(federation().WaitForVersion(kDelta, kDelta, "status", before + 1));
      EXPECT_EQ(AnswerAbout("31", "32", licence), "NOT_RECOGNIZED LICENCE_REVOKED") << sequence;
    } else {
      EXPECT_NE(ran.code, 0) << odd.code_point;
      EXPECT_THAT(ran.err, HasSubstr(odd.code_point));
      EXPECT_THAT(ran.err, HasSubstr("--number-file"));
      EXPECT_THAT(ran.err, Not(HasSubstr(number)));
      EXPECT_EQ(Version(), before) << odd.code_point;
      EXPECT_EQ(AnswerAbout("31", "32", licence), "RECOGNIZED") << odd.code_point;
    }
  }
}

// Who asks by another client than mrgctl is told the same.
TEST_F(StatusThreat, B01_TheNodeRefusesTheNumberToo) {
  const int64_t before = Version();
  for (const OddNumber& odd : OddWritings(LicenceNumber("32", 41))) {
    if (odd.code_point.empty()) continue;
    const WireError refused = Refusal(Revocation(odd.written));

    EXPECT_EQ(refused.reason, "FIELD_MALFORMED") << odd.code_point;
    EXPECT_EQ(refused.field, "licence_number") << odd.code_point;
    // What nobody can see is refused before it is looked up among the known characters.
    EXPECT_THAT(refused.english,
                AnyOf(HasSubstr(odd.code_point), HasSubstr("invisible characters")));
  }
  for (const char* blanks : {" ", "\u3000", "\u00A0 \u3000"}) {
    EXPECT_EQ(Refusal(Revocation(blanks)).reason, "FIELD_REQUIRED");
    EXPECT_NE(RevokeByFile(blanks).code, 0);
  }
  EXPECT_EQ(Version(), before);
}

TEST_F(StatusThreat, B01_ADocumentWhoseNumberCouldNotBeRevokedIsNotRecognised) {
  const std::string number = LicenceNumber("32", 41);
  EXPECT_EQ(AnswerToNumber(number, number), "RECOGNIZED");
  for (const OddNumber& odd : OddWritings(number)) {
    EXPECT_EQ(AnswerToNumber(number, odd.written),
              odd.code_point.empty() ? "RECOGNIZED" : "NOT_RECOGNIZED ELEMENT_MALFORMED")
        << odd.code_point;
  }
  EXPECT_EQ(AnswerToNumber(number, "\u3000"), "NOT_RECOGNIZED ELEMENT_MALFORMED");
}

TEST_F(StatusThreat, B02_AnUnknownOrForeignTypeOrIssuerIsRefusedByName) {
  const int64_t before = Version();
  const std::string number = LicenceNumber("32", 41);
  // The second is a type of Chongqing's catalogue.
  for (const char* type : {"11100000XX0000019L009", "11100000XX0000019L005"}) {
    SetLicenceStatusRequest request = Revocation(number);
    request.set_type_code(type);

    const WireError refused = Refusal(request);

    EXPECT_EQ(refused.reason, "CREDENTIAL_TYPE_NOT_FOUND") << type;
    EXPECT_THAT(refused.english, HasSubstr("type_code: "));
  }
  SetLicenceStatusRequest elsewhere = Revocation(number);
  elsewhere.set_jurisdiction("50");
  EXPECT_EQ(Refusal(elsewhere).reason, "JURISDICTION_NOT_ALLOWED");
  EXPECT_EQ(Version(), before);
}

TEST_F(StatusThreat, L7_AnAuthoritySetsTheStatusOfItsOwnTypesOnly) {
  const int64_t before = Version();
  SetLicenceStatusRequest request = Revocation(LicenceNumber("32", 41));
  // Jiangsu's catalogue has the type, and its authority is not listed for it.
  request.set_type_code(kUnagreedType);

  const WireError refused = Refusal(request);

  EXPECT_EQ(refused.code, grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(refused.reason, "ISSUER_NOT_ALLOWED");
  EXPECT_EQ(Version(), before);
}

TEST_F(StatusThreat, L7_AnAuthorityThatTheIssuerListDoesNotNameSetsNothing) {
  const int64_t before = Version();
  // Well-formed and unknown, and that of Shanghai under an identity of Jiangsu.
  for (const std::string& code : {std::string("11320000YY000002XH"), SampleIssuerCode("31")}) {
    EXPECT_EQ(Refusal(Revocation(LicenceNumber("32", 41)), Authority(code)).reason,
              "ISSUER_NOT_ALLOWED")
        << code;
  }
  EXPECT_EQ(Refusal(Revocation(LicenceNumber("32", 41)), Authority(SampleIssuerCode("32"))).reason,
            "");
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kDelta, "status", before + 1));
}

}  // namespace
}  // namespace mrg
