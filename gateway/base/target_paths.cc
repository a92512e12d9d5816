#include "gateway/base/target_paths.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

constexpr char kCalendarFolder[] = "calendar";
constexpr char kDictionaryFolder[] = "canonical";
constexpr char kIssuersName[] = "issuers";
constexpr char kCatalogueName[] = "catalogue";
constexpr char kStatusFolder[] = "status";
constexpr char kLicencesName[] = "licences";
constexpr char kPacksFolder[] = "packs";
constexpr char kAgreementsFolder[] = "agreements";
constexpr char kRepealsFolder[] = "repeals";
constexpr char kProvinceRolePrefix[] = "j-";
constexpr size_t kYearDigits = 4;

// Result: the number when `text` is its one spelling.
std::optional<uint64_t> NumberOf(absl::string_view text) {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || absl::StrCat(number) != text) return std::nullopt;
  return number;
}

std::optional<TargetName> OfMember(const std::vector<absl::string_view>& path) {
  TargetName name;
  if (path.size() == 1 && path[0] == kFederationPath) return name;
  name.kind = TargetKind::kLogKeys;
  if (path.size() == 1 && path[0] == kLogKeysPath) return name;
  name.kind = TargetKind::kContact;
  if (path.size() == 1 && path[0] == kContactPath) return name;
  if (path.size() != 2) return std::nullopt;
  const std::optional<uint64_t> number = NumberOf(path[1]);
  if (!number.has_value()) return std::nullopt;
  name.number = *number;
  name.kind = TargetKind::kCalendar;
  if (path[0] == kCalendarFolder && path[1].size() == kYearDigits) return name;
  name.kind = TargetKind::kDictionary;
  if (path[0] == kDictionaryFolder) return name;
  return std::nullopt;
}

std::optional<TargetName> OfProvince(const std::vector<absl::string_view>& path) {
  TargetName name;
  name.jurisdiction = path[0];
  if (path.size() == 2) {
    name.kind = path[1] == kIssuersName ? TargetKind::kIssuers : TargetKind::kCatalogue;
    if (path[1] == kIssuersName || path[1] == kCatalogueName) return name;
    return std::nullopt;
  }
  if (path.size() < 3) return std::nullopt;
  name.kind = TargetKind::kLicenceStatus;
  if (path.size() == 3 && path[1] == kStatusFolder && path[2] == kLicencesName) return name;
  name.id = path[2];
  name.kind = TargetKind::kRepeal;
  if (path.size() == 3 && path[1] == kRepealsFolder) return name;
  name.kind = TargetKind::kPack;
  if (path.size() == 5 && path[1] == kPacksFolder) {
    name.standard = path[3];
    name.version = path[4];
    return name;
  }
  name.kind = TargetKind::kAgreement;
  if (path.size() == 4 && path[1] == kAgreementsFolder) {
    const std::optional<uint64_t> revision = NumberOf(path[3]);
    if (!revision.has_value()) return std::nullopt;
    name.number = *revision;
    return name;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<TargetName> ParseTargetPath(absl::string_view path) {
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  const std::optional<TargetName> name =
      JurisdictionIdKind::IsValid(parts[0]) ? OfProvince(parts) : OfMember(parts);
  if (name.has_value()) return *name;
  return MakeError(Reason::kMetadataMalformed, "no target of a member has this path");
}

bool IsTreeKind(TargetKind kind) {
  return kind == TargetKind::kIssuers || kind == TargetKind::kCatalogue ||
         kind == TargetKind::kLicenceStatus;
}

std::string CalendarPath(int year) { return absl::StrCat(kCalendarFolder, "/", year); }

std::string DictionaryPath(uint64_t version) {
  return absl::StrCat(kDictionaryFolder, "/", version);
}

std::string IssuersPath(absl::string_view jurisdiction) {
  return absl::StrCat(jurisdiction, "/", kIssuersName);
}

std::string CataloguePath(absl::string_view jurisdiction) {
  return absl::StrCat(jurisdiction, "/", kCatalogueName);
}

std::string LicenceStatusPath(absl::string_view jurisdiction) {
  return absl::StrCat(jurisdiction, "/", kStatusFolder, "/", kLicencesName);
}

std::string PackPath(absl::string_view jurisdiction, absl::string_view type_code,
                     absl::string_view standard, absl::string_view version) {
  return absl::StrCat(jurisdiction, "/", kPacksFolder, "/", type_code, "/", standard, "/", version);
}

std::string AgreementPath(absl::string_view jurisdiction, absl::string_view id, uint64_t revision) {
  return absl::StrCat(jurisdiction, "/", kAgreementsFolder, "/", id, "/", revision);
}

std::string RepealPath(absl::string_view jurisdiction, absl::string_view id) {
  return absl::StrCat(jurisdiction, "/", kRepealsFolder, "/", id);
}

std::string ProvinceRole(absl::string_view jurisdiction) {
  return absl::StrCat(kProvinceRolePrefix, jurisdiction);
}

std::optional<absl::string_view> ProvinceOfRole(absl::string_view role) {
  if (!absl::ConsumePrefix(&role, kProvinceRolePrefix)) return std::nullopt;
  return role;
}

bool RestsOnRole(absl::string_view jurisdiction, absl::string_view role) {
  return ProvinceOfRole(role).value_or(jurisdiction) == jurisdiction;
}

std::vector<std::string> ProvincePatterns(absl::string_view jurisdiction) {
  return {absl::StrCat(jurisdiction, "/*"), absl::StrCat(jurisdiction, "/", kPacksFolder, "/*/*/*"),
          absl::StrCat(jurisdiction, "/", kAgreementsFolder, "/*/*"),
          absl::StrCat(jurisdiction, "/", kRepealsFolder, "/*")};
}

std::string StatusPattern(absl::string_view jurisdiction) {
  return absl::StrCat(jurisdiction, "/", kStatusFolder, "/*");
}

}  // namespace mrg
