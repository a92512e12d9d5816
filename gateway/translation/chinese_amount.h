#ifndef MRG_GATEWAY_TRANSLATION_CHINESE_AMOUNT_H_
#define MRG_GATEWAY_TRANSLATION_CHINESE_AMOUNT_H_

// Amounts of 人民币 in Chinese capital numerals, as business licences state registered capital.
//
// Thread-safe: pure functions.

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "mrg/gateway/v1/licence.pb.h"

namespace mrg {

// Reads 人民币伍佰万元整 and its kind: an optional 人民币 in front, numerals 零壹贰叁肆伍陆柒捌玖
// with 拾佰仟万亿, 元 or 圆, then 整, 正, or 角 and 分. The numeral must be the one proper writing
// of its amount, with the choices that the rule leaves (零 after 万 or 元, 整 after 角).
// Result: the amount in 万元, currency CNY, at least two digits after the point ("500.00"); nullopt
// for anything else. Range: 0.01 元 to below 10^12 元.
// Source: 中国人民银行《正确填写票据和结算凭证的基本规定》(1997).
std::optional<gateway::v1::Decimal> ReadChineseAmount(absl::string_view text);

// Result: the amount in capital numerals with 人民币 in front; nullopt when it has no exact form
// there: another currency, a unit other than 万元 or 元, parts of a 分, outside the range above.
std::optional<std::string> WriteChineseAmount(const gateway::v1::Decimal& amount);

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_CHINESE_AMOUNT_H_
