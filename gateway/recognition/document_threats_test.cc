// R08 and R09: documents on which two readers could differ, or that would eat memory, signed
// properly by a listed issuer. They are refused, and a record says so.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/limits.h"
#include "gateway/credential_form/presentation.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::OUTCOME_NOT_RECOGNIZED;
using ::testing::ElementsAre;

const std::string& Good() { return Sample("50-driving-licence").document; }

// The good document with one edit.
std::string Edited(absl::string_view from, absl::string_view to) {
  std::string document = Good();
  EXPECT_GT(absl::StrReplaceAll({{from, to}}, &document), 0) << from;
  return document;
}

Decision AnswerFor(const char* sample, const std::string& document) {
  LicenceQuestion question = AskAbout(Sample(sample), "31");
  question.Sign(document);
  return Answer(SnapshotFixture().Build(), question);
}

// Expects NOT_RECOGNIZED with DOCUMENT_MALFORMED alone, in a record fit for the log.
void ExpectMalformed(const char* sample, const std::string& document, absl::string_view what) {
  const Decision decision = AnswerFor(sample, document);
  EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED) << what;
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kDocumentMalformed)) << what;
  EXPECT_EQ(VerdictOn(decision, "signature"), kPassed) << what;
  EXPECT_EQ(VerdictOn(decision, "document"), Failed(Reason::kDocumentMalformed)) << what;
  EXPECT_EQ(VerdictOn(decision, "binding"), kNotEvaluated) << what;
  EXPECT_EQ(VerdictOn(decision, "status"), kNotEvaluated) << what;
  EXPECT_EQ(decision.record.outcome(), OUTCOME_NOT_RECOGNIZED) << what;
  EXPECT_TRUE(ParseCanonical<audit::v1::DecisionRecord>(CanonicalBytes(decision.record),
                                                        Reason::kReceiptMalformed)
                  .ok())
      << what;
  EXPECT_EQ(decision.document, "") << what;
}

TEST(Threat, R08_DocumentsThatTwoReadersReadDifferentlyAreMalformed) {
  const std::string number = R"("certificateNumber": "50010319000101001X")";
  const std::string duplicate = absl::StrCat(number, R"(, "certificateNumber": "S-2")");
  const std::string escaped_twin = absl::StrCat(number, R"(, "certificate\u004eumber": "S-2")");
  const struct {
    const char* what;
    std::string document;
  } faults[] = {
      {"duplicate key", Edited(number, duplicate)},
      {"duplicate key, one escaped", Edited(number, escaped_twin)},
      {"duplicate key within", Edited(R"("xb": "1")", R"("xb": "1", "xb": "2")")},
      {"byte order mark", "\xef\xbb\xbf" + Good()},
      {"overlong UTF-8", Edited("样例丁", "\xc0\xaf")},
      {"UTF-8 of a surrogate", Edited("样例丁", "\xed\xa0\x80")},
      {"UTF-8 cut short", Edited("样例丁", "\xe6\xa0")},
      {"lone high surrogate", Edited("样例丁", R"(\ud842)")},
      {"lone low surrogate", Edited("样例丁", R"(\udfb7)")},
      {"two documents", Good() + Good()},
      {"two documents in two lines", absl::StrCat(Good(), "\n", Good())},
      {"bytes after the document", Good() + "x"},
      {"NUL after the document", Good() + std::string(1, '\0')},
      {"NUL in a text", Edited("样例丁", std::string(1, '\0'))},
      {"comment", "/* */" + Good()},
      {"comma before the end", Edited("\"ljjf\": 3", "\"ljjf\": 3,")},
      {"single quotes", Edited("\"xb\": \"1\"", "'xb': '1'")},
      {"leading zero", Edited("\"ljjf\": 3", "\"ljjf\": 03")},
      {"NaN", Edited("\"ljjf\": 3", "\"ljjf\": NaN")},
      {"an array", absl::StrCat("[", Good(), "]")},
      {"a text", R"("licence")"},
      {"a space", " "},
      {"XML", R"(<?xml version="1.0"?><licence/>)"},
      {"XML with an entity", R"(<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>)"},
      {"XInclude", R"(<l xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/"/></l>)"},
      {"UTF-16", std::string("{\0\"\0", 4)},
  };
  for (const auto& fault : faults) {
    ExpectMalformed("50-driving-licence", fault.document, fault.what);
  }
}

