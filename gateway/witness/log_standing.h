#ifndef MRG_GATEWAY_WITNESS_LOG_STANDING_H_
#define MRG_GATEWAY_WITNESS_LOG_STANDING_H_

// Whether the node's own decision log may go on: a log that was restored from an older backup, or
// whose records were changed, does not continue what a peer kept of it (DESIGN 4, THREATS R18).

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
#include "gateway/witness/log_key_book.h"

namespace mrg {

// Thread-safe.
class LogStanding {
 public:
  // All pointers must outlive this. `member`: whose log it is; `key`: the log's present one.
  LogStanding(const DecisionLog* log, MemberId member, const PublicKey* key,
              const LogKeyBook* listed_keys);

  // Calls of Check fail until a peer's copy is a prefix of the log.
  void RequireWitness();

  // An operator has decided to go on whatever peers keep: Check is OK from now on.
  void Accept();

  // A peer keeps the checkpoint `note` of this log. Errors: LOG_CONTRADICTED, after which Check
  // says the same for good; RECEIPT_CHECKPOINT_INVALID when no key of the log signed the note,
  // which proves nothing; STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status PeerKeeps(absl::string_view note);

  // Errors: LOG_UNWITNESSED, LOG_CONTRADICTED.
  absl::Status Check() const;

 private:
  absl::Status CheckContinues(absl::string_view note) const;
  absl::StatusOr<Checkpoint> Verify(absl::string_view note) const;

  // Constant after construction.
  const DecisionLog* const log_;
  const MemberId member_;
  const PublicKey* const key_;
  const LogKeyBook* const listed_keys_;

  mutable Mutex mu_;
  bool accepted_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status standing_ ABSL_GUARDED_BY(mu_);
  std::string checked_ ABSL_GUARDED_BY(mu_);  // the note that was last found to be a prefix
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_LOG_STANDING_H_
