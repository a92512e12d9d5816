#include "gateway/translation/chinese_amount.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace mrg {
namespace {

constexpr absl::string_view kDigits[] = {"零", "壹", "贰", "叁", "肆",
                                         "伍", "陆", "柒", "捌", "玖"};
constexpr absl::string_view kRenminbi = "人民币";
constexpr int64_t kFenPerYuan = 100;
constexpr int64_t kFenPerWan = 1000000;
constexpr int64_t kFenMax = int64_t{1000000000000} * kFenPerYuan;  // exclusive
constexpr size_t kNumeralBytesMax = 128;

// The choices that the rule leaves to the writer.
struct Choices {
  bool zero_after_group = false;  // 壹拾万零柒仟 for 壹拾万柒仟
  bool zero_after_yuan = false;   // 捌拾元零叁角 for 捌拾元叁角
  bool whole_after_jiao = false;  // 叁角整 for 叁角
};

// Appends 1 to 9999 without a leading 零.
void AppendGroup(int value, std::string* out) {
  constexpr absl::string_view kUnits[] = {"仟", "佰", "拾", ""};
  constexpr int kWeights[] = {1000, 100, 10, 1};
  bool begun = false;
  bool zero = false;
  for (int i = 0; i < 4; ++i) {
    const int digit = value / kWeights[i] % 10;
    if (digit == 0) {
      zero = begun;
      continue;
    }
    if (zero) absl::StrAppend(out, kDigits[0]);
    absl::StrAppend(out, kDigits[digit], kUnits[i]);
    begun = true;
    zero = false;
  }
}

// Result: the numeral of whole 元 without the word 元. REQUIRES: 0 < yuan < 10^12.
std::string WholeNumeral(int64_t yuan, const Choices& choices) {
  constexpr absl::string_view kUnits[] = {"亿", "万", ""};
  const int groups[] = {static_cast<int>(yuan / 100000000), static_cast<int>(yuan / 10000 % 10000),
                        static_cast<int>(yuan % 10000)};
  std::string numeral;
  bool group_skipped = false;
  int last = 0;
  for (int i = 0; i < 3; ++i) {
    if (groups[i] == 0) {
      group_skipped = !numeral.empty();
      continue;
    }
    if (!numeral.empty() &&
        (group_skipped || groups[i] < 1000 || (choices.zero_after_group && last % 10 == 0))) {
      absl::StrAppend(&numeral, kDigits[0]);
    }
    AppendGroup(groups[i], &numeral);
    absl::StrAppend(&numeral, kUnits[i]);
    last = groups[i];
    group_skipped = false;
  }
  return numeral;
}

// REQUIRES: 0 < fen < kFenMax.
std::string Numeral(int64_t fen, const Choices& choices) {
  const int64_t yuan = fen / kFenPerYuan;
  const int jiao = static_cast<int>(fen / 10 % 10);
  const int rest = static_cast<int>(fen % 10);
  std::string numeral;
  if (yuan > 0) absl::StrAppend(&numeral, WholeNumeral(yuan, choices), "元");
  if (jiao == 0 && rest == 0) return absl::StrCat(numeral, "整");
  if (jiao > 0) {
    if (yuan > 0 && yuan % 10 == 0 && choices.zero_after_yuan)
      absl::StrAppend(&numeral, kDigits[0]);
    absl::StrAppend(&numeral, kDigits[jiao], "角");
    if (rest == 0) return choices.whole_after_jiao ? absl::StrCat(numeral, "整") : numeral;
  } else if (yuan > 0) {
    absl::StrAppend(&numeral, kDigits[0]);
  }
  return absl::StrCat(numeral, kDigits[rest], "分");
}

// Result: what the characters add up to, proper writing or not; nullopt for other characters.
std::optional<int64_t> AddUp(absl::string_view numeral) {
  struct Unit {
    absl::string_view word;
    int64_t weight;
  };
  constexpr Unit kSmall[] = {{"拾", 10}, {"佰", 100}, {"仟", 1000}};
  constexpr Unit kLarge[] = {{"万", 10000}, {"亿", 100000000}};
  int64_t fen = 0;
  int64_t yuan = 0;
  int64_t group = 0;
  int64_t digit = 0;
  while (!numeral.empty()) {
    bool known = absl::ConsumePrefix(&numeral, "整");
    for (int i = 0; i < 10 && !known; ++i) {
      if ((known = absl::ConsumePrefix(&numeral, kDigits[i]))) digit = i;
    }
    for (const Unit& unit : kSmall) {
      if (known || !absl::ConsumePrefix(&numeral, unit.word)) continue;
      known = true;
      group += digit * unit.weight;
      digit = 0;
    }
    for (const Unit& unit : kLarge) {
      if (known || !absl::ConsumePrefix(&numeral, unit.word)) continue;
      known = true;
      yuan += (group + digit) * unit.weight;
      group = digit = 0;
    }
    if (!known && absl::ConsumePrefix(&numeral, "元")) {
      known = true;
      yuan += group + digit;
      group = digit = 0;
    } else if (!known && absl::ConsumePrefix(&numeral, "角")) {
      known = true;
      fen += digit * 10;
      digit = 0;
    } else if (!known && absl::ConsumePrefix(&numeral, "分")) {
      known = true;
      fen += digit;
      digit = 0;
    }
    if (!known || yuan >= kFenMax / kFenPerYuan) return std::nullopt;
  }
  return yuan * kFenPerYuan + fen;
}

bool IsAWritingOf(absl::string_view numeral, int64_t fen) {
  for (int bits = 0; bits < 8; ++bits) {
    const Choices choices{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
    if (Numeral(fen, choices) == numeral) return true;
  }
  return false;
}

// Result: `text` times 10^places as a whole number; nullopt when it is not one or too large.
std::optional<int64_t> Scaled(absl::string_view text, int places) {
  int64_t value = 0;
  int fraction = -1;  // digits after the point; -1 before it
  bool any = false;
  for (char c : text) {
    if (c == '.' && fraction < 0) {
      fraction = 0;
      continue;
    }
    if (!absl::ascii_isdigit(c)) return std::nullopt;
    any = true;
    if (fraction >= places) {
      if (c != '0') return std::nullopt;
      continue;
    }
    value = value * 10 + (c - '0');
    if (value >= kFenMax) return std::nullopt;
    if (fraction >= 0) ++fraction;
  }
  if (!any) return std::nullopt;
  for (int i = fraction < 0 ? 0 : fraction; i < places; ++i) {
    value *= 10;
    if (value >= kFenMax) return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<gateway::v1::Decimal> ReadChineseAmount(absl::string_view text) {
  if (text.size() > kNumeralBytesMax) return std::nullopt;
  absl::ConsumePrefix(&text, kRenminbi);
  std::string numeral = absl::StrReplaceAll(text, {{"圆", "元"}});
  if (absl::EndsWith(numeral, "正")) numeral.replace(numeral.size() - 3, 3, "整");
  const std::optional<int64_t> fen = AddUp(numeral);
  if (!fen.has_value() || *fen <= 0 || *fen >= kFenMax || !IsAWritingOf(numeral, *fen)) {
    return std::nullopt;
  }
  std::string value = absl::StrFormat("%d.%06d", *fen / kFenPerWan, *fen % kFenPerWan);
  for (int spare = 4; spare > 0 && value.back() == '0'; --spare) value.pop_back();
  gateway::v1::Decimal amount;
  amount.set_value(value);
  amount.set_unit("万元");
  amount.set_currency("CNY");
  return amount;
}

std::optional<std::string> WriteChineseAmount(const gateway::v1::Decimal& amount) {
  if (amount.currency() != "CNY") return std::nullopt;
  std::optional<int64_t> fen;
  if (amount.unit() == "万元") fen = Scaled(amount.value(), 6);
  if (amount.unit() == "元") fen = Scaled(amount.value(), 2);
  if (!fen.has_value() || *fen == 0) return std::nullopt;
  return absl::StrCat(kRenminbi, Numeral(*fen, Choices()));
}

}  // namespace mrg
