#ifndef MRG_GATEWAY_CLI_LOG_RECORD_WALK_H_
#define MRG_GATEWAY_CLI_LOG_RECORD_WALK_H_

// The records of a served log from any index to the end of a checkpoint, page by page. A page is
// given out once the root over all records up to its end was computed and proved: two calls a page,
// however many records it has.
//
// Threads: an object belongs to one thread.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/leaf_root.h"
#include "gateway/cli/log/served_log.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {

class RecordWalk {
 public:
  // Begins at the record `first`. `log` must outlive this. REQUIRES: first < newest.size.
  // Errors: as ServedLog::Beginning.
  static absl::StatusOr<RecordWalk> Begin(const ServedLog* log, Checkpoint newest, uint64_t first);

  // Index of the record that comes next.
  uint64_t next() const { return tree_.size(); }
  bool done() const { return next() >= newest_.size; }

  // Result: at least one record and at most `most`, in order. REQUIRES: !done(), 1 <= most.
  // Errors: as ServedLog; RECEIPT_PROOF_INVALID naming the first record that is not the log's;
  // STORE_CORRUPT naming one that cannot be read.
  absl::StatusOr<std::vector<audit::v1::DecisionRecord>> Next(uint64_t most);

 private:
  RecordWalk(const ServedLog* log, Checkpoint newest, LeafRoot tree)
      : log_(log), newest_(std::move(newest)), tree_(std::move(tree)) {}
  absl::Status CheckPage(uint64_t first, const std::vector<std::string>& leaves) const;

  const ServedLog* log_;
  Checkpoint newest_;
  LeafRoot tree_;  // of all records before next()
};

// Reads the record `index` out of its leaf. Errors: STORE_CORRUPT unless it is a decision of the
// log `origin` in a form that is known here.
absl::StatusOr<audit::v1::DecisionRecord> ReadRecord(uint64_t index, absl::string_view leaf,
                                                     const std::string& origin);

// Finds where to begin for all records decided at `since` or later, by bisection.
// Result: an index before which there is none, as long as none stands more than five minutes out of
// the order of time: calls under way together, and a clock that was set. At most newest.size.
// Errors: as ServedLog::Record and ReadRecord.
absl::StatusOr<uint64_t> FirstRecordSince(absl::Time since, const ServedLog& log,
                                          const Checkpoint& newest);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LOG_RECORD_WALK_H_
