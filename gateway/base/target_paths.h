#ifndef MRG_GATEWAY_BASE_TARGET_PATHS_H_
#define MRG_GATEWAY_BASE_TARGET_PATHS_H_

// The paths and roles of the members' repositories, each spelled here and nowhere else.
// Not here: which paths TUF allows at all (trustlist/format/repository_names.h).
//
// Thread-safe: pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"

namespace mrg {

// The one delegated role that nodes sign themselves.
inline constexpr char kStatusRole[] = "status";

inline constexpr char kFederationPath[] = "federation";
inline constexpr char kLogKeysPath[] = "log-keys";
inline constexpr char kContactPath[] = "contact";

// What a target is, by its path.
enum class TargetKind {
  kFederation,     // federation
  kLogKeys,        // log-keys
  kContact,        // contact
  kCalendar,       // calendar/<year>
  kDictionary,     // canonical/<version>
  kIssuers,        // NN/issuers, a tree
  kCatalogue,      // NN/catalogue, a tree
  kLicenceStatus,  // NN/status/licences, a tree
  kPack,           // NN/packs/<type>/<standard>/<version>
  kAgreement,      // NN/agreements/<id>/<revision>
  kRepeal,         // NN/repeals/<id>
};

// A path taken apart; all parts are borrowed from it. Those that the kind does not have are empty.
struct TargetName {
  TargetKind kind = TargetKind::kFederation;
  absl::string_view jurisdiction;  // NN
  absl::string_view id;            // the pack's type, the agreement's id, the repeal's id
  absl::string_view standard;      // of a pack
  absl::string_view version;       // of a pack
  uint64_t number = 0;             // the year, the dictionary's version, the revision
};

// Result: what the path names. Numbers have one spelling, without leading zeros; a year has four
// digits. Errors: METADATA_MALFORMED when there is no such path.
absl::StatusOr<TargetName> ParseTargetPath(absl::string_view path);

// Result: true when targets of the kind are prefix trees.
bool IsTreeKind(TargetKind kind);

std::string CalendarPath(int year);
std::string DictionaryPath(uint64_t version);
std::string IssuersPath(absl::string_view jurisdiction);
std::string CataloguePath(absl::string_view jurisdiction);
std::string LicenceStatusPath(absl::string_view jurisdiction);
std::string PackPath(absl::string_view jurisdiction, absl::string_view type_code,
                     absl::string_view standard, absl::string_view version);
std::string AgreementPath(absl::string_view jurisdiction, absl::string_view id, uint64_t revision);
std::string RepealPath(absl::string_view jurisdiction, absl::string_view id);

// Result: the role of a province, "j-31".
std::string ProvinceRole(absl::string_view jurisdiction);

// Result: the province whose role this is, borrowed from `role`; nullopt for every other role.
std::optional<absl::string_view> ProvinceOfRole(absl::string_view role);

// Result: false for the role of another province of the same member, on which nothing about
// `jurisdiction` rests.
bool RestsOnRole(absl::string_view jurisdiction, absl::string_view role);

// Result: the path patterns that are delegated to a province's role, and to the status role for
// it.
std::vector<std::string> ProvincePatterns(absl::string_view jurisdiction);
std::string StatusPattern(absl::string_view jurisdiction);

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_TARGET_PATHS_H_
