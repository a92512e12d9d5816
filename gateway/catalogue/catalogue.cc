#include "gateway/catalogue/catalogue.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/displayed_fields.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/check_digits.h"

namespace mrg {
namespace {

using gateway::v1::CatalogueEntry;

absl::Status Refuse(const CatalogueEntry& entry, absl::string_view detail) {
  return MakeError(Reason::kCatalogueInvalid, absl::StrCat(entry.type_code(), ": ", detail));
}

bool Offers(const CatalogueEntry& entry, absl::string_view standard) {
  return std::any_of(entry.standards().begin(), entry.standards().end(),
                     [&](const std::string& one) { return one == standard; });
}

absl::Status CheckElements(const CatalogueEntry& entry, const Dictionary& dictionary) {
  std::set<std::string> seen;
  for (const auto& element : entry.elements()) {
    if (dictionary.Find(element.element_id()) == nullptr) {
      return Refuse(entry, absl::StrCat("the dictionary has no element ", element.element_id()));
    }
    if (element.obligation() == gateway::v1::ELEMENT_OBLIGATION_UNSPECIFIED ||
        !gateway::v1::ElementObligation_IsValid(element.obligation())) {
      return Refuse(entry, absl::StrCat("expected an obligation of ", element.element_id()));
    }
    if (!seen.insert(element.element_id()).second) {
      return Refuse(entry, absl::StrCat(element.element_id(), " stands twice"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckEntry(const CatalogueEntry& entry, const Dictionary& dictionary) {
  if (TypeCodeRefusal(entry.type_code()).has_value()) {
    return Refuse(entry, "expected a licence-type code of GB/T 36904 with right check digits");
  }
  if (NormaliseName(entry.name()).empty()) return Refuse(entry, "expected a name");
  if (entry.dictionary_version() == 0 || entry.dictionary_version() > dictionary.version()) {
    return Refuse(entry,
                  absl::StrCat("expected a dictionary version from 1 to ", dictionary.version()));
  }
  if (entry.holder_kind() == gateway::v1::HOLDER_KIND_UNSPECIFIED ||
      !gateway::v1::HolderKind_IsValid(entry.holder_kind())) {
    return Refuse(entry, "expected a kind of holder");
  }
  if (entry.standards().empty()) return Refuse(entry, "expected at least one standard");
  for (const std::string& standard : entry.standards()) {
    if (!StandardId::Parse(standard).ok()) {
      return Refuse(entry, absl::StrCat("expected ", StandardIdKind::kExpected));
    }
  }
  if (!entry.default_standard().empty() && !Offers(entry, entry.default_standard())) {
    return Refuse(entry, "the default standard is not offered");
  }
  return CheckElements(entry, dictionary);
}

}  // namespace

std::string NormaliseName(absl::string_view name) {
  std::string normal;
  for (size_t i = 0; i < name.size();) {
    const absl::string_view rest = name.substr(i);
    if (rest[0] == '(') {
      normal += "（";
      i += 1;
    } else if (rest[0] == ')') {
      normal += "）";
      i += 1;
    } else if (rest[0] == ' ' || rest[0] == '\t') {
      i += 1;
    } else if (absl::StartsWith(rest, "\u3000")) {
      i += 3;
    } else if (absl::StartsWith(rest, "\u00a0")) {
      i += 2;
    } else {
      normal += rest[0];
      i += 1;
    }
  }
  return normal;
}

absl::StatusOr<Catalogue> Catalogue::FromEntries(const std::vector<std::string>& entries,
                                                 const Dictionary& dictionary) {
  Catalogue catalogue;
  for (const std::string& bytes : entries) {
    MRG_ASSIGN_OR_RETURN(CatalogueEntry entry,
                         ParseCanonical<CatalogueEntry>(bytes, Reason::kCatalogueInvalid));
    MRG_RETURN_IF_ERROR(RequireDisplayedFields(entry, Reason::kCatalogueInvalid));
    MRG_RETURN_IF_ERROR(CheckEntry(entry, dictionary));
    const std::string code = entry.type_code();
    std::set<std::string> names = {NormaliseName(entry.name())};
    for (const std::string& alias : entry.aliases()) names.insert(NormaliseName(alias));
    for (const std::string& name : names) {
      if (!catalogue.by_name_.emplace(name, code).second) {
        return Refuse(entry, absl::StrCat("another type is called ", name, " too"));
      }
    }
    for (const std::string& regional : entry.regional_codes()) {
      if (regional.empty() || !catalogue.by_regional_code_.emplace(regional, code).second) {
        return Refuse(entry, "a regional code is empty or stands twice");
      }
    }
    if (!catalogue.entries_.emplace(code, std::move(entry)).second) {
      return MakeError(Reason::kCatalogueInvalid, absl::StrCat(code, ": the type stands twice"));
    }
  }
  return catalogue;
}

const CatalogueEntry* Catalogue::FindType(absl::string_view type_code) const {
  auto found = entries_.find(std::string(type_code));
  return found == entries_.end() ? nullptr : &found->second;
}

std::optional<std::string> Catalogue::TypeByName(absl::string_view name) const {
  auto found = by_name_.find(NormaliseName(name));
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> Catalogue::TypeByRegionalCode(absl::string_view code) const {
  auto found = by_regional_code_.find(std::string(code));
  if (found == by_regional_code_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> Catalogue::DefaultStandard(absl::string_view type_code) const {
  const CatalogueEntry* entry = FindType(type_code);
  if (entry == nullptr) return std::nullopt;
  return entry->default_standard().empty() ? entry->standards(0) : entry->default_standard();
}

bool Catalogue::OffersStandard(absl::string_view type_code, absl::string_view standard) const {
  const CatalogueEntry* entry = FindType(type_code);
  return entry != nullptr && Offers(*entry, standard);
}

}  // namespace mrg