TEST(Threat, R08_JsonInsideATextIsHeldToTheSameRules) {
  const std::string& good = Sample("32-driving-licence").document;
  const std::string points = R"({\"valueType\":\"string\",\"name\":\"累积记分\",\"value\":\"0\"})";
  for (const char* instead :
       {R"({\"valueType\":\"string\",\"name\":\"累积记分\",\"value\":\"0\",\"value\":\"9\"})",
        R"({\"valueType\":\"string\",\"name\":\"累积记分\",\"value\":\"\\ud842\"})",
        R"({'valueType':'string','name':'累积记分','value':'0'})"}) {
    std::string document = good;
    ASSERT_EQ(absl::StrReplaceAll({{points, instead}}, &document), 1);

    ExpectMalformed("32-driving-licence", document, instead);
  }
}

TEST(Threat, R08_OneNameTwiceInAListOfNamesAndValuesIsRefused) {
  std::string document = Sample("32-driving-licence").document;
  const std::string points = R"({\"valueType\":\"string\",\"name\":\"累积记分\",\"value\":\"0\"})";
  const std::string other = absl::StrReplaceAll(points, {{R"(\"0\")", R"(\"9\")"}});
  ASSERT_EQ(absl::StrReplaceAll({{points, absl::StrCat(points, ",", other)}}, &document), 1);

  EXPECT_EQ(AnswerFor("32-driving-licence", document).outcome, OUTCOME_NOT_RECOGNIZED);
}

TEST(Threat, R08_NumbersThatAreNotExactAreRefused) {
  for (const char* number :
       {"9007199254740993", "1e400", "3.0000000000000001", "3.5", "-1", "99999999999999999999"}) {
    const Decision decision =
        AnswerFor("50-driving-licence", Edited("\"ljjf\": 3", absl::StrCat("\"ljjf\": ", number)));

    EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED) << number;
  }
}

TEST(Threat, R09_DeepNestingIsMalformed) {
  const std::string deep = absl::StrCat(std::string(10000, '['), std::string(10000, ']'));
  ExpectMalformed("50-driving-licence", deep, "a document of arrays");
  ExpectMalformed("50-driving-licence", Edited("\"ljjf\": 3", absl::StrCat("\"ljjf\": ", deep)),
                  "arrays in a member");
  ExpectMalformed("50-driving-licence", std::string(10000, '{'), "never closed");
  std::string in_text = Sample("32-driving-licence").document;
  const size_t begin = in_text.find("\"data_fields\"");
  in_text = absl::StrCat(in_text.substr(0, begin), "\"data_fields\": \"", deep, "\"}");
  ExpectMalformed("32-driving-licence", in_text, "arrays in a text");
}

TEST(Threat, R09_ManyElementsAreRefusedWithinTheBoundOfTheDocument) {
  std::string holders;
  while (holders.size() < 50000) {
    absl::StrAppend(&holders, R"({"name": "甲", "code": "1", "typeCode": "999"}, )");
  }
  const Decision rows = AnswerFor(
      "50-driving-licence", Edited(R"("holder": [)", absl::StrCat(R"("holder": [)", holders)));
  EXPECT_EQ(rows.outcome, OUTCOME_NOT_RECOGNIZED);

  std::string members = "{";
  for (int i = 0; members.size() < 60000; ++i) absl::StrAppend(&members, "\"", i, "\": 0, ");
  absl::StrAppend(&members, "\"last\": 0}");
  EXPECT_EQ(AnswerFor("50-driving-licence", members).outcome, OUTCOME_NOT_RECOGNIZED);
}

TEST(Threat, R09_LargestDocumentIsDecidedAndALargerOneNeverReachesTheDecision) {
  const std::string padding(kDocumentBytesMax - Good().size(), 'x');
  LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  question.Sign(Edited("样例区样例路4号", absl::StrCat("样例区样例路4号", padding)));
  ASSERT_EQ(question.detached().document().size(), kDocumentBytesMax);
  EXPECT_THAT(Answer(SnapshotFixture().Build(), question).reasons,
              ElementsAre(Reason::kElementMalformed));

  question.detached().set_document(std::string(size_t{100} << 20, 'x'));
  EXPECT_EQ(ReasonOf(ReadPresentation(
                         std::make_shared<const gateway::v1::Presentation>(question.presentation))
                         .status()),
            Reason::kFieldTooLong);
}

}  // namespace
}  // namespace mrg
