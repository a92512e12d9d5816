#include "gateway/translation/chinese_amount.h"

#include <random>
#include <string>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::Decimal;

Decimal Amount(const std::string& value, const std::string& unit = "万元",
               const std::string& currency = "CNY") {
  Decimal amount;
  amount.set_value(value);
  amount.set_unit(unit);
  amount.set_currency(currency);
  return amount;
}

std::string ReadValue(const std::string& text) {
  const auto amount = ReadChineseAmount(text);
  if (!amount.has_value()) return "refused";
  EXPECT_EQ(amount->unit(), "万元");
  EXPECT_EQ(amount->currency(), "CNY");
  return amount->value();
}

TEST(ChineseAmount, ProperWritingsAreRead) {
  EXPECT_EQ(ReadValue("人民币伍佰万元整"), "500.00");
  EXPECT_EQ(ReadValue("伍佰万圆正"), "500.00");
  EXPECT_EQ(ReadValue("壹元整"), "0.0001");
  EXPECT_EQ(ReadValue("壹拾万零柒仟元整"), "10.70");
  EXPECT_EQ(ReadValue("壹拾万柒仟元整"), "10.70");
  EXPECT_EQ(ReadValue("壹仟零壹元整"), "0.1001");
  EXPECT_EQ(ReadValue("壹亿元整"), "10000.00");
  EXPECT_EQ(ReadValue("壹亿零壹元整"), "10000.0001");
  EXPECT_EQ(ReadValue("壹拾元叁角"), "0.00103");
  EXPECT_EQ(ReadValue("壹拾元零叁分"), "0.001003");
  EXPECT_EQ(ReadValue("玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
            "99999999.999999");
}

TEST(ChineseAmount, AnythingElseIsNotGuessed) {
  for (const char* text : {"",
                           "人民币",
                           "整",
                           "伍佰万",
                           "伍佰万元",
                           "五百万元整",
                           "500万元",
                           "人民币伍佰万元整 ",
                           "万元整",
                           "零元整",
                           "壹壹元整",
                           "拾元整",
                           "伍佰佰万元整",
                           "壹万亿元整",
                           "壹元整整",
                           "美元伍佰万元整",
                           "伍佰万元整元整",
                           "壹拾壹拾元整",
                           "壹元叁分",
                           "人民币人民币壹元整"}) {
    EXPECT_EQ(ReadValue(text), "refused") << text;
  }
  EXPECT_EQ(ReadValue(std::string(100000, '1')), "refused");
}

TEST(ChineseAmount, AmountIsWrittenInItsOneProperForm) {
  EXPECT_EQ(WriteChineseAmount(Amount("500.00")), "人民币伍佰万元整");
  EXPECT_EQ(WriteChineseAmount(Amount("500")), "人民币伍佰万元整");
  EXPECT_EQ(WriteChineseAmount(Amount("5000000", "元")), "人民币伍佰万元整");
  EXPECT_EQ(WriteChineseAmount(Amount("0.0001")), "人民币壹元整");
}

TEST(ChineseAmount, AmountWithoutAnExactFormIsNotWritten) {
  EXPECT_EQ(WriteChineseAmount(Amount("20.00", "万元", "USD")), std::nullopt);
  EXPECT_EQ(WriteChineseAmount(Amount("20.00", "亿元")), std::nullopt);
  EXPECT_EQ(WriteChineseAmount(Amount("0.0000001")), std::nullopt) << "a tenth of a 分";
  EXPECT_EQ(WriteChineseAmount(Amount("0")), std::nullopt);
  EXPECT_EQ(WriteChineseAmount(Amount("-5")), std::nullopt);
  EXPECT_EQ(WriteChineseAmount(Amount("100000000")), std::nullopt) << "10^12 元";
  EXPECT_EQ(WriteChineseAmount(Amount("99999999999999999999999")), std::nullopt);
  EXPECT_EQ(WriteChineseAmount(Amount("")), std::nullopt);
  EXPECT_EQ(WriteChineseAmount(Amount(".")), std::nullopt);
}

TEST(ChineseAmount, WhatIsWrittenIsReadAgainAsTheSameAmount) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrFormat("seed %u", seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 5000; ++i) {
    // Every size of amount alike: so many leading digits are cut off.
    int64_t divisor = 1;
    for (int digits = random() % 14; digits > 0; --digits) divisor *= 10;
    const int64_t fen = static_cast<int64_t>(random() % 100000000000000) / divisor + 1;
    if (fen >= 100000000000000) continue;
    const Decimal amount = Amount(absl::StrFormat("%d.%02d", fen / 100, fen % 100), "元");

    const auto written = WriteChineseAmount(amount);

    ASSERT_TRUE(written.has_value()) << amount.value();
    const auto read = ReadChineseAmount(*written);
    ASSERT_TRUE(read.has_value()) << *written;
    EXPECT_EQ(WriteChineseAmount(*read), written) << amount.value();
    const std::string exact = absl::StrFormat("%d.%06d", fen / 1000000, fen % 1000000);
    EXPECT_EQ(exact.compare(0, read->value().size(), read->value()), 0) << exact;
    EXPECT_EQ(exact.find_first_not_of('0', read->value().size()), std::string::npos) << exact;
  }
}

}  // namespace
}  // namespace mrg
