#ifndef MRG_GATEWAY_CEREMONY_SIGNING_H_
#define MRG_GATEWAY_CEREMONY_SIGNING_H_

// The offline steps of a signing ceremony that people sign: a new repository, a signature, a role
// valid anew, the next root.
//
// Threads: one process at a time edits a folder.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/ceremony/repository_folder.h"

namespace mrg {

struct InitOptions {
  std::string member;
  std::string keys;  // folder of `mrgctl keys init`
  std::vector<std::string> jurisdictions;
  std::string log_origin;
  // Signatures each of root and targets takes; their keys are <role>.pem, <role>-2.pem, ...
  int root_threshold = 1;
  int targets_threshold = 1;
};

// The root as it stands in the folder.
struct RootState {
  int64_t version = 0;
  std::string sha256;  // of the canonical `signed` part, 32 raw bytes
};

// Makes the repository: root (signed with every root key in the folder), targets with the
// delegations of docs/formats/tuf-metadata.md and the target log-keys, one empty file a
// jurisdiction.
// Errors: AlreadyExists, FIELD_MALFORMED, KEY_FILE_INVALID.
absl::StatusOr<RootState> InitRepository(const InitOptions& options, absl::Time now,
                                         RepositoryFolder* folder);

// Signs a role's file. Result: the version that was signed. Errors: KEY_FILE_INVALID,
// FailedPrecondition when the key is not listed for the role (for root: neither in the new root nor
// in the one before).
absl::StatusOr<int64_t> SignRole(const std::string& role, const std::string& key_path,
                                 RepositoryFolder* folder);

// Stages the next version of a role without other change, valid anew. Result: that version.
// Errors: NotFound, METADATA_MALFORMED.
absl::StatusOr<int64_t> RenewRole(const std::string& role, absl::Time now,
                                  RepositoryFolder* folder);

// Stages the next root with the keys that lie in `keys` now; it needs signatures under the old and
// the new root keys (TUF 1.0 section 6.1). Errors: FailedPrecondition before the first
// publication; KEY_FILE_INVALID.
absl::StatusOr<RootState> RotateRoot(const InitOptions& options, absl::Time now,
                                     RepositoryFolder* folder);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_SIGNING_H_
