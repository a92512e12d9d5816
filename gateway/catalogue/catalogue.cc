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

absl::Status FieldInvalid(absl::string_view field, absl::string_view expected) {
  return MakeFieldError(Reason::kCatalogueInvalid, field, expected);
}

absl::Status CheckObligations(const CatalogueEntry& entry) {
  std::set<std::string> seen;
  for (int i = 0; i < entry.elements_size(); ++i) {
    const auto& element = entry.elements(i);
    const std::string field = absl::StrCat("elements[", i, "]");
    if (element.obligation() == gateway::v1::ELEMENT_OBLIGATION_UNSPECIFIED ||
        !gateway::v1::ElementObligation_IsValid(element.obligation())) {
      return FieldInvalid(absl::StrCat(field, ".obligation"), "expected an obligation");
    }
    if (!seen.insert(element.element_id()).second) {
      return FieldInvalid(absl::StrCat(field, ".element_id"), "expected no element twice");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckStandards(const CatalogueEntry& entry) {
  if (entry.standards().empty()) return FieldInvalid("standards", "expected at least one");
  for (int i = 0; i < entry.standards_size(); ++i) {
    if (!StandardId::Parse(entry.standards(i)).ok()) {
      return FieldInvalid(absl::StrCat("standards[", i, "]"),
                          absl::StrCat("expected ", StandardIdKind::kExpected));
    }
  }
  if (!entry.default_standard().empty() && !Offers(entry, entry.default_standard())) {
    return FieldInvalid("default_standard", "expected one of standards");
  }
  return absl::OkStatus();
}

// A type may be called the same twice by itself.
absl::Status AddNames(const CatalogueEntry& entry, CatalogueNames* names) {
  std::map<std::string, std::string> own = {{NormaliseName(entry.name()), "name"}};
  for (int i = 0; i < entry.aliases_size(); ++i) {
    own.emplace(NormaliseName(entry.aliases(i)), absl::StrCat("aliases[", i, "]"));
  }
  for (const auto& [name, field] : own) {
    if (!names->by_name.emplace(name, entry.type_code()).second) {
      return FieldInvalid(field, "expected a name that no other type has");
    }
  }
  for (int i = 0; i < entry.regional_codes_size(); ++i) {
    const std::string& regional = entry.regional_codes(i);
    if (regional.empty() || !names->by_regional_code.emplace(regional, entry.type_code()).second) {
      return FieldInvalid(absl::StrCat("regional_codes[", i, "]"),
                          "expected a code that stands once in the catalogue");
    }
  }
  return absl::OkStatus();
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

absl::Status CheckEntryForm(const CatalogueEntry& entry, CatalogueNames* names) {
  if (TypeCodeRefusal(entry.type_code()).has_value()) {
    return FieldInvalid("type_code",
                        "expected a licence-type code of GB/T 36904 with right check digits");
  }
  if (NormaliseName(entry.name()).empty()) return FieldInvalid("name", "expected a name");
  if (entry.dictionary_version() == 0) {
    return FieldInvalid("dictionary_version", "expected a version from 1");
  }
  if (entry.holder_kind() == gateway::v1::HOLDER_KIND_UNSPECIFIED ||
      !gateway::v1::HolderKind_IsValid(entry.holder_kind())) {
    return FieldInvalid("holder_kind", "expected a kind of holder");
  }
  MRG_RETURN_IF_ERROR(CheckStandards(entry));
  MRG_RETURN_IF_ERROR(CheckObligations(entry));
  return AddNames(entry, names);
}

absl::Status CheckEntryAgainst(const Dictionary& dictionary, const CatalogueEntry& entry) {
  if (entry.dictionary_version() > dictionary.version()) {
    return FieldInvalid("dictionary_version",
                        absl::StrCat("expected a version from 1 to ", dictionary.version()));
  }
  for (int i = 0; i < entry.elements_size(); ++i) {
    const std::string& id = entry.elements(i).element_id();
    if (dictionary.Find(id) == nullptr) {
      return FieldInvalid(absl::StrCat("elements[", i, "].element_id"),
                          absl::StrCat("the dictionary has no element ", id));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Catalogue> Catalogue::FromEntries(const std::vector<std::string>& entries,
                                                 const Dictionary& dictionary) {
  Catalogue catalogue;
  for (const std::string& bytes : entries) {
    MRG_ASSIGN_OR_RETURN(CatalogueEntry entry,
                         ParseCanonical<CatalogueEntry>(bytes, Reason::kCatalogueInvalid));
    MRG_RETURN_IF_ERROR(RequireDisplayedFields(entry, Reason::kCatalogueInvalid));
    absl::Status sound = CheckEntryForm(entry, &catalogue.names_);
    if (sound.ok()) sound = CheckEntryAgainst(dictionary, entry);
    if (!sound.ok()) return Refuse(entry, sound.message());
    const std::string code = entry.type_code();
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
  auto found = names_.by_name.find(NormaliseName(name));
  if (found == names_.by_name.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> Catalogue::TypeByRegionalCode(absl::string_view code) const {
  auto found = names_.by_regional_code.find(std::string(code));
  if (found == names_.by_regional_code.end()) return std::nullopt;
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
