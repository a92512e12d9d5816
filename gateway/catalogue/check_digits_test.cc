#include "gateway/catalogue/check_digits.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr auto kGood = std::optional<Reason>();
constexpr auto kMalformed = std::optional<Reason>(Reason::kElementMalformed);
constexpr auto kWrong = std::optional<Reason>(Reason::kCheckDigitWrong);

// GB 11643, all synthetic.
TEST(IdentityNumber, SyntheticNumbersWithRightDigitsAreGood) {
  for (const char* number :
       {"310101190001010011", "31010119000101002X", "510104190001010018", "330102190001010011",
        "340102190001010013", "320101190001010013", "50010319000101001X", "510202190001010010"}) {
    EXPECT_EQ(IdentityNumberRefusal(number), kGood) << number;
  }
}

TEST(IdentityNumber, WrongDigitIsToldFromWrongForm) {
  EXPECT_EQ(IdentityNumberRefusal("310101190001010012"), kWrong);
  EXPECT_EQ(IdentityNumberRefusal("310101190001100011"), kWrong) << "two digits swapped";
  EXPECT_EQ(IdentityNumberRefusal("310101190002290019"), kMalformed) << "1900 is no leap year";
  EXPECT_EQ(IdentityNumberRefusal("310101190013010019"), kMalformed) << "month 13";
  EXPECT_EQ(IdentityNumberRefusal("990101190001010018"), kMalformed) << "no such area";
  EXPECT_EQ(IdentityNumberRefusal("31010119000101002x"), kMalformed) << "lower case";
  EXPECT_EQ(IdentityNumberRefusal("310101000101001"), kMalformed) << "15 digits of before 1999";
  EXPECT_EQ(IdentityNumberRefusal("３１010119000101"), kMalformed) << "full-width digits";
  EXPECT_EQ(IdentityNumberRefusal(""), kMalformed);
}

TEST(IdentityNumber, BirthDateInTheFutureIsImpossible) {
  const char* born_2099 = "310101209901010014";
  EXPECT_EQ(IdentityNumberRefusal(born_2099), kGood) << "no day to compare with";
  EXPECT_EQ(IdentityNumberRefusal(born_2099, absl::CivilDay(2098, 12, 31)), kMalformed);
  EXPECT_EQ(IdentityNumberRefusal(born_2099, absl::CivilDay(2099, 1, 1)), kGood);
}

// GB 32100; the bodies are synthetic.
TEST(SocialCreditCode, SyntheticCodesWithRightDigitsAreGood) {
  for (const char* code :
       {"91310000XX0000019X", "91320000XX0000027W", "11310000YY000001XH", "11100000XX00000510",
        "91350100M000100Y43", "11100000XX0000019L", "11100000XX0000027F", "11100000XX0000035A",
        "11100000XX00000435", "11100000XX000006XP", "11100000XX0000078P", "11100000XX0000086J",
        "11320000YY000001XM", "11330000YY000001XR", "11340000YY000001XX", "11500000YY000001XT",
        "11510000YY000001XY", "12310000YY0000028E", "52330000YY0000036D", "91510000XX00000351"}) {
    EXPECT_EQ(SocialCreditCodeRefusal(code), kGood) << code;
  }
}

TEST(SocialCreditCode, WrongDigitOutsideOrInsideIsToldFromWrongForm) {
  EXPECT_EQ(SocialCreditCodeRefusal("91310000XX0000019Y"), kWrong);
  EXPECT_EQ(SocialCreditCodeRefusal("91310000XX0000018T"), kWrong) << "inner GB 11714 check";
  EXPECT_EQ(SocialCreditCodeRefusal("91310000XI0000019X"), kMalformed) << "I is not a symbol";
  EXPECT_EQ(SocialCreditCodeRefusal("91310000XX0000019x"), kMalformed) << "lower case";
  EXPECT_EQ(SocialCreditCodeRefusal("91310000XX0000019"), kMalformed);
}

// GB 11714.
TEST(OrganisationCode, CheckCharacterIsOneOfElevenWithXAndZero) {
  for (const char* code : {"XX000001-9", "XX000002-7", "YY000001-X", "M000100Y-4", "YY000001X"}) {
    EXPECT_EQ(OrganisationCodeRefusal(code), kGood) << code;
  }
  EXPECT_EQ(OrganisationCodeRefusal("XX000001-8"), kWrong);
  EXPECT_EQ(OrganisationCodeRefusal("YY000001-0"), kWrong) << "X written as 0";
  EXPECT_EQ(OrganisationCodeRefusal("YY000001-x"), kMalformed);
  EXPECT_EQ(OrganisationCodeRefusal("XX00001-9"), kMalformed) << "seven characters";
}

TEST(TypeCode, IsSocialCreditCodeAndThreeDigits) {
  EXPECT_EQ(TypeCodeRefusal("11100000XX0000019L001"), kGood);
  EXPECT_EQ(TypeCodeRefusal("11100000XX0000019M001"), kWrong);
  EXPECT_EQ(TypeCodeRefusal("11100000XX0000019L01"), kMalformed);
  EXPECT_EQ(TypeCodeRefusal("11100000XX0000019L00A"), kMalformed);
}

