#ifndef MRG_GATEWAY_WITNESS_LOG_STANDING_H_
#define MRG_GATEWAY_WITNESS_LOG_STANDING_H_

// Whether the node's own decision log may go on: a log that was restored from an older backup, or
// whose records were changed, does not continue what a peer, or a mark outside the store, kept of
// it (docs/threats.md R18, ADR-0029).

#include <cstddef>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/decision_log.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/crypto/public_key.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/witness/log_contradictions.h"
#include "gateway/witness/log_fault.h"
#include "gateway/witness/log_keepers.h"
#include "gateway/witness/log_key_book.h"

namespace mrg {

// Thread-safe.
class LogStanding {
 public:
  // All pointers must outlive this. `member`: whose log it is; `key`: the log's present one;
  // `store`: where what was found is kept.
  LogStanding(const DecisionLog* log, MemberId member, const PublicKey* key,
              const LogKeyBook* listed_keys, OrderedStore* store);

  // Takes up what earlier starts found: who has kept the log; that a reader found it changed; and
  // what contradicted it and nobody accepted, which is judged again, since the records may be back.
  // Before RequireWitness.
  // Errors: LOG_CONTRADICTED, after which Check says the same; STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status TakeUp();

  // Check fails until each of `peers` was asked what it keeps of the log, whether it answered or
  // not, and one answered. One that keeps nothing has answered for itself alone: another one that
  // has kept the log in an earlier start is waited for, unless a third keeps something. An empty
  // log is no exception: it may have been a longer one.
  void RequireWitness(std::set<MemberId> peers);

  // The peer was asked and has said what it keeps, which PeerKeeps was told; `keeps`: whether it is
  // something. Errors: STORE_UNAVAILABLE, STORE_CORRUPT; the answer counts.
  absl::Status PeerAnswered(const MemberId& peer, bool keeps);
  // The peer was asked and has not answered, or nothing that can be read as an answer.
  void PeerFailed(const MemberId& peer);

  // A peer keeps the checkpoint `note` of this log. Result: OK also for what an operator accepted.
  // Errors: LOG_CONTRADICTED, after which Check says the same; RECEIPT_CHECKPOINT_INVALID when no
  // key of the log signed the note, which proves nothing; STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status PeerKeeps(absl::string_view note);

  // The same for what the node itself kept outside the store, in which nobody's signature counts.
  // Errors: as PeerKeeps; STORE_CORRUPT when it is no checkpoint of this log.
  absl::Status MarkKeeps(absl::string_view note);

  // The check of the log's records found `fault`: Check fails with it.
  void RecordsAreFaulty(const absl::Status& fault);

  // A reader of the log may have found it changed (DecisionLog::ReadFault), which Check says at
  // once: keeps that in the store, so that the next start says it, too.
  // Result: what was found, the first time; OK when nothing was, and later.
  absl::Status KeepReadFault();

  // An operator has decided to go on in spite of all that was found up to now, in this start or in
  // earlier ones, and without a peer's answer. What is found from now on counts; but where records
  // were found changed, others of them that are read until the next start do not.
  // Result: contradictions that were accepted now. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<size_t> Accept();

  // Errors: LOG_UNWITNESSED, LOG_CONTRADICTED; STORE_CORRUPT, also for a record that a reader of
  // the log found changed.
  absl::Status Check() const;

 private:
  absl::Status Judge(const Checkpoint& kept, absl::string_view keeper);
  absl::Status CheckContinues(const Checkpoint& kept, absl::string_view keeper) const;
  absl::StatusOr<Checkpoint> Verify(absl::string_view note) const;

  // Constant after construction.
  const DecisionLog* const log_;
  const MemberId member_;
  const PublicKey* const key_;
  const LogKeyBook* const listed_keys_;

  // Self-synchronised.
  LogContradictions contradictions_;
  LogKeepers keepers_;
  LogFault kept_fault_;

  mutable Mutex mu_;
  absl::Status fault_ ABSL_GUARDED_BY(mu_);  // of the records
  bool records_accepted_ ABSL_GUARDED_BY(mu_) = false;
  bool read_fault_told_ ABSL_GUARDED_BY(mu_) = false;
  bool read_fault_kept_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status contradiction_ ABSL_GUARDED_BY(mu_);  // the last one that nobody accepted
  bool needs_answer_ ABSL_GUARDED_BY(mu_) = false;
  bool some_is_kept_ ABSL_GUARDED_BY(mu_) = false;  // a peer has said so
  bool none_is_kept_ ABSL_GUARDED_BY(mu_) = false;  // a peer has said so
  std::set<MemberId> not_asked_ ABSL_GUARDED_BY(mu_);
  std::set<MemberId> kept_before_ ABSL_GUARDED_BY(mu_);     // peers that keepers_ knows
  std::set<MemberId> silent_keepers_ ABSL_GUARDED_BY(mu_);  // of those, that have not answered
  std::string checked_ ABSL_GUARDED_BY(mu_);  // the note that was last found to be a prefix
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_LOG_STANDING_H_
