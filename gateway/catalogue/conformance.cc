#include "gateway/catalogue/conformance.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "gateway/catalogue/check_digits.h"
#include "gateway/catalogue/licence_number.h"

namespace mrg {
namespace {

using gateway::v1::DictionaryElement;
using gateway::v1::Element;
using gateway::v1::Value;

constexpr absl::string_view kHolderCode = "certificateHolderCode";
constexpr absl::string_view kHolderTypeCode = "certificateHolderTypeCode";
constexpr absl::string_view kNumber = "certificateNumber";
constexpr size_t kValuesMax = 256;

Value::KindCase KindOf(gateway::v1::ElementType type) {
  switch (type) {
    case gateway::v1::ELEMENT_TYPE_TEXT:
      return Value::kText;
    case gateway::v1::ELEMENT_TYPE_DATE:
      return Value::kDate;
    case gateway::v1::ELEMENT_TYPE_INTEGER:
      return Value::kInteger;
    case gateway::v1::ELEMENT_TYPE_DECIMAL:
      return Value::kDecimal;
    case gateway::v1::ELEMENT_TYPE_CODE:
      return Value::kCode;
    default:
      return Value::KIND_NOT_SET;
  }
}

bool IsDigits(absl::string_view text, size_t size) {
  return text.size() == size && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

std::optional<Reason> TextRefusal(const std::string& text, const DictionaryElement& rule) {
  if (rule.bytes_max() != 0 && text.size() > rule.bytes_max()) return Reason::kElementMalformed;
  switch (rule.check()) {
    case gateway::v1::ELEMENT_CHECK_GB32100:
      return SocialCreditCodeRefusal(text);
    case gateway::v1::ELEMENT_CHECK_GBT36904:
      return LicenceIdentifierRefusal(text);
    case gateway::v1::ELEMENT_CHECK_TYPE_CODE:
      return TypeCodeRefusal(text);
    case gateway::v1::ELEMENT_CHECK_GBT2260:
      if (!IsDigits(text, 6)) return Reason::kElementMalformed;
      if (!IsProvinceCode(absl::string_view(text).substr(0, 2))) return Reason::kCodeUnknown;
      return std::nullopt;
    case gateway::v1::ELEMENT_CHECK_TWELVE_DIGITS:
      if (!IsDigits(text, 12)) return Reason::kElementMalformed;
      return std::nullopt;
    default:
      return std::nullopt;  // the holder's code is checked with the whole licence
  }
}

std::optional<Reason> ValueRefusal(const Value& value, const DictionaryElement& rule,
                                   const Dictionary& dictionary) {
  if (value.kind_case() != KindOf(rule.type())) return Reason::kElementMalformed;
  switch (value.kind_case()) {
    case Value::kText:
      if (value.text().empty()) return Reason::kElementMalformed;
      return TextRefusal(value.text(), rule);
    case Value::kDate:
      if (!IsDateText(value.date())) return Reason::kElementMalformed;
      return std::nullopt;
    case Value::kInteger:
      if (value.integer() < 0) return Reason::kElementMalformed;
      return std::nullopt;
    case Value::kDecimal:
      if (!IsDecimalText(value.decimal().value())) return Reason::kElementMalformed;
      return std::nullopt;
    case Value::kCode: {
      const CodeList* list = dictionary.FindCodeList(rule.code_list());
      if (list == nullptr || value.code().list() != rule.code_list() ||
          !list->Contains(value.code().value())) {
        return Reason::kCodeUnknown;
      }
      return std::nullopt;
    }
    default:
      return Reason::kElementMalformed;
  }
}

// The form of a holder's code depends on its kind (GB/T 36903, list of holder-code types).
std::optional<Reason> HolderCodeRefusal(const Element& codes, const Element* kinds,
                                        absl::CivilDay today) {
  if (kinds == nullptr) return std::nullopt;
  // A holder without a code, or a code without a kind, cannot be told apart from another's.
  if (kinds->values_size() != codes.values_size()) return Reason::kElementMalformed;
  for (int i = 0; i < codes.values_size(); ++i) {
    const std::string& kind = kinds->values(i).code().value();
    std::optional<Reason> refusal;
    if (kind == "111") refusal = IdentityNumberRefusal(codes.values(i).text(), today);
    if (kind == "001") refusal = SocialCreditCodeRefusal(codes.values(i).text());
    if (refusal.has_value()) return refusal;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Reason> ElementRefusal(const Element& element, const Dictionary& dictionary) {
  const DictionaryElement* rule = dictionary.Find(element.id());
  if (rule == nullptr) return Reason::kElementMalformed;
  if (element.long_term()) {
    if (!rule->may_be_long_term() || element.values_size() != 0) return Reason::kElementMalformed;
    return std::nullopt;
  }
  const size_t count = static_cast<size_t>(element.values_size());
  if (count == 0 || count > (rule->repeatable() ? kValuesMax : 1)) return Reason::kElementMalformed;
  for (const Value& value : element.values()) {
    if (auto refusal = ValueRefusal(value, *rule, dictionary)) return refusal;
    // No status could be set under it, so nothing could ever revoke the licence.
    if (element.id() == kNumber && !NormaliseNumber(kNumber, value.text()).ok()) {
      return Reason::kElementMalformed;
    }
  }
  return std::nullopt;
}

std::vector<ElementFault> ConformanceFaults(const std::vector<Element>& elements,
                                            const gateway::v1::CatalogueEntry& entry,
                                            const Dictionary& dictionary, absl::Time now) {
  // Licences name days of Asia/Shanghai, which has had no daylight saving since 1991.
  const absl::CivilDay today = absl::ToCivilDay(now, absl::FixedTimeZone(8 * 60 * 60));
  std::vector<ElementFault> faults;
  std::vector<ElementFault> repeated;
  std::map<absl::string_view, const Element*> by_id;
  for (const Element& element : elements) {
    if (by_id.emplace(element.id(), &element).second) continue;
    repeated.push_back({element.id(), Reason::kElementMalformed});
  }
  for (const auto& wanted : entry.elements()) {
    if (wanted.obligation() != gateway::v1::ELEMENT_OBLIGATION_MANDATORY) continue;
    auto found = by_id.find(wanted.element_id());
    if (found == by_id.end() || (found->second->values().empty() && !found->second->long_term())) {
      faults.push_back({wanted.element_id(), Reason::kElementMissing});
    }
  }
  std::move(repeated.begin(), repeated.end(), std::back_inserter(faults));
  for (const Element& element : elements) {
    std::optional<Reason> refusal = ElementRefusal(element, dictionary);
    if (!refusal.has_value() && element.id() == kHolderCode) {
      auto kinds = by_id.find(kHolderTypeCode);
      refusal = HolderCodeRefusal(element, kinds == by_id.end() ? nullptr : kinds->second, today);
    }
    if (refusal.has_value()) faults.push_back({element.id(), *refusal});
  }
  return faults;
}

}  // namespace mrg
