#ifndef MRG_TRUSTLIST_CLIENT_TRUSTED_METADATA_SET_H_
#define MRG_TRUSTLIST_CLIENT_TRUSTED_METADATA_SET_H_

// The rules of the TUF client without any IO: it is given files one after the other in the order of
// the specification and either takes each or says why not. It sees one reference time. A refused
// file changes nothing.
//
// Threads: an object belongs to one thread.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trustlist/format/delegation_search.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/snapshot_metadata.h"
#include "trustlist/format/targets_metadata.h"
#include "trustlist/format/timestamp_metadata.h"

namespace mrg {

// Whose rules hold where they differ.
//   kFederation     our members' repositories: names as CheckNames wants them; timestamp and
//   snapshot
//                   state length and SHA-256 of every file they name; every timestamp but the first
//                   of a chain has x-mrg-prev, so that heads bind all roles of all times; an equal
//                   version with other content is refused (it is evidence of a fork); a delegated
//                   role past its expiry is taken, as UpdateDelegated says.
//   kSpecification  any TUF repository, to the letter: an equal timestamp version is discarded and
//                   the trusted file stays (5.4.3.1); names are opaque; 5.6.5 for every role.
enum class ClientRules { kFederation, kSpecification };

class TrustedMetadataSet {
 public:
  // Starts from a root that is trusted already (shipped or stored): it must be signed by its own
  // keys. `now` is the reference time of the whole refresh (TUF 5.1).
  // Errors: METADATA_MALFORMED, METADATA_THRESHOLD.
  static absl::StatusOr<TrustedMetadataSet> FromTrustedRoot(
      absl::string_view root_bytes, absl::Time now, ClientRules rules = ClientRules::kFederation);

  // TUF 5.3.4 - 5.3.7: takes the root of the next version, signed under the old and the new keys.
  // Errors: METADATA_MALFORMED, METADATA_THRESHOLD, METADATA_ROLLBACK (not the next version).
  absl::Status UpdateRoot(absl::string_view bytes);

  // TUF 5.3.10: the final root must not have expired. Errors: METADATA_EXPIRED.
  absl::Status CheckRootExpiry() const;

  // Earlier trusted files, the base of the rollback checks. Files that the present root does not
  // sign are left out: after a rotation of the keys they no longer count (TUF 5.3.11).
  void RememberTimestamp(absl::string_view bytes);
  void RememberSnapshot(absl::string_view bytes);

  // TUF 5.4.2 - 5.4.4. The version must not be lower than the remembered one, nor that of its
  // snapshot; the same version must have the same content, the next one must name it as its
  // predecessor. A chain begins with version 1, or where the root changed the timestamp's keys.
  // Errors: METADATA_MALFORMED, METADATA_THRESHOLD, METADATA_ROLLBACK, METADATA_MISMATCH (the same
  // version with other content, or a broken chain), METADATA_EXPIRED.
  absl::Status UpdateTimestamp(absl::string_view bytes);

  // TUF 5.5.2 - 5.5.6. REQUIRES: UpdateTimestamp.
  // Errors: METADATA_MALFORMED, METADATA_THRESHOLD, METADATA_MISMATCH (length, digest or version
  // differ from the timestamp's), METADATA_ROLLBACK (a role is older than remembered, or gone),
  // METADATA_EXPIRED.
  absl::Status UpdateSnapshot(absl::string_view bytes);

  // TUF 5.6.2 - 5.6.5 for the top-level targets. REQUIRES: UpdateSnapshot.
  // Errors: METADATA_MALFORMED, METADATA_THRESHOLD, METADATA_MISMATCH, METADATA_EXPIRED.
  absl::Status UpdateTargets(absl::string_view bytes);

  // The same for a role that `delegator` ("targets" or a role updated before) delegates to, by the
  // keys and the threshold that this delegator names: what another one verified is not taken on its
  // word (docs/threats.md T13). A role has one content in a refresh, whoever delegates to it. Under
  // the federation's rules 5.6.5 is left out: a role past its expiry is taken, because one province
  // that forgets to sign must not stop the lists of all the others. Its expiry goes with it, so
  // that what rests on the role is stale. REQUIRES: UpdateTargets. Errors: METADATA_MALFORMED,
  // METADATA_THRESHOLD, METADATA_MISMATCH, METADATA_EXPIRED.
  absl::Status UpdateDelegated(absl::string_view delegator, absl::string_view role,
                               absl::string_view bytes);

