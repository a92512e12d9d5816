#ifndef MRG_GATEWAY_CEREMONY_KEY_REPLACEMENT_H_
#define MRG_GATEWAY_CEREMONY_KEY_REPLACEMENT_H_

// A new key in the place of one that was stolen, lost or has served its time: staged in the file
// that lists the keys of the role, with all that must be signed anew for it.
//
// Threads: one process at a time edits a folder.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/crypto/public_key.h"

namespace mrg {

// What the change waits for.
struct ReplacedKey {
  std::string ended;                 // SHA-256 of the SubjectPublicKeyInfo of the key that is no
                                     // longer listed, 32 raw bytes
  std::vector<std::string> to_sign;  // roles, in the order in which they are signed
};

// Lists `key` for `role` in the place of `ended`, SHA-256 of a SubjectPublicKeyInfo; empty: of the
// only key that the role has. How many signatures the role takes stays. `role`: timestamp,
// snapshot, targets, status or j-NN. A staged root or targets file is changed further. Errors:
// FIELD_MALFORMED for another role; NotFound for one that there is not; FailedPrecondition before
// the first publication, for an ended key that is not listed, and without one where the role has
// several; AlreadyExists when the key is listed already; METADATA_MALFORMED.
absl::StatusOr<ReplacedKey> ReplaceRoleKey(const std::string& role, const PublicKey& key,
                                           absl::string_view ended, absl::Time now,
                                           RepositoryFolder* folder);

// Ends the member's logs that are open at `now` and begins the log `log_id` with `key`. What the
// ended logs signed until then stays good.
// Errors: FIELD_MALFORMED for the log's id or a key that is not Ed25519; AlreadyExists for a log
// that was listed before; NotFound when no log is listed; METADATA_MALFORMED, TARGET_NOT_FOUND.
absl::StatusOr<ReplacedKey> ReplaceLogKey(absl::string_view log_id, const PublicKey& key,
                                          absl::Time now, RepositoryFolder* folder);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_KEY_REPLACEMENT_H_
