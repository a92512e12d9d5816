#include "gateway/translation/date_layout.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::DATE_LAYOUT_BASIC;
using gateway::v1::DATE_LAYOUT_CHINESE;
using gateway::v1::DATE_LAYOUT_EXTENDED;
using gateway::v1::DATE_LAYOUT_EXTENDED_MIDNIGHT;
using gateway::v1::DATE_LAYOUT_UNSPECIFIED;
using gateway::v1::DateLayout;
using gateway::v1::DateLayout_Name;

constexpr DateLayout kLayouts[] = {DATE_LAYOUT_EXTENDED, DATE_LAYOUT_EXTENDED_MIDNIGHT,
                                   DATE_LAYOUT_CHINESE, DATE_LAYOUT_BASIC};

TEST(DateLayout, EachLayoutReadsItsOwnFormOnly) {
  const char* forms[] = {"2026-01-05", "2026-01-05 00:00:00", "2026年01月05日", "20260105"};
  for (size_t i = 0; i < std::size(kLayouts); ++i) {
    for (size_t j = 0; j < std::size(forms); ++j) {
      const auto read = ReadDate(forms[j], kLayouts[i]);
      EXPECT_EQ(read.has_value(), i == j) << forms[j] << " as " << DateLayout_Name(kLayouts[i]);
      EXPECT_EQ(read.value_or("2026-01-05"), "2026-01-05");
    }
    EXPECT_EQ(WriteDate("2026-01-05", kLayouts[i]), forms[i]);
  }
}

TEST(Threat, M02_DayThatDoesNotExistIsNoDateInAnyLayout) {
  EXPECT_EQ(ReadDate("0000-00-00", DATE_LAYOUT_EXTENDED), std::nullopt);
  EXPECT_EQ(ReadDate("2023-02-29", DATE_LAYOUT_EXTENDED), std::nullopt);
  EXPECT_EQ(ReadDate("2023-02-29 00:00:00", DATE_LAYOUT_EXTENDED_MIDNIGHT), std::nullopt);
  EXPECT_EQ(ReadDate("2023年02月29日", DATE_LAYOUT_CHINESE), std::nullopt);
  EXPECT_EQ(ReadDate("20230229", DATE_LAYOUT_BASIC), std::nullopt);
  EXPECT_EQ(ReadDate("2024年02月29日", DATE_LAYOUT_CHINESE), "2024-02-29");
}

TEST(Threat, M02_NearlyRightFormsAreNotGuessed) {
  EXPECT_EQ(ReadDate("2026-01-05 08:00:00", DATE_LAYOUT_EXTENDED_MIDNIGHT), std::nullopt);
  EXPECT_EQ(ReadDate("2026年1月5日", DATE_LAYOUT_CHINESE), std::nullopt);
  EXPECT_EQ(ReadDate("２０２６年０１月０５日", DATE_LAYOUT_CHINESE), std::nullopt);
  EXPECT_EQ(ReadDate("2026/01/05", DATE_LAYOUT_EXTENDED), std::nullopt);
  EXPECT_EQ(ReadDate("1767571200000", DATE_LAYOUT_BASIC), std::nullopt) << "epoch milliseconds";
  EXPECT_EQ(ReadDate("长期", DATE_LAYOUT_EXTENDED), std::nullopt);
  EXPECT_EQ(ReadDate("", DATE_LAYOUT_BASIC), std::nullopt);
  EXPECT_EQ(ReadDate("2026-01-05", DATE_LAYOUT_UNSPECIFIED), std::nullopt);
}

}  // namespace
}  // namespace mrg
