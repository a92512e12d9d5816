#include "gateway/base/code_points.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(CodePoints, EachLengthIsDecoded) {
  EXPECT_EQ(FirstCodePoint("az").value, uint32_t{'a'});
  EXPECT_EQ(FirstCodePoint("é").value, 0xE9u);
  EXPECT_EQ(FirstCodePoint("证书").value, 0x8BC1u);
  EXPECT_EQ(FirstCodePoint("𠀋").value, 0x2000Bu);
  EXPECT_EQ(FirstCodePoint("𠀋").bytes, 4u);
}

TEST(CodePoints, OverlongSurrogateTooLargeAndCutOffAreNone) {
  for (const char* text : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                           "\xE8\xAF", "\x80", "\xFF"}) {
    EXPECT_EQ(FirstCodePoint(text).bytes, 0u) << text;
  }
}

}  // namespace
}  // namespace mrg
