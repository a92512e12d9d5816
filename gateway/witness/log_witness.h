#ifndef MRG_GATEWAY_WITNESS_LOG_WITNESS_H_
#define MRG_GATEWAY_WITNESS_LOG_WITNESS_H_

// Checkpoints of other nodes' decision logs, kept so that a log that was rolled back or rewritten
// shows (THREATS R18). A node compares its own log with what its peers kept in log_standing.h.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/witness/log_key_book.h"

namespace mrg {

// The newest checkpoint of one log.
struct WitnessedLog {
  std::string origin;      // "<member>/<log-id>"
  std::string checkpoint;  // signed note (C2SP tlog-checkpoint)
};

// How a log grew to a checkpoint from an earlier one: what a witness asks of whoever shows it a
// newer one.
struct LogGrowth {
  uint64_t from_size = 0;          // of the earlier checkpoint; 0: nothing is shown
  std::vector<std::string> proof;  // RFC 6962 2.1.2, hashes of 32 bytes
};

// Thread-safe. Errors of all: STORE_UNAVAILABLE, STORE_CORRUPT.
class LogWitness {
 public:
  // Both must outlive this.
  LogWitness(OrderedStore* store, const LogKeyBook* keys) : store_(store), keys_(keys) {}

  // Keeps the checkpoint if none is kept of the log, or if `growth` proves that the log grew to it
  // from the one that is. One of a smaller tree, and one of a larger tree without a proof from the
  // one that is kept, change nothing. Errors also: RECEIPT_CHECKPOINT_INVALID (no key that the
  // log's member has in force signed it), LOG_CONTRADICTED (another root of the same size is kept:
  // both notes are the proof), RECEIPT_PROOF_INVALID (`growth` begins at what is kept and does not
  // lead to the checkpoint), STORE_CONFLICT.
  absl::Status Keep(const WitnessedLog& seen, const LogGrowth& growth = {});

  // Result: what is kept, by origin.
  absl::StatusOr<std::vector<WitnessedLog>> List() const;

 private:
  absl::StatusOr<Checkpoint> Verify(const WitnessedLog& seen) const;

  OrderedStore* const store_;
  const LogKeyBook* const keys_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_LOG_WITNESS_H_
