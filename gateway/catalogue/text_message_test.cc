#include "gateway/catalogue/text_message.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/agreement.pb.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;

absl::Status Parse(const std::string& bytes) {
  gateway::v1::Repeal message;
  return ParseTextMessage(bytes, Reason::kAgreementInvalid, &message);
}

TEST(TextMessage, FieldsAndCommentsAreRead) {
  gateway::v1::Repeal message;
  ASSERT_TRUE(ParseTextMessage("# why\nagreement_id: \"a\" revision: 3", Reason::kAgreementInvalid,
                               &message)
                  .ok());
  EXPECT_EQ(message.agreement_id(), "a");
  EXPECT_EQ(message.revision(), 3u);
}

TEST(TextMessage, FaultIsNamedWithLineAndColumn) {
  const absl::Status status = Parse("agreement_id: \"a\"\nrevison: 3");
  EXPECT_EQ(ReasonOf(status), Reason::kAgreementInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr("2:"));
  EXPECT_EQ(ReasonOf(Parse("revision: 1 revision: 2")), Reason::kAgreementInvalid);
  EXPECT_EQ(ReasonOf(Parse("revision: -1")), Reason::kAgreementInvalid);
}

TEST(TextMessage, TextThatIsNotUtf8IsRefusedRawAndEscaped) {
  EXPECT_EQ(ReasonOf(Parse("agreement_id: \"\xff\"")), Reason::kAgreementInvalid);
  EXPECT_EQ(ReasonOf(Parse("agreement_id: \"\\xff\"")), Reason::kAgreementInvalid);
  EXPECT_EQ(ReasonOf(Parse("agreement_id: \"\\355\\240\\200\"")), Reason::kAgreementInvalid)
      << "an escaped surrogate";
}

TEST(Fault, B04_ATextIsShownAsItselfRawAndEscaped) {
  for (const char* hidden : {"\\n", "\\033", "\\u202e", "\u202e", "\\302\\205", "\\u200b"}) {
    const absl::Status refused = Parse(std::string("agreement_id: \"a") + hidden + "\"");
    EXPECT_EQ(ReasonOf(refused), Reason::kAgreementInvalid) << hidden;
    EXPECT_EQ(FieldOf(refused), "agreement_id");
  }
}

TEST(Fault, B04_CertificatesAndTheSamplesOfAPackAreContentAndNoNames) {
  trustlist::v1::Federation federation;
  EXPECT_TRUE(
      ParseTextMessage("members { ca_bundle_pem: \"a\\nb\" }", Reason::kConfigInvalid, &federation)
          .ok());
  gateway::v1::MappingPack pack;
  EXPECT_TRUE(ParseTextMessage("tests { document: \"{\\n}\" written: \"{\\n}\" "
                               "elements { values: \"\\u200b\" } }",
                               Reason::kPackInvalid, &pack)
                  .ok());
}

TEST(Fault, B07_ANulIsNoEndOfTheText) {
  const std::string nul(1, '\0');
  const std::string whole = "agreement_id: \"a\"";
  ASSERT_TRUE(Parse(whole).ok());
  for (const std::string& bytes :
       {whole + nul, whole + nul + "revision: 3", nul + whole, whole + " # why" + nul,
        whole + " # why" + nul + "\nrevision: 3", whole + "\n" + nul + nul, whole + "\x1a",
        whole + " }", whole + ";;"}) {
    EXPECT_EQ(ReasonOf(Parse(bytes)), Reason::kAgreementInvalid) << bytes;
  }
}

// What people sign is the text; what counts is what is read from it.
TEST(Threat, R08_ATextThatCouldBeReadInTwoWaysIsRefused) {
  const auto expect_refused = [](google::protobuf::Message* message, const std::string& bytes) {
    EXPECT_EQ(ReasonOf(ParseTextMessage(bytes, Reason::kAgreementInvalid, message)),
              Reason::kAgreementInvalid)
        << bytes;
  };
  const std::string id = "agreement_id: \"a\"";
  for (const std::string& bytes :
       {id + " " + id,
        id + "\n# why\n" + id,
        std::string("effective_from { seconds: 1 } effective_from { nanos: 1 }"),
        std::string("effective_from { seconds: 1 seconds: 1 }"),
        "\xEF\xBB\xBF" + id,
        std::string("a\0", 2),
        std::string("agreement_id: \"\xC0\xAF\""),
        std::string("agreement_id: \"\xED\xA0\x80\""),
        std::string("agreement_id: \"\\ud800\""),
        std::string("agreement_id: \"\\300\\257\""),
        std::string("agreement_id: a"),
        std::string("revision: 18446744073709551616"),
        std::string("revision: 1.5"),
        std::string("revision: 1e1"),
        std::string("revision: -1"),
        std::string("1: \"a\""),
        std::string("agreement_ID: \"a\""),
        std::string("[mrg.x]: 1"),
        std::string("/* */ ") + id,
        std::string("// why\n") + id,
        "{" + id + "}",
        "<" + id + ">",
        std::string("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"),
        std::string("{\"agreement_id\": \"a\"}")}) {
    gateway::v1::Repeal repeal;
    expect_refused(&repeal, bytes);
  }
}

TEST(TextMessage, SizeAndDepthAreBounded) {
  EXPECT_EQ(ReasonOf(Parse(std::string(kTextFileBytesMax + 1, ' '))), Reason::kAgreementInvalid);
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "fields { object { ";
  gateway::v1::MappingPack pack;
  EXPECT_EQ(ReasonOf(ParseTextMessage(deep, Reason::kPackInvalid, &pack)), Reason::kPackInvalid);
}

}  // namespace
}  // namespace mrg
