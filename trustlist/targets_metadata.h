#ifndef MRG_TRUSTLIST_TARGETS_METADATA_H_
#define MRG_TRUSTLIST_TARGETS_METADATA_H_

// targets.json and the files of delegated roles: target files and delegations.
//
// Thread-safe: immutable values.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trustlist/metadata_header.h"
#include "trustlist/signed_envelope.h"

namespace mrg {

// Our mark in a target's `custom`: {"x-mrg-kind": "prefix-tree"}; the file is a tree's root node.
inline constexpr char kKindMember[] = "x-mrg-kind";
inline constexpr char kPrefixTreeKind[] = "prefix-tree";

struct TargetFile {
  uint64_t length = 0;  // bytes
  std::string sha256;   // 32 raw bytes; empty when only sha512 is stated
  bool is_tree = false;
  std::string sha512 = {};  // 64 raw bytes; empty when it is not stated

  // Result: true when `bytes` have the stated length and digests.
  bool Fits(absl::string_view bytes) const;
};

struct DelegatedRole {
  std::string name;
  RoleKeys keys;
  bool terminating = false;
  std::vector<std::string> paths;               // patterns
  std::vector<std::string> path_hash_prefixes;  // hex, of SHA-256 of the path

  // Result: true when the delegation covers `path` (TUF 1.0 section 4.5).
  bool Covers(absl::string_view path) const;
};

struct TargetsMetadata {
  MetadataHeader header;
  std::map<std::string, TargetFile> targets;  // by path
  TufKeys delegation_keys;
  std::vector<DelegatedRole> delegations;  // in order of precedence

  // Parses what the specification allows, and no delegation to the name of a top-level role;
  // other names are judged by CheckNames.
  // Errors: METADATA_MALFORMED. Source: TUF 1.0 section 4.5.
  static absl::StatusOr<TargetsMetadata> Parse(const SignedEnvelope& envelope);

  // What the federation's own repositories must keep to beyond the specification: role names and
  // target paths that cannot climb out of a folder and do not differ in case only; a SHA-256 of
  // every target. Errors: METADATA_MALFORMED.
  absl::Status CheckNames() const;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_TARGETS_METADATA_H_
