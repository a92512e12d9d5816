#ifndef MRG_TRUSTLIST_STORE_SET_INTAKE_H_
#define MRG_TRUSTLIST_STORE_SET_INTAKE_H_

// The one way in force: the client of a followed publisher and the own repository hand what they
// verified to the same door. Declared here, because trustlist ends here; implemented where content
// is read (gateway/federation/in_force).

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/storage/write_set.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// A complete set that the client workflow verified, and its content that is not stored yet.
struct VerifiedSet {
  InForceSet set;
  std::map<std::string, std::string> blobs;  // SHA-256, 32 raw bytes -> bytes

  // The version of the publisher's in-force row that the set was computed from; nullopt: there was
  // none. When another writer was first, the set is refused (STORE_CONFLICT).
  std::optional<uint64_t> row_version;

  // No signature leads from the root in force to the set's one (repin.h), so that no order holds
  // between the two.
  bool under_new_root = false;
};

// Thread-safe: sets go in force one after the other.
class SetIntake {
 public:
  virtual ~SetIntake() = default;

  // Puts `verified` in force: judges its content, makes the view with it, and commits `writes` (the
  // caller's rows, with the preconditions under which it read them), the blobs and the set in one
  // commit; then the node decides from it and tells followers. A set equal to the one in force
  // commits `writes` alone. `now`: UTC, of the caller's turn.
  // Errors, after which nothing has changed: the reason of the content that is refused, with its
  // path; METADATA_ROLLBACK when a top-level version would go back under the same root;
  // STORE_CONFLICT (another writer was first; read again); STORE_CORRUPT. STORE_UNAVAILABLE leaves
  // open whether the commit was applied: read again.
  virtual absl::Status Take(const VerifiedSet& verified, WriteSet writes, absl::Time now) = 0;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_STORE_SET_INTAKE_H_
