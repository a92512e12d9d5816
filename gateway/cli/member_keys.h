#ifndef MRG_GATEWAY_CLI_MEMBER_KEYS_H_
#define MRG_GATEWAY_CLI_MEMBER_KEYS_H_

// All keys of one member as new files (docs/OPERATING.md, Keys): DIR/online for its node,
// DIR/offline for people.
//
// Threads: one process at a time makes a folder's keys.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/scheme.h"

namespace mrg {

// Makes one key pair; the private part becomes a new file of mode 0600. Result: the public key.
// Errors: KEY_FILE_INVALID.
absl::StatusOr<PublicKey> MakeKey(Scheme scheme, const std::string& path);

// Makes the raw secret of an idempotency key or an epoch, as MakeKey. Errors: KEY_FILE_INVALID.
absl::Status MakeSecret(const std::string& path);

struct MadeKey {
  std::string name;  // path below the folder
  PublicKey key;
};

// Makes keys and secrets of a member with these province codes (none: the hub) in two folders that
// their owner alone may enter; the provinces' keys are of `province_scheme`. Result: the public
// parts, in the order in which they were made.
// Errors: FIELD_MALFORMED, KEY_FILE_INVALID when a file is there already, Unavailable.
absl::StatusOr<std::vector<MadeKey>> MakeMemberKeys(const std::string& dir,
                                                    const std::vector<std::string>& jurisdictions,
                                                    Scheme province_scheme);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_MEMBER_KEYS_H_
