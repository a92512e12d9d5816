#ifndef MRG_TRUSTLIST_FORMAT_ROOT_METADATA_H_
#define MRG_TRUSTLIST_FORMAT_ROOT_METADATA_H_

// root.json: which keys sign the top-level roles.
//
// Thread-safe: immutable values.

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {

struct RootMetadata {
  MetadataHeader header;
  bool consistent_snapshot = false;
  TufKeys keys;
  std::map<std::string, RoleKeys> roles;  // exactly the four top-level roles

  // Errors: METADATA_MALFORMED. Source: TUF 1.0 section 4.3.
  static absl::StatusOr<RootMetadata> Parse(const SignedEnvelope& envelope);
};

// Result: what names the keys of a role together with its threshold, 32 raw bytes: SHA-256 of the
// threshold (8 bytes big-endian) and of the keys' identities, ascending and each once. A key id
// that `keys` does not list stands for itself, by its SHA-256.
std::string RoleKeysSha256(const RootMetadata& root, const std::string& role);

// Result: true when `role` is signed by other keys or under another threshold in `b` than in `a`.
bool RoleKeysDiffer(const RootMetadata& a, const RootMetadata& b, const std::string& role);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_ROOT_METADATA_H_
