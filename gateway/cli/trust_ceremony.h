#ifndef MRG_GATEWAY_CLI_TRUST_CEREMONY_H_
#define MRG_GATEWAY_CLI_TRUST_CEREMONY_H_

// The offline steps of a signing ceremony on a repository folder: init, stage, sign, renew, rotate.
//
// Threads: one process at a time edits a folder.

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/cli/repository_folder.h"
#include "gateway/cli/staged_content.h"

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

// Makes the repository: root (signed with every root key in the folder), targets with the
// delegations of SPEC 3 and the target log-keys, one empty file a jurisdiction. Prints the digest
// of the root. Errors: AlreadyExists, FIELD_MALFORMED, KEY_FILE_INVALID.
absl::Status InitRepository(const InitOptions& options, absl::Time now, RepositoryFolder* folder,
                            std::ostream& out);

// Stages one target and prints its path and the role that must sign.
// Errors: of reading and parsing, naming the field that is wrong.
absl::Status StageTarget(const StageOptions& options, absl::Time now, RepositoryFolder* folder,
                         std::ostream& out);

// Signs a role's file. Errors: KEY_FILE_INVALID, FailedPrecondition when the key is not listed for
// the role (for root: neither in the new root nor in the one before).
absl::Status SignRole(const std::string& role, const std::string& key_path,
                      RepositoryFolder* folder, std::ostream& out);

// Stages the next version of a role without other change, valid anew.
absl::Status RenewRole(const std::string& role, absl::Time now, RepositoryFolder* folder,
                       std::ostream& out);

// Stages the next root with the keys that lie in `keys` now; it needs signatures under the old and
// the new root keys (TUF 1.0 section 6.1).
absl::Status RotateRoot(const InitOptions& options, absl::Time now, RepositoryFolder* folder,
                        std::ostream& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TRUST_CEREMONY_H_
