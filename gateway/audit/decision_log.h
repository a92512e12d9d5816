#ifndef MRG_GATEWAY_AUDIT_DECISION_LOG_H_
#define MRG_GATEWAY_AUDIT_DECISION_LOG_H_

// The log: an RFC 6962 tree in C2SP tlog-tiles form over the store, extended by groups. A group is
// one write set: leaves, tiles, what the submitters add, and one checkpoint. What the leaves hold
// is log_leaf.h's.
//
// Threads: AppendGroup belongs to the log committer alone; the read side may be called from any
// thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/base/mutex.h"
#include "gateway/crypto/signer.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/storage/write_set.h"

namespace mrg {

class DecisionLog {
 public:
  // Where a leaf stands and how that is proved.
  struct Placement {
    uint64_t index = 0;
    uint64_t tree_size = 0;
    std::vector<std::string> inclusion_proof;  // 32 raw bytes each, leaf first
    std::string checkpoint;                    // signed note
  };

  struct Submission {
    // 1 to kLeafBytesMax bytes; shared, since the submitter needs them again for the receipt.
    std::shared_ptr<const std::string> leaf;
    // The request's own row: it must be absent, or the leaf was logged before.
    Keyspace absent_keyspace = Keyspace::kRequest;
    std::string absent_key;
    // Adds the rows that are written with the leaf, `absent_key` among them.
    std::function<void(const Placement&, WriteSet*)> companions;
  };

  struct Appended {
    enum Result {
      kAppended,   // durable; `placement` holds
      kDuplicate,  // `absent_key` is there: logged before, or earlier in this group
      kFailed,     // `status` says why; whether it was written may be unknown
    };
    Result result = kFailed;
    Placement placement;
    absl::Status status;
  };

  // Opens the log, or begins it. `store` and `log_key` (Ed25519) must outlive the log. The tree is
  // computed from its tiles and compared with the newest checkpoint; the leaves are not read, that
  // is CheckLog's work (log_check.h).
  // Errors: STORE_CORRUPT when tiles and checkpoint do not agree or another key signed it;
  // STORE_UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<DecisionLog>> Open(OrderedStore* store,
                                                           const Signer* log_key,
                                                           std::string origin);

  // Appends the group in one durable write. Result: one answer a submission, same order.
  // Ranges: at most kLogGroupMax submissions.
  // Errors in the answers: STORE_UNAVAILABLE, STORE_CONFLICT (another writer of this log),
  // INVARIANT_BROKEN (a leaf or the group out of bounds, signing failed).
  std::vector<Appended> AppendGroup(std::span<const Submission> group);

  const std::string& origin() const { return origin_; }
  uint64_t size() const;
  // Result: the newest signed note; empty before the first leaf.
  std::string LatestCheckpoint() const;

  // What these three answer was checked against the newest checkpoint: a leaf or a tile that was
  // changed gives STORE_CORRUPT, and never a leaf or a proof that would not verify.
  // Result: the leaf.
  // Errors: RECORD_NOT_FOUND (index not below the size), STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<std::string> ReadLeaf(uint64_t index) const;
  // REQUIRES nothing; errors: RECORD_NOT_FOUND unless index < tree_size <= size().
  absl::StatusOr<std::vector<std::string>> InclusionProof(uint64_t index, uint64_t tree_size) const;
  // Errors: RECORD_NOT_FOUND unless 1 <= first <= second <= size().
  absl::StatusOr<std::vector<std::string>> ConsistencyProof(uint64_t first, uint64_t second) const;
  // OK until one of these three, or AppendGroup, found the log changed; then what was found first,
  // STORE_CORRUPT.
  absl::Status ReadFault() const;

 private:
  struct Attempt;

  DecisionLog(OrderedStore* store, const Signer* log_key, std::string origin)
      : store_(store), log_key_(log_key), origin_(std::move(origin)) {}

  // Reads the state back from the store, after a start or an unknown outcome.
  absl::Status Recover();
  // Prepares the write of the members of `chosen`.
  absl::StatusOr<Attempt> Prepare(std::span<const Submission> group,
                                  const std::vector<size_t>& chosen) const;
  PerfectNodeReader ReaderOver(const TreeEdge& edge) const;
  absl::StatusOr<std::string> ReadCheckedLeaf(uint64_t index) const;
  absl::StatusOr<std::vector<std::string>> CheckedInclusionProof(uint64_t index,
                                                                 uint64_t tree_size) const;
  absl::StatusOr<std::vector<std::string>> CheckedConsistencyProof(uint64_t first,
                                                                   uint64_t second) const;
  struct Head {
    uint64_t size = 0;
    std::string root;  // 32 raw bytes
  };
  Head SignedHead() const;
  // Result: `status`, remembered when it is a fault of what is stored.
  absl::Status Noted(const absl::Status& status) const;

  // Constant after construction.
  OrderedStore* const store_;
  const Signer* const log_key_;
  const std::string origin_;

  // Owned by the committer.
  TreeEdge edge_;
  bool needs_recovery_ = false;

  mutable Mutex mu_;
  Head head_ ABSL_GUARDED_BY(mu_);
  std::string checkpoint_ ABSL_GUARDED_BY(mu_);
  mutable absl::Status read_fault_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_AUDIT_DECISION_LOG_H_
