#include "gateway/cli/words.h"

#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "gateway/base/reason.h"
#include "gateway/cli/chinese_words.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/display.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(LanguageOfLocale, TheFirstThatIsSetDecides) {
  EXPECT_EQ(LanguageOfLocale("", "", ""), Language::kEnglish);
  EXPECT_EQ(LanguageOfLocale("", "", "zh_CN.UTF-8"), Language::kChinese);
  EXPECT_EQ(LanguageOfLocale("C.UTF-8", "zh_CN.UTF-8", "zh_CN.UTF-8"), Language::kEnglish);
  EXPECT_EQ(LanguageOfLocale("", "zh_TW", "en_GB.UTF-8"), Language::kChinese);
}

TEST(InLanguage, EachLineIsSaidByItselfWithItsBlanks) {
  EXPECT_EQ(InLanguage(Language::kChinese, "  staged \n\n"), "  已登记 \n\n");
  EXPECT_EQ(InLanguage(Language::kEnglish, "  staged \n\n"), "  staged \n\n");
  EXPECT_EQ(InLanguage(Language::kChinese, "     mrgctl trust sign --role "),
            "     mrgctl trust sign --role ");
}

TEST(HasChinese, ALineThatNobodyPutIntoChineseIsFound) {
  EXPECT_TRUE(HasChinese("staged \n     mrgctl trust sign --role "));
  EXPECT_FALSE(HasChinese("staged \nnobody has said this before"));
}

TEST(ChineseTexts, StandOncePerPieceAndHoldNoBlanksAround) {
  for (const auto texts : {ChineseHelp(), ChineseWords()}) {
    for (const ChineseText& text : texts) {
      EXPECT_FALSE(text.chinese.empty()) << std::string(text.english);
      EXPECT_EQ(InLanguage(Language::kChinese, text.english), std::string(text.chinese));
    }
  }
}

TEST(ShownTime, IsInUtcAndInChina) {
  const absl::Time noon = absl::FromUnixSeconds(1796040000);  // 2026-11-30T12:00:00Z

  EXPECT_EQ(ShownTime(Language::kEnglish, noon), "2026-11-30T12:00:00Z (Asia/Shanghai 20:00)");
  EXPECT_EQ(ShownTime(Language::kChinese, noon), "2026-11-30T12:00:00Z (北京时间 20:00)");
  EXPECT_EQ(ShownTime(Language::kEnglish, noon + absl::Hours(8)),
            "2026-11-30T20:00:00Z (Asia/Shanghai 2026-12-01 04:00)");
}

TEST(Display, OnlyWhatIsOursSpeaksTheLanguage) {
  std::ostringstream stream;
  Display out(&stream);
  out.SetLanguage(Language::kChinese);

  out << "staged " << std::string("staged") << OwnWords(" staged");

  EXPECT_EQ(stream.str(), "已登记 staged 已登记");
}

TEST(Report, AReasonIsSaidInChineseFirst) {
  std::ostringstream stream;
  Display err(&stream);
  err.SetLanguage(Language::kChinese);

  Report(MakeError(Reason::kNodeNotReady, "why"), err);

  EXPECT_THAT(stream.str(),
              StartsWith("mrgctl: " + std::string(InfoOf(Reason::kNodeNotReady).chinese) +
                         " (NODE_NOT_READY: why)\n  下一步："));
  EXPECT_THAT(stream.str(), Not(HasSubstr(std::string(InfoOf(Reason::kNodeNotReady).next_step))));
}

}  // namespace
}  // namespace mrg
