#include "trustlist/format/repository_names.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

constexpr size_t kRoleNameBytesMax = 64;
constexpr size_t kTargetPathBytesMax = 256;

absl::Status Refused(absl::string_view expected) {
  return MakeError(Reason::kMetadataMalformed, expected);
}

}  // namespace

bool IsTopLevelRole(absl::string_view role) {
  return role == kRootRole || role == kTimestampRole || role == kSnapshotRole ||
         role == kTargetsRole;
}

absl::Status CheckRoleName(absl::string_view role) {
  constexpr absl::string_view kExpected = "expected a role name, [a-z0-9][a-z0-9-]{0,63}";
  if (role.empty() || role.size() > kRoleNameBytesMax || role[0] == '-') return Refused(kExpected);
  for (const char c : role) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_islower(byte) && !absl::ascii_isdigit(byte) && c != '-') {
      return Refused(kExpected);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckTargetPath(absl::string_view path) {
  constexpr absl::string_view kExpected =
      "expected a target path of at most 256 bytes, segments [A-Za-z0-9._-]+ joined by /";
  if (path.empty() || path.size() > kTargetPathBytesMax) return Refused(kExpected);
  for (absl::string_view segment : absl::StrSplit(path, '/')) {
    if (segment.empty() || segment == "." || segment == "..") return Refused(kExpected);
    for (const char c : segment) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_' && c != '-') {
        return Refused(kExpected);
      }
    }
  }
  return absl::OkStatus();
}

std::string MetadataFileName(absl::string_view role, int64_t version) {
  return absl::StrCat(version, ".", role, ".json");
}

absl::StatusOr<MetadataName> ParseMetadataName(absl::string_view name) {
  name = absl::StripSuffix(name, ".json");
  MetadataName parsed;
  if (const size_t dot = name.find('.'); dot != absl::string_view::npos) {
    int64_t version = 0;
    if (!absl::SimpleAtoi(name.substr(0, dot), &version) || version < 1 ||
        absl::StrCat(version) != name.substr(0, dot)) {
      return Refused("expected a metadata name such as 1.root.json or targets.json");
    }
    parsed.version = version;
    name = name.substr(dot + 1);
  }
  MRG_RETURN_IF_ERROR(CheckRoleName(name));
  parsed.role = std::string(name);
  return parsed;
}

std::string TargetFileName(absl::string_view path, absl::string_view sha256) {
  const size_t slash = path.rfind('/');
  const size_t base = slash == absl::string_view::npos ? 0 : slash + 1;
  return absl::StrCat(path.substr(0, base), absl::BytesToHexString(sha256), ".", path.substr(base));
}

}  // namespace mrg