  // The same for a role whose content is known by another delegator.
  // REQUIRES: FindRole(role) is not null.
  absl::Status VerifyDelegated(absl::string_view delegator, absl::string_view role);

  // TUF 5.6.7: all targets that a client would find, each with the role that decides it, as
  // FindTarget of delegation_search.h finds them. What a role lists outside its delegation is not
  // found (docs/threats.md T12), and neither is what stands behind a delegation that does not hold:
  // it could hide what the role lists. REQUIRES: UpdateDelegated for every role that can be
  // reached.
  // Result: sorted by path.
  // Errors: METADATA_TOO_LONG when all searches together take more steps than match_work.h allows.
  absl::StatusOr<std::vector<ListedTarget>> VisibleTargets() const;

  // Of a fork that an operator has answered: UpdateTimestamp goes on in spite of it. An equal
  // version keeps the remembered file, and x-mrg-prev need not name it.
  void TolerateFork() { tolerates_fork_ = true; }
  bool tolerates_fork() const { return tolerates_fork_; }

  // Result: false when `bytes` are not the file of `role` that the snapshot states, so that whoever
  // gave them is to blame and nobody who signed. REQUIRES: UpdateSnapshot.
  bool FitsSnapshot(absl::string_view role, absl::string_view bytes) const;

  // Result: "targets" or a delegated role that was updated; null for any other.
  const TargetsMetadata* FindRole(absl::string_view role) const;
  // Result: true when UpdateDelegated took the role from this delegator.
  bool IsVerified(absl::string_view delegator, absl::string_view role) const;
  // Result: false when UpdateTimestamp kept the remembered file (5.4.3.1).
  bool took_timestamp() const { return took_timestamp_; }

  // Result: the earlier timestamp that the rollback checks go by; null when there is none.
  const TimestampMetadata* remembered_timestamp() const {
    return remembered_timestamp_.has_value() ? &*remembered_timestamp_ : nullptr;
  }

  const RootMetadata& root() const { return root_; }
  const std::string& root_bytes() const { return root_bytes_; }
  // REQUIRES for each: the role was updated.
  const TimestampMetadata& timestamp() const { return *timestamp_; }
  const SnapshotMetadata& snapshot() const { return *snapshot_; }
  const TargetsMetadata& targets() const { return *targets_; }
  const std::map<std::string, TargetsMetadata>& delegated() const { return delegated_; }

 private:
  TrustedMetadataSet(absl::Time now, ClientRules rules) : now_(now), rules_(rules) {}
  absl::Status CheckRole(const SignedEnvelope& envelope, const char* role) const;
  absl::Status CheckStated(absl::string_view role, const MetaFile& stated) const;
  absl::Status CheckFile(absl::string_view role, absl::string_view bytes) const;
  absl::StatusOr<TargetsMetadata> ReadTargets(absl::string_view role,
                                              const SignedEnvelope& envelope) const;
  absl::Status CheckDelegation(absl::string_view delegator, absl::string_view role,
                               const SignedEnvelope& envelope) const;

  absl::Time now_;
  ClientRules rules_;
  bool took_timestamp_ = false;
  bool tolerates_fork_ = false;
  bool begins_chain_ = false;  // the root changed the timestamp's keys
  RootMetadata root_;
  std::string root_bytes_;
  std::optional<TimestampMetadata> remembered_timestamp_;
  std::optional<SnapshotMetadata> remembered_snapshot_;
  std::optional<TimestampMetadata> timestamp_;
  std::optional<SnapshotMetadata> snapshot_;
  std::optional<TargetsMetadata> targets_;
  std::map<std::string, TargetsMetadata> delegated_;
  std::map<std::string, SignedEnvelope> envelopes_;         // of delegated_
  std::set<std::pair<std::string, std::string>> verified_;  // (delegator, role)
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_TRUSTED_METADATA_SET_H_
