#include "gateway/storage/ordered_store.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

// Rows read at once while looking for free ones: more than one, as the first may be held.
constexpr size_t kTakePageRows = 64;

}  // namespace

CommitResult CommitResult::Committed() { return {kCommitted, -1, absl::OkStatus()}; }

CommitResult CommitResult::PreconditionFailed(int index) {
  return {
      kPreconditionFailed, index,
      MakeError(Reason::kStoreConflict, absl::StrCat("precondition ", index, " does not hold"))};
}

CommitResult CommitResult::Unknown(absl::string_view detail) {
  return {kUnknown, -1, MakeError(Reason::kStoreUnavailable, detail)};
}

CommitResult OrderedStore::Commit(const WriteSet& set) {
  return std::move(CommitGroup(std::span<const WriteSet>(&set, 1)).front());
}

absl::StatusOr<TakenRows> OrderedStore::TakeFirst(Keyspace keyspace, absl::string_view begin,
                                                  absl::string_view end, size_t n) {
  std::vector<Row> rows;
  std::vector<RowHold> holds;
  std::string from(begin);
  while (rows.size() < n) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Row> page, Scan(keyspace, from, end, kTakePageRows));
    for (const Row& row : page) {
      if (rows.size() == n) break;
      std::optional<RowHold> hold = RowHold::Take(holds_, keyspace, row.key);
      if (!hold.has_value()) continue;
      // The row was read before it was held: its last holder may have changed it meanwhile.
      MRG_ASSIGN_OR_RETURN(std::optional<Versioned> now, Get(keyspace, row.key));
      if (!now.has_value()) continue;
      rows.push_back({row.key, std::move(now->value), now->version});
      holds.push_back(*std::move(hold));
    }
    if (page.size() < kTakePageRows) break;
    from = KeyAfter(page.back().key);
  }
  return TakenRows(std::move(rows), std::move(holds));
}

}  // namespace mrg
