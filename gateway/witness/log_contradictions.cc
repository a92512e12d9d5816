#include "gateway/witness/log_contradictions.h"

#include <optional>

#include "absl/strings/string_view.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

constexpr char kContradictionRows[] = "log-contradiction";
// Only what the log's own key signed gets here; more of it than there are peers is rare.
constexpr size_t kContradictionsMax = 1024;

}  // namespace

// One row: (origin, size, root) -> the own size when it was accepted, or nothing.
struct LogContradictions::Found {
  uint64_t size = 0;
  std::string root;
  std::optional<uint64_t> accepted_at;
  Row row;
};

std::string LogContradictions::Prefix() const {
  return OrderedKey().Text(kContradictionRows).Text(origin_).Take();
}

absl::StatusOr<std::vector<LogContradictions::Found>> LogContradictions::All() const {
  const std::string begin = Prefix();
  MRG_ASSIGN_OR_RETURN(std::vector<Row> rows, store_->Scan(Keyspace::kNodeState, begin,
                                                           PrefixEnd(begin), kContradictionsMax));
  std::vector<Found> all;
  for (Row& row : rows) {
    Found found;
    OrderedKeyReader key(absl::string_view(row.key).substr(begin.size()));
    MRG_ASSIGN_OR_RETURN(found.size, key.U64());
    MRG_ASSIGN_OR_RETURN(found.root, key.Raw(kTreeHashBytes));
    if (!row.value.empty()) {
      OrderedKeyReader value(row.value);
      MRG_ASSIGN_OR_RETURN(found.accepted_at, value.U64());
    }
    found.row = std::move(row);
    all.push_back(std::move(found));
  }
  return all;
}

absl::StatusOr<bool> LogContradictions::IsAccepted(const Checkpoint& kept) const {
  MRG_ASSIGN_OR_RETURN(const std::vector<Found> all, All());
  for (const Found& found : all) {
    if (!found.accepted_at.has_value()) continue;
    if (found.size == kept.size && found.root == kept.root) return true;
    // A peer that kept less of the same lost records has nothing new to say.
    if (*found.accepted_at < kept.size && kept.size <= found.size) return true;
  }
  return false;
}

absl::StatusOr<std::vector<Checkpoint>> LogContradictions::NotAccepted() const {
  MRG_ASSIGN_OR_RETURN(std::vector<Found> all, All());
  std::vector<Checkpoint> open;
  for (Found& found : all) {
    if (!found.accepted_at.has_value())
      open.push_back({origin_, found.size, std::move(found.root)});
  }
  return open;
}

absl::Status LogContradictions::Note(const Checkpoint& kept) {
  MRG_ASSIGN_OR_RETURN(const std::vector<Found> all, All());
  if (all.size() >= kContradictionsMax) return absl::OkStatus();
  for (const Found& found : all) {
    if (found.size == kept.size && found.root == kept.root) return absl::OkStatus();
  }
  const std::string key = OrderedKey().Raw(Prefix()).U64(kept.size).Raw(kept.root).Take();
  WriteSet writes;
  writes.RequireAbsent(Keyspace::kNodeState, key);
  writes.Put(Keyspace::kNodeState, key, "");
  const CommitResult result = store_->Commit(writes);
  // Somebody else noted the same.
  if (result.outcome == CommitResult::kPreconditionFailed) return absl::OkStatus();
  return result.status;
}

absl::StatusOr<size_t> LogContradictions::AcceptAll(uint64_t own_size) {
  MRG_ASSIGN_OR_RETURN(const std::vector<Found> all, All());
  WriteSet writes;
  size_t accepted = 0;
  for (const Found& found : all) {
    if (found.accepted_at.has_value()) continue;
    writes.RequireVersion(Keyspace::kNodeState, found.row.key, found.row.version);
    writes.Put(Keyspace::kNodeState, found.row.key, OrderedKey().U64(own_size).Take());
    ++accepted;
  }
  if (accepted > 0) MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  return accepted;
}

}  // namespace mrg
