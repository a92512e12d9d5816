#ifndef MRG_TRUSTLIST_FORMAT_REPOSITORY_NAMES_H_
#define MRG_TRUSTLIST_FORMAT_REPOSITORY_NAMES_H_

// Which names a repository may use, and the file names made from them. Names come from outside and
// end up in folders and URLs, so only harmless ones pass (docs/threats.md T09).
//
// Thread-safe: pure functions.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// The top-level roles (TUF 1.0 section 2.1).
inline constexpr char kRootRole[] = "root";
inline constexpr char kTimestampRole[] = "timestamp";
inline constexpr char kSnapshotRole[] = "snapshot";
inline constexpr char kTargetsRole[] = "targets";

// Result: true for a top-level role.
bool IsTopLevelRole(absl::string_view role);

// Checks a role name: [a-z0-9][a-z0-9-]{0,63}. Errors: METADATA_MALFORMED.
absl::Status CheckRoleName(absl::string_view role);

// Checks a target path: 1 to 256 bytes, segments of [A-Za-z0-9._-]+ joined by '/', no segment "."
// or "..", so neither absolute nor climbing. Errors: METADATA_MALFORMED.
absl::Status CheckTargetPath(absl::string_view path);

// Result: "3.root.json". The newest timestamp lies beside it as "timestamp.json", which clients
// begin with. Source: TUF 1.0 section 6.2.1 (consistent snapshots).
std::string MetadataFileName(absl::string_view role, int64_t version);

// Result: role and version of such a name; the version is nullopt when the name has none.
// "1.root.json", "1.root", "targets.json", "targets" are all taken. Errors: METADATA_MALFORMED.
struct MetadataName {
  std::string role;
  std::optional<int64_t> version;
};
absl::StatusOr<MetadataName> ParseMetadataName(absl::string_view name);

// Result: "31/agreements/<hex>.7": the digest stands before the last segment (TUF 1.0
// section 6.2.2). REQUIRES: `sha256` has 32 raw bytes.
std::string TargetFileName(absl::string_view path, absl::string_view sha256);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_REPOSITORY_NAMES_H_
