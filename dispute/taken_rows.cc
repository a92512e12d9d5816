#include "dispute/taken_rows.h"

#include <optional>
#include <string>

#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

// Rows read at once while looking for free ones: more than one, as the first may be held.
constexpr size_t kTakePageRows = 64;

}  // namespace

absl::StatusOr<TakenRows> TakeFirst(const StoreReader& store,
                                    const std::shared_ptr<RowHolds>& holds, Keyspace keyspace,
                                    absl::string_view begin, absl::string_view end, size_t n) {
  std::vector<Row> rows;
  std::vector<RowHold> held;
  std::string from(begin);
  while (rows.size() < n) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Row> page,
                         store.Scan(keyspace, from, end, kTakePageRows));
    std::vector<std::string> keys;
    std::vector<RowHold> page_holds;
    size_t looked_at = 0;
    for (const Row& row : page) {
      if (rows.size() + keys.size() == n) break;
      ++looked_at;
      std::optional<RowHold> hold = RowHold::Take(holds, keyspace, row.key);
      if (!hold.has_value()) continue;
      keys.push_back(row.key);
      page_holds.push_back(*std::move(hold));
    }
    // The rows were read before they were held: their last holder may have changed them meanwhile.
    MRG_ASSIGN_OR_RETURN(std::vector<std::optional<Versioned>> now, store.GetMany(keyspace, keys));
    for (size_t i = 0; i < keys.size(); ++i) {
      if (!now[i].has_value()) continue;
      rows.push_back({keys[i], std::move(now[i]->value), now[i]->version});
      held.push_back(std::move(page_holds[i]));
    }
    if (looked_at == page.size() && page.size() < kTakePageRows) break;
    // Not after the page: a row of it that was gone leaves a place for the next one.
    from = KeyAfter(page[looked_at - 1].key);
  }
  return TakenRows(std::move(rows), std::move(held));
}

}  // namespace mrg
