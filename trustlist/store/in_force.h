#ifndef MRG_TRUSTLIST_STORE_IN_FORCE_H_
#define MRG_TRUSTLIST_STORE_IN_FORCE_H_

// The IN-FORCE state: of each publisher one complete set, whose targets and tree nodes are all
// stored; written in one commit, loaded by a restart. Not here: the TRUSTED state (metadata_store),
// which may already be ahead of it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/store/blob_reader.h"

namespace mrg {

struct RoleVersion {
  std::string role;
  int64_t version = 0;
  std::string signed_sha256;  // of the canonical `signed` part, 32 raw bytes
  absl::Time expires;
};

struct InForceTarget {
  std::string path;
  std::string sha256;   // 32 raw bytes
  std::string role;     // that lists it
  uint64_t length = 0;  // bytes
  bool is_tree = false;
};

// A delegation that does not hold by what was signed, whoever hands it out. What it covers is in
// force from nobody (ADR-0020), which is not the same as a list that says nothing.
struct LeftOutRole {
  // The delegated role of the top-level targets behind which the delegation stands, or that it is.
  // A delegation that stands behind several is there once for each.
  std::string through;
  std::string delegator;
  std::string role;
  Reason reason;
};

struct InForceSet {
  MemberId publisher;
  std::vector<RoleVersion> roles;      // by name
  std::vector<InForceTarget> targets;  // by path
  // A fork of the publisher waits for an operator (fork_store.h). Not stored with the set.
  bool forked = false;
  std::vector<LeftOutRole> left_out = {};  // by `through`, delegator and role
  // What a role that is left out listed when it was last whole, and what is not listed while others
  // answer for it, as far as it may not be taken back; by path. Not in force: known of the stored
  // set only, from the sets before it, and no part of what two sets are compared by.
  std::vector<InForceTarget> withheld = {};

  // Result: the role's entry; null when the set has none.
  const RoleVersion* FindRole(absl::string_view role) const;
  // Result: the target's entry; null when the set has none.
  const InForceTarget* FindTarget(absl::string_view path) const;
};

// Result: true when both hold the same roles, versions, digests, expiries and targets, and lack the
// same.
bool SameInForce(const InForceSet& a, const InForceSet& b);

// Thread-safe.
class InForceStore {
 public:
  // `store` must outlive this.
  explicit InForceStore(OrderedStore* store) : store_(store) {}

  // Result: the publisher's set; nullopt before the first one.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::optional<InForceSet>> Load(const MemberId& publisher) const;

  // A set with the version of the row that holds it: what is computed from the set is put in force
  // under that version only.
  struct StoredRow {
    InForceSet set;
    uint64_t version = 0;
  };
  // Result and errors: as Load, with the row's version.
  absl::StatusOr<std::optional<StoredRow>> LoadRow(const MemberId& publisher) const;

  // Adds to `writes` what puts `set` in force in place of the row of `row_version` (nullopt: of no
  // row), with that precondition. `under_new_root`: the set need not follow the present one
  // (repin.h). REQUIRES: all blobs that the set names are stored or in `writes`.
  // Errors: STORE_CONFLICT when the row is another one already; METADATA_ROLLBACK when a top-level
  // version would go back under the same root version; METADATA_MISMATCH when it is the timestamp
  // in force with other content; STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status StageOver(const InForceSet& set, std::optional<uint64_t> row_version,
                         bool under_new_root, WriteSet* writes) const;

  // Puts `writes` and `set` in force in one commit, in place of the row of `row_version`.
  // Errors: as StageOver; STORE_CONFLICT also when another writer was first.
  absl::Status Commit(const InForceSet& set, std::optional<uint64_t> row_version, WriteSet writes);

 private:
  OrderedStore* const store_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_STORE_IN_FORCE_H_
