#include "gateway/catalogue/check_digits.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace mrg {
namespace {

constexpr absl::string_view kDigitsAndLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
// GB 32100 leaves out I, O, S, V and Z.
constexpr absl::string_view kSocialCreditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr absl::string_view kIdentifierRoot = "1.2.156.3005.2.";
constexpr size_t kSocialCreditSize = 18;
constexpr size_t kTypeCodeSize = 21;
constexpr size_t kSerialBytesMax = 64;
constexpr size_t kDecimalBytesMax = 64;

bool IsOf(absl::string_view text, absl::string_view alphabet) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return alphabet.find(c) != absl::string_view::npos; });
}

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// REQUIRES: IsDigits(text), at most nine digits.
int ToInt(absl::string_view text) {
  int value = 0;
  for (char c : text) value = value * 10 + (c - '0');
  return value;
}

// Result: true when the ninth character checks the first eight (GB 11714).
// REQUIRES: nine characters of [0-9A-Z].
bool OrganisationCheckIsRight(absl::string_view code) {
  constexpr int kWeights[] = {3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < 8; ++i) {
    sum += kWeights[i] * static_cast<int>(kDigitsAndLetters.find(code[i]));
  }
  const int check = 11 - sum % 11;
  const char expected = check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check);
  return code[8] == expected;
}

}  // namespace

bool IsCalendarDay(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool IsDateText(absl::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && IsDigits(text.substr(0, 4)) &&
         IsDigits(text.substr(5, 2)) && IsDigits(text.substr(8, 2)) &&
         IsCalendarDay(ToInt(text.substr(0, 4)), ToInt(text.substr(5, 2)),
                       ToInt(text.substr(8, 2)));
}

bool IsDecimalText(absl::string_view text) {
  if (text.size() > kDecimalBytesMax) return false;
  absl::ConsumePrefix(&text, "-");
  const size_t point = text.find('.');
  const absl::string_view whole = text.substr(0, point);
  if (!IsDigits(whole) || (whole.size() > 1 && whole[0] == '0')) return false;
  return point == absl::string_view::npos || IsDigits(text.substr(point + 1));
}

bool IsProvinceCode(absl::string_view code) {
  static constexpr absl::string_view kProvinces[] = {
      "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34",
      "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52",
      "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"};
  return std::find(std::begin(kProvinces), std::end(kProvinces), code) != std::end(kProvinces);
}

std::optional<Reason> IdentityNumberRefusal(absl::string_view number, absl::CivilDay today) {
  if (number.size() != 18 || !IsDigits(number.substr(0, 17)) ||
      !IsOf(number.substr(17), "0123456789X")) {
    return Reason::kElementMalformed;
  }
  // The area is where the number was first given, which may have been abolished since; only the
  // province is certain (GB/T 2260).
  const int year = ToInt(number.substr(6, 4));
  const int month = ToInt(number.substr(10, 2));
  const int day = ToInt(number.substr(12, 2));
  if (!IsProvinceCode(number.substr(0, 2)) || !IsCalendarDay(year, month, day) ||
      absl::CivilDay(year, month, day) > today) {
    return Reason::kElementMalformed;
  }
  int sum = 0;
  int weight = 1;
  for (size_t i = 17; i-- > 0;) {
    weight = weight * 2 % 11;
    sum += weight * (number[i] - '0');
  }
  if (number[17] != absl::string_view("10X98765432")[sum % 11]) return Reason::kCheckDigitWrong;
  return std::nullopt;
}

std::optional<Reason> SocialCreditCodeRefusal(absl::string_view code) {
  if (code.size() != kSocialCreditSize || !IsOf(code, kSocialCreditAlphabet) ||
      !IsDigits(code.substr(2, 6))) {
    return Reason::kElementMalformed;
  }
  size_t sum = 0;
  size_t weight = 1;
  for (size_t i = 0; i + 1 < kSocialCreditSize; ++i) {
    sum += weight * kSocialCreditAlphabet.find(code[i]);
    weight = weight * 3 % 31;
  }
  if (code[17] != kSocialCreditAlphabet[(31 - sum % 31) % 31]) return Reason::kCheckDigitWrong;
  if (!OrganisationCheckIsRight(code.substr(8, 9))) return Reason::kCheckDigitWrong;
  return std::nullopt;
}

std::optional<Reason> OrganisationCodeRefusal(absl::string_view code) {
  std::string plain(code);
  if (plain.size() == 10 && plain[8] == '-') plain.erase(8, 1);
  if (plain.size() != 9 || !IsOf(plain, kDigitsAndLetters)) return Reason::kElementMalformed;
  if (!OrganisationCheckIsRight(plain)) return Reason::kCheckDigitWrong;
  return std::nullopt;
}

std::optional<Reason> TypeCodeRefusal(absl::string_view code) {
  if (code.size() != kTypeCodeSize || !IsDigits(code.substr(kSocialCreditSize))) {
    return Reason::kElementMalformed;
  }
  return SocialCreditCodeRefusal(code.substr(0, kSocialCreditSize));
}

std::optional<char> Mod3736CheckCharacter(absl::string_view text) {
  if (text.empty() || !IsOf(text, kDigitsAndLetters)) return std::nullopt;
  size_t product = 36;
  for (char c : text) {
    product = (product + kDigitsAndLetters.find(c)) % 36;
    if (product == 0) product = 36;
    product = product * 2 % 37;
  }
  return kDigitsAndLetters[(37 - product) % 36];
}

std::optional<Reason> LicenceIdentifierRefusal(absl::string_view identifier) {
  if (!absl::ConsumePrefix(&identifier, kIdentifierRoot)) return Reason::kElementMalformed;
  const std::vector<std::string> parts = absl::StrSplit(identifier, '.');
  if (parts.size() != 5) return Reason::kElementMalformed;
  const std::string& serial = parts[2];
  const std::string& version = parts[3];
  if (serial.empty() || serial.size() > kSerialBytesMax || !IsOf(serial, kDigitsAndLetters) ||
      version.size() != 3 || !IsDigits(version) || version == "000" || parts[4].size() != 1 ||
      !IsOf(parts[4], kDigitsAndLetters)) {
    return Reason::kElementMalformed;
  }
  if (auto refusal = TypeCodeRefusal(parts[0])) return refusal;
  if (auto refusal = SocialCreditCodeRefusal(parts[1])) return refusal;
  if (Mod3736CheckCharacter(parts[0] + parts[1] + serial + version) != parts[4][0]) {
    return Reason::kCheckDigitWrong;
  }
  return std::nullopt;
}

}  // namespace mrg
