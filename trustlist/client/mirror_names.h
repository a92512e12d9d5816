#ifndef MRG_TRUSTLIST_CLIENT_MIRROR_NAMES_H_
#define MRG_TRUSTLIST_CLIENT_MIRROR_NAMES_H_

// What the files of any TUF repository are called on a static mirror and in a client's own folders.
// Role names and target paths of others are opaque text: every byte of them is made harmless here
// (docs/threats.md T09).
//
// Thread-safe: pure functions.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace mrg {

// Result: `text` with every byte but [A-Za-z0-9_.~-] as %XX, so that it is one segment of a URL.
// Source: RFC 3986 2.3.
std::string PercentEncoded(absl::string_view text);

// Result: "3.root.json"; "timestamp.json" without a version. A range of timestamps has no name of
// its own: it is the files of its versions. Source: TUF 1.0 section 6.2.1.
std::string MirrorMetadataName(absl::string_view role, std::optional<int64_t> version);

// Result: "a/<hex digest>.b" of the path "a/b"; "a/b" when `digest` (raw) is empty.
// Source: TUF 1.0 section 6.2.2.
std::string MirrorTargetName(absl::string_view path, absl::string_view digest);

// Result: the name of a role's file in a folder of trusted files: "<role>.json", where every byte
// but [a-z0-9_.~-] is %XX, and a long name ends in its digest. Two roles never have one name, also
// where the file system does not tell upper case from lower.
std::string LocalRoleName(absl::string_view role);

// Result: the name of a target's file in a folder of downloads: the percent-encoded path; where
// that is too long for a file's name, it is cut and ends in the path's digest.
std::string LocalTargetName(absl::string_view path);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_MIRROR_NAMES_H_
