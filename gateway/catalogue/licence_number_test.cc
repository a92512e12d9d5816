#include "gateway/catalogue/licence_number.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(LicenceNumber, WritingsOfOneNumberAreOne) {
  const std::string normal = "沪(2026)A0001号";
  for (const char* written : {"沪(2026)A0001号", "沪（2026）A0001号", "沪（２０２６）Ａ０００１号",
                              " 沪(2026) a0001号\t", "沪(2026)\u3000A0001\u00a0号"}) {
    EXPECT_EQ(NormaliseNumber(written), normal) << written;
  }
  EXPECT_EQ(NormaliseNumber("京〔2026〕1"), NormaliseNumber("京【2026】1"));
  EXPECT_EQ(NormaliseNumber("31010119000101002x"), "31010119000101002X");
}

TEST(LicenceNumber, DifferentNumbersStayDifferent) {
  EXPECT_NE(NormaliseNumber("S-0001"), NormaliseNumber("S0001"));
  EXPECT_NE(NormaliseNumber("𠮷1"), NormaliseNumber("吉1"));
  EXPECT_NE(NormaliseNumber("〔1〕"), NormaliseNumber("(1)"));
}

TEST(LicenceNumber, NormalisingTwiceChangesNothing) {
  for (const char* written : {"沪（2026） a号", "～｀！", "\uFF5E", "", "A"}) {
    EXPECT_EQ(NormaliseNumber(NormaliseNumber(written)), NormaliseNumber(written)) << written;
  }
}

}  // namespace
}  // namespace mrg
