#ifndef MRG_TRUSTLIST_FORMAT_TARGETS_METADATA_H_
#define MRG_TRUSTLIST_FORMAT_TARGETS_METADATA_H_

// targets.json and the files of delegated roles: target files and delegations.
//
// Thread-safe: immutable values.

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trustlist/format/delegated_roles.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {

// Our mark in a target's `custom`: {"x-mrg-kind": "prefix-tree"}; the file is a tree's root node.
inline constexpr char kKindMember[] = "x-mrg-kind";
inline constexpr char kPrefixTreeKind[] = "prefix-tree";

// With neither digest the entry cannot be used here: it is listed, and no bytes fit it.
struct TargetFile {
  uint64_t length = 0;  // bytes
  std::string sha256;   // 32 raw bytes; empty when it is not stated
  bool is_tree = false;
  std::string sha512 = {};  // 64 raw bytes; empty when it is not stated
  // Our mark names a kind that is not known here.
  bool has_unknown_kind = false;

  // Result: false when no bytes fit, because neither digest is stated.
  bool Usable() const { return !sha256.empty() || !sha512.empty(); }
  // Result: true when `bytes` have the stated length and digests.
  bool Fits(absl::string_view bytes) const;
};

struct TargetsMetadata {
  MetadataHeader header;
  std::map<std::string, TargetFile> targets;  // by path
  TufKeys delegation_keys;
  DelegatedRoles delegations;

  // Parses what the specification allows, and no delegation to the name of a top-level role;
  // other names are judged by CheckNames.
  // Errors: METADATA_MALFORMED. Source: TUF 1.0 section 4.5.
  static absl::StatusOr<TargetsMetadata> Parse(const SignedEnvelope& envelope);

  // What the federation's own repositories must keep to beyond the specification: role names and
  // target paths that cannot climb out of a folder and do not differ in case only; a SHA-256 of
  // every target, and no kind but those we know. Errors: METADATA_MALFORMED.
  absl::Status CheckNames() const;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_TARGETS_METADATA_H_
