#ifndef MRG_TRUSTLIST_FORMAT_METADATA_HEADER_H_
#define MRG_TRUSTLIST_FORMAT_METADATA_HEADER_H_

// The fields that every role's `signed` part has, and the small parts that several roles share.
//
// Thread-safe: pure functions.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trustlist/format/json_document.h"
#include "trustlist/format/tuf_key.h"

namespace mrg {

struct MetadataHeader {
  int64_t version = 0;        // >= 1
  absl::Time expires;         // UTC, whole seconds
  std::string signed_sha256;  // 32 raw bytes; set by the role parsers from the envelope
};

// Parses _type, spec_version, version, expires.
// Errors: METADATA_MALFORMED when _type is not `type`, the specification is not 1.x or 1.x.y in
// plain decimals, the version is below 1 or the time is not of the form 2026-11-24T00:00:00Z.
// Source: TUF 1.0 section 4.3; Semantic Versioning 2.0.0 section 2.
absl::StatusOr<MetadataHeader> ParseMetadataHeader(const Json& signed_part, absl::string_view type);

// Parses and prints TUF times, "2026-11-24T00:00:00Z". Errors: METADATA_MALFORMED.
absl::StatusOr<absl::Time> ParseTufTime(absl::string_view text);
std::string FormatTufTime(absl::Time time);

// Who signs a role, and how many of them it takes.
struct RoleKeys {
  std::vector<std::string> keyids;  // unique; may name keys that are not listed
  int64_t threshold = 1;            // >= 1
};

// Parses {"keyids": [...], "threshold": n}. Errors: METADATA_MALFORMED. At most 64 key ids.
absl::StatusOr<RoleKeys> ParseRoleKeys(const Json& role);

// Parses a `keys` object: key id -> key, which may be one that cannot be used here.
// Errors: METADATA_MALFORMED (more than 1,024 keys).
using TufKeys = std::map<std::string, TufKey>;
absl::StatusOr<TufKeys> ParseTufKeys(const Json& keys);

// The digests that a parent states of a file, raw; empty ones are not stated.
struct FileDigests {
  std::string sha256;  // 32 bytes
  std::string sha512;  // 64 bytes
  // Digests are stated, but none that can be checked here: no bytes fit, and nothing else is wrong.
  bool unusable = false;

  // Result: true when every stated digest is that of `bytes`.
  bool Fit(absl::string_view bytes) const;
};

// Parses a `hashes` object. Algorithms other than sha256 and sha512 are passed over; with neither
// of these, or one that is no digest of its length, the result is unusable.
// Errors: METADATA_MALFORMED when a digest is no text.
absl::StatusOr<FileDigests> ParseFileDigests(const Json& hashes);

// What a parent says of a metadata file.
struct MetaFile {
  int64_t version = 0;             // >= 1
  std::optional<uint64_t> length;  // bytes
  FileDigests digests;             // of the file's bytes; may state none
};

// Parses {"version", "length"?, "hashes"?}. Errors: METADATA_MALFORMED.
absl::StatusOr<MetaFile> ParseMetaFile(const Json& file);

// Parses a hex SHA-256, 64 lower- or upper-case digits, to 32 raw bytes.
// Errors: METADATA_MALFORMED.
absl::StatusOr<std::string> ParseHexSha256(absl::string_view hex);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_METADATA_HEADER_H_
