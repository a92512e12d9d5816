#ifndef MRG_TRUSTLIST_FORK_FORK_STORE_H_
#define MRG_TRUSTLIST_FORK_FORK_STORE_H_

// The forks that this node found, for good. A publisher with a fork that no operator has answered
// is frozen.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "mrg/trustlist/v1/fork_evidence.pb.h"
#include "trustlist/fork/fork_evidence.h"

namespace mrg {

struct KeptFork {
  std::string id;  // ForkEvidenceId, 32 raw bytes
  trustlist::v1::StoredFork fork;

  bool IsOpen() const { return !fork.has_resumed_at(); }
  // Result: whether what is said of this fork holds for a proof of `keys`, too. What was found of
  // keys that had been replaced says nothing of keys that hold, or of others that were replaced
  // later: their holders are other people.
  bool HoldsFor(const ForkKeys& keys) const;
};

// Thread-safe. Errors of all: STORE_UNAVAILABLE, STORE_CORRUPT.
class ForkStore {
 public:
  // `store` must outlive this.
  explicit ForkStore(OrderedStore* store) : store_(store) {}

  // Keeps the proof, unless it is kept already. `keys`: KeysOfFork when it was found; of proofs of
  // replaced keys one is kept for all that end in the same root and are of no other keys. Result:
  // true when it is new.
  absl::StatusOr<bool> Keep(const trustlist::v1::ForkEvidence& evidence, const ForkKeys& keys);

  // Result: all forks kept, by publisher; of one publisher when it is given.
  absl::StatusOr<std::vector<KeptFork>> List(const std::optional<MemberId>& publisher) const;

  // Result: true when a fork of the publisher waits for an operator.
  absl::StatusOr<bool> IsFrozen(const MemberId& publisher) const;

  // Result: true when an operator has answered this fork, or the one that is kept for all under its
  // replaced keys. False when neither is kept.
  absl::StatusOr<bool> IsAnswered(const trustlist::v1::ForkEvidence& evidence,
                                  const ForkKeys& keys) const;

  // An operator decides to go on with what this node trusts, in spite of the fork `id`.
  // Errors also: FORK_EVIDENCE_NOT_FOUND, STORE_CONFLICT.
  absl::Status Resume(const MemberId& publisher, absl::string_view id, absl::string_view because,
                      absl::Time now);

 private:
  // The fork that is kept for all under the replaced keys that signed `evidence`.
  absl::StatusOr<std::optional<KeptFork>> ForAll(const trustlist::v1::ForkEvidence& evidence,
                                                 const ForkKeys& keys) const;

  OrderedStore* const store_;
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORK_FORK_STORE_H_
