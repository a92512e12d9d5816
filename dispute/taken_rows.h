#ifndef MRG_DISPUTE_TAKEN_ROWS_H_
#define MRG_DISPUTE_TAKEN_ROWS_H_

// Takes rows of the store for one worker of this process, so that several do not decide on the same
// rows at once. It saves work and protects nothing: what is decided on a taken row is still written
// under RequireVersion, also because other processes take the same rows.
//
// Threads: TakeFirst may be called from any thread; a TakenRows belongs to one thread at a time.

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dispute/row_holds.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Rows that TakeFirst gave to this caller. While the object lives, no other TakeFirst with the same
// holds returns these rows.
class TakenRows {
 public:
  TakenRows() = default;
  TakenRows(std::vector<Row> rows, std::vector<RowHold> holds)
      : rows_(std::move(rows)), holds_(std::move(holds)) {}
  const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
  std::vector<RowHold> holds_;  // one a row, in the same order
};

// Takes the first `n` rows of [begin, end) that no other live TakenRows of `holds` has (the meaning
// of SKIP LOCKED, within one process). Each returned row was stored, with the returned version, at
// a moment when it was already held. Fewer than n: no more were free.
// Ranges: n >= 1; end "" = to the end. Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
absl::StatusOr<TakenRows> TakeFirst(const StoreReader& store,
                                    const std::shared_ptr<RowHolds>& holds, Keyspace keyspace,
                                    absl::string_view begin, absl::string_view end, size_t n);

}  // namespace mrg

#endif  // MRG_DISPUTE_TAKEN_ROWS_H_
