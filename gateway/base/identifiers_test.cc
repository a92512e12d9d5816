#include "gateway/base/identifiers.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

template <typename Id>
void ExpectAccepted(const std::string& text) {
  const auto id = Id::Parse(text);
  ASSERT_TRUE(id.ok()) << text;
  EXPECT_EQ(id->value(), text);
}

template <typename Id>
void ExpectRefused(const std::string& text) {
  EXPECT_EQ(ReasonOf(Id::Parse(text).status()), Reason::kFieldMalformed) << '"' << text << '"';
}

TEST(Identifiers, SlugsAreLowerCaseDigitsAndHyphensUpToTheirLength) {
  ExpectAccepted<MemberId>("yangtze-delta");
  ExpectAccepted<MemberId>(std::string(63, 'a'));
  ExpectRefused<MemberId>(std::string(64, 'a'));
  ExpectRefused<MemberId>("");
  ExpectRefused<MemberId>("Delta");
  ExpectRefused<MemberId>("a/b");
  ExpectRefused<MemberId>("a_b");
  ExpectAccepted<ScenarioId>(std::string(64, 'a'));
  ExpectRefused<ScenarioId>(std::string(65, 'a'));
  ExpectAccepted<AgreementId>("changsanjiao-2020");
  ExpectRefused<AgreementId>("Changsanjiao");
  ExpectAccepted<StandardId>("delta-reply");
  ExpectRefused<StandardId>("delta reply");
}

TEST(Identifiers, CodesHaveTheirExactLength) {
  ExpectAccepted<JurisdictionId>("31");
  for (const char* text : {"", "3", "310", "3a", "３１", "-1"}) ExpectRefused<JurisdictionId>(text);
  ExpectAccepted<LicenceTypeCode>("11100000XX0000019L001");
  ExpectRefused<LicenceTypeCode>("11100000XX0000019L00");
  ExpectRefused<LicenceTypeCode>("11100000xx0000019L001");
  ExpectAccepted<IssuerCode>("11310000YY000001XH");
  ExpectRefused<IssuerCode>("11310000YY000001XH1");
}

TEST(Identifiers, RequestIdsHaveNoSeparatorOfPathsOrKeys) {
  ExpectAccepted<RequestId>("A.b_c-9");
  ExpectRefused<RequestId>("a/b");
  ExpectRefused<RequestId>("a b");
  ExpectRefused<RequestId>(std::string("a\0b", 3));
  ExpectRefused<RequestId>(std::string(65, 'a'));
}

TEST(Identifiers, ASpiffeIdIsSplitIntoTrustDomainAndPath) {
  const auto id = SpiffeId::Parse("spiffe://delta.example/jurisdiction/31/platform/a");
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->trust_domain(), "delta.example");
  EXPECT_EQ(id->path(), "/jurisdiction/31/platform/a");
}

TEST(Identifiers, ASpiffeIdWithAnyOtherFormIsRefused) {
  for (const char* text :
       {"", "spiffe://", "spiffe://delta.example", "spiffe://delta.example/", "spiffe:///a",
        "SPIFFE://delta.example/a", "https://delta.example/a", "spiffe://Delta.example/a",
        "spiffe://delta.example:8443/a", "spiffe://user@delta.example/a",
        "spiffe://delta.example//a", "spiffe://delta.example/a/", "spiffe://delta.example/a/../b",
        "spiffe://delta.example/./a", "spiffe://delta.example/a?b", "spiffe://delta.example/a#b",
        "spiffe://delta.example/%61", "spiffe://delta.example/a b", "spiffe://delta.example/*"}) {
    ExpectRefused<SpiffeId>(text);
  }
  const std::string longest = absl::StrCat("spiffe://d.example/", std::string(2048 - 19, 'a'));
  ASSERT_EQ(longest.size(), 2048u);
  ExpectAccepted<SpiffeId>(longest);
  ExpectRefused<SpiffeId>(longest + "a");
}

TEST(Identifiers, Utf8RefusesOverlongFormsSurrogatesAndCutSequences) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("证照 a é 😀"));
  EXPECT_TRUE(IsUtf8("\xF4\x8F\xBF\xBF"));   // U+10FFFF
  EXPECT_FALSE(IsUtf8("\xF4\x90\x80\x80"));  // U+110000
  EXPECT_FALSE(IsUtf8("\xC0\x80"));          // overlong U+0000
  EXPECT_FALSE(IsUtf8("\xE0\x80\xAF"));      // overlong '/'
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));      // U+D800
  EXPECT_FALSE(IsUtf8("\xE8\xAF"));          // cut
  EXPECT_FALSE(IsUtf8("\x80"));              // continuation alone
  EXPECT_FALSE(IsUtf8("\xD6\xA4\xD5\xD5"));  // GBK
}

}  // namespace
}  // namespace mrg