// GB/T 36904; worked example of ISO/IEC 7064.
TEST(LicenceIdentifier, CheckCharacterOfTheWorkedExample) {
  EXPECT_EQ(Mod3736CheckCharacter("1A9"), '8');
  EXPECT_EQ(Mod3736CheckCharacter("11100000XX0000027F00111320000YY000001XM2026000001001"), 'Z');
  EXPECT_EQ(Mod3736CheckCharacter(""), std::nullopt);
  EXPECT_EQ(Mod3736CheckCharacter("1a9"), std::nullopt);
}

TEST(LicenceIdentifier, SyntheticIdentifiersOfAllLengthsAreGood) {
  for (const char* identifier :
       {"1.2.156.3005.2.11100000XX0000027F001.11320000YY000001XM.2026000001.001.Z",
        "1.2.156.3005.2.11100000XX0000027F001.11320000YY000001XM.2026000001.002.X",
        "1.2.156.3005.2.11100000XX0000035A002.11510000YY000001XY.00000000000000000042.001.I",
        "1.2.156.3005.2.11100000XX00000435001.11500000YY000001XT.ABCDEFGHIJ0123456789.001.K",
        "1.2.156.3005.2.11100000XX0000019L001.11330000YY000001XR.1.001.F"}) {
    EXPECT_EQ(LicenceIdentifierRefusal(identifier), kGood) << identifier;
  }
}

TEST(LicenceIdentifier, WrongCharacterIsToldFromWrongForm) {
  const auto identifier = [](const char* root, const char* serial, const char* version,
                             const char* check) {
    return absl::StrCat(root, ".11100000XX0000027F001.11320000YY000001XM.", serial, ".", version,
                        ".", check);
  };
  const char* root = "1.2.156.3005.2";
  EXPECT_EQ(LicenceIdentifierRefusal(identifier(root, "2026000001", "001", "0")), kWrong);
  EXPECT_EQ(LicenceIdentifierRefusal(identifier(root, "2026000010", "001", "Z")), kWrong);
  EXPECT_EQ(LicenceIdentifierRefusal(identifier(root, "2026000001", "003", "Z")), kWrong);
  EXPECT_EQ(LicenceIdentifierRefusal(identifier("1.2.156.3005.1", "2026000001", "001", "Z")),
            kMalformed);
  EXPECT_EQ(LicenceIdentifierRefusal(identifier(root, "2026000001", "1", "Z")), kMalformed);
  EXPECT_EQ(LicenceIdentifierRefusal(identifier(root, "20260000o1", "001", "Z")), kMalformed);
  EXPECT_EQ(LicenceIdentifierRefusal(identifier(root, "", "001", "Z")), kMalformed);
  EXPECT_EQ(LicenceIdentifierRefusal(identifier(root, "2026000001", "001", "")), kMalformed);
}

// A fault seen in the field: letters taken as 11 to 36, where ISO/IEC 7064 has 10 to 35. It must be
// reported, never repaired.
TEST(LicenceIdentifier, LettersPlusOneRoutineOfAVendorIsReported) {
  const std::string alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const std::string text = "11100000XX0000027F00111320000YY000001XM2026000001001";
  size_t product = 36;
  for (char c : text) {
    const size_t index = alphabet.find(c);
    product = (product + (index < 10 ? index : index + 1)) % 36;
    if (product == 0) product = 36;
    product = product * 2 % 37;
  }
  const char vendor = alphabet[(37 - product) % 36];

  ASSERT_NE(vendor, 'Z');
  EXPECT_EQ(LicenceIdentifierRefusal(absl::StrCat(
                "1.2.156.3005.2.11100000XX0000027F001.11320000YY000001XM.2026000001.001.",
                std::string(1, vendor))),
            kWrong);
}

TEST(CalendarDay, LeapYearsAndMonthLengthsOfTheGregorianCalendar) {
  EXPECT_TRUE(IsCalendarDay(2000, 2, 29));
  EXPECT_TRUE(IsCalendarDay(2024, 2, 29));
  EXPECT_FALSE(IsCalendarDay(2023, 2, 29));
  EXPECT_FALSE(IsCalendarDay(1900, 2, 29));
  EXPECT_FALSE(IsCalendarDay(2026, 4, 31));
  EXPECT_FALSE(IsCalendarDay(2026, 0, 1));
  EXPECT_FALSE(IsCalendarDay(2026, 13, 1));
  EXPECT_FALSE(IsCalendarDay(0, 1, 1));
  EXPECT_TRUE(IsDateText("2026-12-31"));
  EXPECT_FALSE(IsDateText("0000-00-00"));
  EXPECT_FALSE(IsDateText("2026-1-01"));
  EXPECT_FALSE(IsDateText("2026/01/01"));
}

TEST(DecimalText, PlainDigitsWithAtMostOnePoint) {
  for (const char* good : {"0", "500.00", "-1.5", "0.01", "12345678901234567890"}) {
    EXPECT_TRUE(IsDecimalText(good)) << good;
  }
  for (const char* bad : {"", "-", ".5", "5.", "05", "1,000", "1e3", "+1", "1.2.3", "５"}) {
    EXPECT_FALSE(IsDecimalText(bad)) << bad;
  }
  EXPECT_FALSE(IsDecimalText(std::string(65, '1')));
}

}  // namespace
}  // namespace mrg
