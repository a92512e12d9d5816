#ifndef MRG_GATEWAY_WITNESS_LOG_WITNESS_H_
#define MRG_GATEWAY_WITNESS_LOG_WITNESS_H_

// Checkpoints of other nodes' decision logs, kept so that a log that was rolled back or rewritten
// shows (docs/threats.md R18). A node compares its own log with what its peers kept in
// log_standing.h.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "gateway/witness/log_key_book.h"

namespace mrg {

// Logs of one member of which checkpoints are kept: the one it writes, and a few that it ended,
// which happens when records are lost. What a member lists is its own affair, 1,024 keys of it;
// without this bound one member's list fills what all the others have to say.
inline constexpr size_t kLogsOfAMemberMax = 8;

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
  // one that is kept, change nothing. Of a member's logs kLogsOfAMemberMax are kept: those with the
  // newest keys in its list, where one that is not listed counts as the oldest. It is kept as long
  // as there is room, or a member would only have to list a key no more, for a moment, to have its
  // log forgotten. Errors also: RECEIPT_CHECKPOINT_INVALID (no key that the
  // log's member has in force signed it), LOG_CONTRADICTED (another root of the same size is kept:
  // both notes are the proof), RECEIPT_PROOF_INVALID (`growth` begins at what is kept and does not
  // lead to the checkpoint), STORE_CONFLICT.
  absl::Status Keep(const WitnessedLog& seen, const LogGrowth& growth = {});

  // Result: what is kept, by origin.
  absl::StatusOr<std::vector<WitnessedLog>> List() const;

  // Drops what is kept of members that are none of `members`, and of each of them what is beyond
  // kLogsOfAMemberMax. At the start, when the lists that were in force are so again.
  absl::Status Tidy(const std::vector<MemberId>& members);

 private:
  absl::StatusOr<std::vector<Row>> RowsOf(const MemberId& member) const;
  // Result: of the member's rows those that are not to be kept.
  std::vector<Row> Surplus(const MemberId& member, std::vector<Row> rows) const;
  absl::StatusOr<Checkpoint> Verify(const WitnessedLog& seen) const;

  OrderedStore* const store_;
  const LogKeyBook* const keys_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_WITNESS_LOG_WITNESS_H_
