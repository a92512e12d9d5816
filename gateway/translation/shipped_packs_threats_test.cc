// Values that are nearly right or rare, in whole sample licences and through the shipped packs:
// each arrives as it is in the other standard, or is reported by its path and reason and left out.

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/reason.h"
#include "gateway/catalogue/conformance.h"
#include "gateway/translation/compiled_pack.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kCard[] = "deploy/regions/sichuan-chongqing/samples/50-identity-card.json";

// The sample card with `from` replaced wherever it stands. Fails the test when it stands nowhere.
std::string CardWith(const std::string& from, const std::string& to) {
  std::string card = ShippedFile(kCard);
  EXPECT_GT(absl::StrReplaceAll({{from, to}}, &card), 0) << from;
  return card;
}

ReadResult ReadCard(const std::string& card) {
  const auto read = ShippedPack("cq-sample", kIdentityCardType)->ReadDocument(card);
  EXPECT_TRUE(read.ok()) << read.status();
  return *read;
}

const gateway::v1::Element* Find(const ReadResult& read, const std::string& id) {
  const auto found = std::find_if(read.elements.begin(), read.elements.end(),
                                  [&](const auto& element) { return element.id() == id; });
  return found == read.elements.end() ? nullptr : &*found;
}

std::vector<std::string> IssuesOf(const ReadResult& read) {
  std::vector<std::string> issues;
  for (const ElementIssue& issue : read.issues) {
    issues.push_back(absl::StrCat(issue.element_id, "@", issue.path, " ", TokenOf(issue.reason)));
  }
  return issues;
}

// The card in the other standard.
std::string InDelta(const ReadResult& read) {
  std::set<std::string> ids;
  for (const auto& element : read.elements) ids.insert(element.id());
  return ShippedPack("delta-reply", kIdentityCardType)->WriteDocument(read.elements, ids).document;
}

TEST(Threat, M02_ADateThatIsNoneIsReportedAndNotGuessed) {
  for (const char* text : {"0000年00月00日", "2023年02月29日", "2026年1月5日", "2026-01-05",
                           "２０２６年０１月０５日", "20260105", "长期有效", " 长期", ""}) {
    const ReadResult read = ReadCard(CardWith("\"expiringDate\": \"2046年01月05日\"",
                                              absl::StrCat("\"expiringDate\": \"", text, "\"")));

    EXPECT_THAT(IssuesOf(read),
                ElementsAre("certificateExpiringDate@expiringDate ELEMENT_MALFORMED"))
        << text;
    EXPECT_EQ(Find(read, "certificateExpiringDate"), nullptr) << text;
  }
}

TEST(Threat, M02_WithoutEndIsSaidAsTheStandardSaysItAndComesAsSuch) {
  const ReadResult read = ReadCard(CardWith("2046年01月05日", "长期"));

  EXPECT_THAT(IssuesOf(read), IsEmpty());
  ASSERT_NE(Find(read, "certificateExpiringDate"), nullptr);
  EXPECT_TRUE(Find(read, "certificateExpiringDate")->long_term());
}

TEST(Threat, M02_AnIdentityNumberThatIsNearlyOneIsKeptAsItIsAndDoesNotConform) {
  const Dictionary dictionary = ShippedDictionary();
  const std::pair<const char*, Reason> cases[] = {
      {"500103190001010011", Reason::kCheckDigitWrong},
      {"50010319000101001x", Reason::kElementMalformed},
      {"500103000101001", Reason::kElementMalformed},
      {"５００１０３１９０００１０１００１Ｘ", Reason::kElementMalformed},
      {"50010319000230001X", Reason::kElementMalformed},
      {" 50010319000101001X", Reason::kElementMalformed},
  };
  for (const auto& [number, reason] : cases) {
    const ReadResult read = ReadCard(
        CardWith("\"code\": \"50010319000101001X\"", absl::StrCat("\"code\": \"", number, "\"")));

    ASSERT_NE(Find(read, "certificateHolderCode"), nullptr) << number;
    EXPECT_EQ(Find(read, "certificateHolderCode")->values(0).text(), number);
    const auto faults = ConformanceFaults(read.elements, {}, dictionary);
    ASSERT_FALSE(faults.empty()) << number;
    EXPECT_EQ(faults.front().reason, reason) << number;
  }
}

TEST(Threat, M02_ARareNameArrivesWholeInTheOtherStandard) {
  for (const char* name :
       {"𠮷样例", "\U00020BB7\U0002B740\U00030EDE", "阿卜杜拉·样例", "阿卜杜拉\u2022样例",
        "\U0000E7C7样例", "䶮样例", "A\u0301样例", "ཨ་བུ"}) {
    const ReadResult read = ReadCard(CardWith("样例丁", name));

    EXPECT_THAT(IssuesOf(read), IsEmpty()) << name;
    ASSERT_NE(Find(read, "certificateHolderName"), nullptr) << name;
    EXPECT_EQ(Find(read, "certificateHolderName")->values(0).text(), name);
    EXPECT_TRUE(absl::StrContains(InDelta(read), absl::StrCat("\"", name, "\""))) << name;
  }
}

TEST(Threat, M02_ACodeInAnotherFormIsUnknownAndNotGuessed) {
  for (const char* code : {"１", "01", "男", "7"}) {
    const ReadResult read =
        ReadCard(CardWith("\"xb\": \"1\"", absl::StrCat("\"xb\": \"", code, "\"")));

    EXPECT_THAT(IssuesOf(read), ElementsAre("face.idcard.sex@surface.xb CODE_UNKNOWN")) << code;
    EXPECT_EQ(Find(read, "face.idcard.sex"), nullptr) << code;
  }
}

}  // namespace
}  // namespace mrg
