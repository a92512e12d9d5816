#ifndef MRG_GATEWAY_CATALOGUE_CATALOGUE_H_
#define MRG_GATEWAY_CATALOGUE_CATALOGUE_H_

// The licence types of one jurisdiction: crosswalk from names and regional codes to national codes,
// the standards in which each type is offered, and what its documents must hold.
//
// Thread-safe: immutable after construction.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/catalogue/dictionary.h"
#include "mrg/gateway/v1/catalogue.pb.h"

namespace mrg {

// By what the types of a jurisdiction are called, which each name and code says of one only.
struct CatalogueNames {
  std::map<std::string, std::string, std::less<>> by_name;           // normalised -> type code
  std::map<std::string, std::string, std::less<>> by_regional_code;  // -> type code
};

// Checks what needs no dictionary of an entry that stands beside those in `names`, and adds its
// names to them; after an error they are of no use. Errors: CATALOGUE_INVALID naming the field.
absl::Status CheckEntryForm(const gateway::v1::CatalogueEntry& entry, CatalogueNames* names);

// Checks the rest: version and elements. Errors: as above.
absl::Status CheckEntryAgainst(const Dictionary& dictionary,
                               const gateway::v1::CatalogueEntry& entry);

class Catalogue {
 public:
  // Builds a catalogue of canonical CatalogueEntry bytes, the values of the jurisdiction's tree.
  // Errors: CATALOGUE_INVALID, naming the type: bytes not canonical, a type code that fails its
  // checks, an element that `dictionary` does not have, a name or regional code of two types, a
  // default standard that is not offered.
  // Source: GB/T 36902.
  static absl::StatusOr<Catalogue> FromEntries(const std::vector<std::string>& entries,
                                               const Dictionary& dictionary);

  // Result: the entries by type code.
  const std::map<std::string, gateway::v1::CatalogueEntry>& entries() const { return entries_; }

  // Result: the entry; null when the jurisdiction has no such type. Lives as long as this.
  const gateway::v1::CatalogueEntry* FindType(absl::string_view type_code) const;

  // Result: the type with this exact name or alias, brackets and spaces normalised as
  // NormaliseName does; nullopt when there is none.
  std::optional<std::string> TypeByName(absl::string_view name) const;

  // Result: the type with this regional code, compared byte for byte; nullopt when there is none.
  std::optional<std::string> TypeByRegionalCode(absl::string_view code) const;

  // Result: the standard in which the jurisdiction wants to receive the type; nullopt for an
  // unknown type.
  std::optional<std::string> DefaultStandard(absl::string_view type_code) const;

  // Result: true when the jurisdiction has the type and offers it in the standard.
  bool OffersStandard(absl::string_view type_code, absl::string_view standard) const;

 private:
  Catalogue() = default;

  std::map<std::string, gateway::v1::CatalogueEntry> entries_;  // by type code
  CatalogueNames names_;
};

// Result: `name` with half-width brackets made full-width and all spaces (U+0020, U+3000, U+00A0,
// tab) removed; letters keep their case.
std::string NormaliseName(absl::string_view name);

}  // namespace mrg

#endif  // MRG_GATEWAY_CATALOGUE_CATALOGUE_H_
