#ifndef MRG_GATEWAY_STORAGE_RESTORE_MARK_H_
#define MRG_GATEWAY_STORAGE_RESTORE_MARK_H_

// The mark of a data folder that came from a backup. What the node signed after the backup was made
// is not in it, and peers have it: the keys that signed it must never sign here again, or each
// would have signed two histories. A file beside the store's own, as FORMAT is.
//
// Threads: for the start of a process, before others use the folder.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace mrg {

inline constexpr char kRestoreMarkFile[] = "RESTORED";

inline constexpr size_t kSpentKeysMax = 64;

struct RestoreMark {
  absl::Time backup_made;  // UTC, in whole seconds
  // SHA-256 of the SubjectPublicKeyInfo of each, 32 raw bytes; 1 to kSpentKeysMax.
  std::vector<std::string> spent_keys;
  bool is_settled = false;  // a node has started with other keys

  // Whether the key with this SHA-256 of its SubjectPublicKeyInfo (32 raw bytes) must not sign
  // here.
  bool IsSpent(const std::string& spki_sha256) const;
};

// Gives the data folder this mark, durably; whoever reads sees the one before or all of it.
// Errors: STORE_UNAVAILABLE.
absl::Status WriteRestoreMark(const std::string& folder, const RestoreMark& mark);

// Result: the folder's mark; nullopt when it has none. Errors: STORE_UNAVAILABLE; STORE_CORRUPT for
// a file that is no mark, which is not taken for none.
absl::StatusOr<std::optional<RestoreMark>> ReadRestoreMark(const std::string& folder);

// Removes it, durably. Errors: STORE_UNAVAILABLE.
absl::Status RemoveRestoreMark(const std::string& folder);

}  // namespace mrg

#endif  // MRG_GATEWAY_STORAGE_RESTORE_MARK_H_
