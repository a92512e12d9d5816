#include "gateway/recognition/licence_facts.h"

#include <algorithm>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "gateway/catalogue/check_digits.h"

namespace mrg {
namespace {

using gateway::v1::Element;
using gateway::v1::Value;

constexpr absl::string_view kStatusValid = "VALID";

// Asia/Shanghai has had no daylight saving since 1991, and licences name days, not instants.
absl::TimeZone Shanghai() { return absl::FixedTimeZone(8 * 60 * 60); }

const Element* Find(const std::vector<Element>& elements, absl::string_view id) {
  const auto found = std::find_if(elements.begin(), elements.end(),
                                  [&](const Element& one) { return one.id() == id; });
  return found == elements.end() ? nullptr : &*found;
}

std::string TextOf(const Value& value) {
  switch (value.kind_case()) {
    case Value::kText:
      return value.text();
    case Value::kDate:
      return value.date();
    case Value::kCode:
      return value.code().value();
    default:
      return std::string();
  }
}

std::vector<std::string> Texts(const std::vector<Element>& elements, absl::string_view id) {
  std::vector<std::string> texts;
  const Element* element = Find(elements, id);
  if (element == nullptr) return texts;
  for (const Value& value : element->values()) texts.push_back(TextOf(value));
  return texts;
}

std::string First(const std::vector<Element>& elements, absl::string_view id) {
  const std::vector<std::string> texts = Texts(elements, id);
  return texts.empty() ? std::string() : texts.front();
}

std::optional<absl::CivilDay> Day(const std::vector<Element>& elements, absl::string_view id) {
  // Copies may carry a time of day behind the date; the day is what counts.
  const std::string text = First(elements, id).substr(0, 10);
  absl::CivilDay day;
  if (!IsDateText(text) || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  return day;
}

std::optional<absl::Time> StartOf(std::optional<absl::CivilDay> day) {
  if (!day.has_value()) return std::nullopt;
  return absl::FromCivil(*day, Shanghai());
}

std::optional<absl::Time> EndOf(std::optional<absl::CivilDay> day) {
  if (!day.has_value()) return std::nullopt;
  return absl::FromCivil(*day + 1, Shanghai());
}

}  // namespace

LicenceFacts LicenceFacts::From(const std::vector<Element>& elements) {
  LicenceFacts facts;
  facts.type_code = First(elements, "certificateTypeCode");
  facts.name = First(elements, "certificateTypeName");
  if (facts.name.empty()) facts.name = First(elements, "certificateName");
  facts.number = First(elements, "certificateNumber");
  facts.issuer_code = First(elements, "certificateIssuingAuthorityCode");
  facts.area = First(elements, "certificateAreaCode");
  facts.status = First(elements, "status");
  facts.holder_names = Texts(elements, "certificateHolderName");
  facts.holder_codes = Texts(elements, "certificateHolderCode");
  facts.issued_at = StartOf(Day(elements, "certificateIssuedDate"));
  facts.valid_from = StartOf(Day(elements, "certificateEffectiveDate"));
  facts.valid_until = EndOf(Day(elements, "certificateExpiringDate"));
  facts.copy_cause = First(elements, "certificateCopyCause");
  facts.copy_expires = EndOf(Day(elements, "certificateCopyExpiringTime"));
  // Any of them makes a copy: one that states no cause was made for no purpose and may serve none.
  for (absl::string_view id : {"certificateCopyCreationTime", "certificateCopyCreator",
                               "certificateCopyCause", "certificateCopyExpiringTime"}) {
    facts.is_copy |= Find(elements, id) != nullptr;
  }
  return facts;
}

std::optional<std::string> LicenceFacts::TypeCode(const Catalogue& catalogue) const {
  if (type_code.empty()) return catalogue.TypeByName(name);
  if (catalogue.FindType(type_code) == nullptr) return std::nullopt;
  return type_code;
}

std::optional<std::string> LicenceFacts::Jurisdiction() const {
  const std::string by_area = area.size() >= 2 ? area.substr(0, 2) : std::string();
  const std::string by_issuer = issuer_code.size() >= 4 ? issuer_code.substr(2, 2) : std::string();
  if (by_area.empty() && by_issuer.empty()) return std::nullopt;
  if (by_area.empty() || by_issuer.empty()) return by_area.empty() ? by_issuer : by_area;
  if (by_area != by_issuer) return std::nullopt;
  return by_area;
}

std::string LicenceFacts::AreaOr(absl::string_view jurisdiction) const {
  return area.empty() ? std::string(jurisdiction) : area;
}

std::optional<Reason> LicenceFacts::ValidityRefusal(absl::Time now) const {
  if (!status.empty() && status != kStatusValid) return Reason::kLicenceStatusNotValid;
  if (valid_from.has_value() && now < *valid_from) return Reason::kLicenceNotYetValid;
  if (valid_until.has_value() && *valid_until <= now) return Reason::kLicenceExpired;
  return std::nullopt;
}

bool LicenceFacts::HolderIs(absl::string_view expected_name,
                            absl::string_view expected_code) const {
  for (size_t i = 0; i < std::max(holder_names.size(), holder_codes.size()); ++i) {
    const bool name_fits =
        expected_name.empty() || (i < holder_names.size() && holder_names[i] == expected_name);
    const bool code_fits =
        expected_code.empty() || (i < holder_codes.size() && holder_codes[i] == expected_code);
    if (name_fits && code_fits) return true;
  }
  return false;
}

bool LicenceFacts::CopyMayServe(absl::string_view scenario, absl::string_view scenario_zh,
                                absl::Time now) const {
  if (copy_expires.has_value() && *copy_expires <= now) return false;
  return !copy_cause.empty() && (copy_cause == scenario || copy_cause == scenario_zh);
}

}  // namespace mrg
