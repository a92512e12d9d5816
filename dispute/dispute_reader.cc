#include "dispute/dispute_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "dispute/dispute_history.h"
#include "dispute/dispute_limits.h"
#include "dispute/dispute_store.h"
#include "dispute/stored_keys.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

using dispute::v1::Dispute;

constexpr size_t kScanRows = 1000;

absl::Status NotFound() {
  return MakeError(Reason::kDisputeNotFound, "no such dispute, or not visible to the caller");
}

absl::Status BadToken() {
  return MakeFieldError(Reason::kFieldMalformed, "page_token",
                        "expected the next_page_token of the page before");
}

// A token is the part of the last row's key after the index's prefix. It says where to go on within
// the caller's own index and opens nothing else.
absl::StatusOr<std::string> PlaceOfToken(absl::string_view token) {
  std::string place;
  if (token.size() > kDisputePageTokenBytesMax || !absl::WebSafeBase64Unescape(token, &place)) {
    return BadToken();
  }
  OrderedKeyReader reader(place);
  if (!reader.Time().ok()) return BadToken();
  const auto id = reader.Text();
  if (!id.ok() || !reader.done() || !DisputeId::Parse(*id).ok()) return BadToken();
  return place;
}

absl::StatusOr<DisputeId> DisputeOfPlace(absl::string_view place) {
  OrderedKeyReader reader(place);
  MRG_RETURN_IF_ERROR(reader.Time().status());
  MRG_ASSIGN_OR_RETURN(const std::string text, reader.Text());
  absl::StatusOr<DisputeId> id = DisputeId::Parse(text);
  if (!id.ok()) return MakeError(Reason::kStoreCorrupt, "a key of the index names no dispute");
  return id;
}

std::string PrefixOf(const DisputeQuery& query) {
  if (query.filer.has_value()) return FilerPrefix(query.filer->value());
  if (!query.queue.empty()) return QueuePrefix(query.queue);
  return AllPrefix();
}

bool Matches(const DisputeQuery& query, const Dispute& dispute) {
  if (query.filer.has_value() && dispute.filer() != query.filer->value()) return false;
  if (!query.queue.empty() && dispute.queue() != query.queue) return false;
  if (query.state != dispute::v1::DISPUTE_STATE_UNSPECIFIED && dispute.state() != query.state) {
    return false;
  }
  return !query.visible || query.visible(dispute);
}

// Calls `see` with each row's key after `prefix`, for at most `limit` rows.
// Result: true when those were all.
template <typename See>
absl::StatusOr<bool> EachRow(const StoreReader& store, Keyspace keyspace, absl::string_view prefix,
                             size_t limit, See see) {
  const std::string end = PrefixEnd(prefix);
  std::string begin(prefix);
  size_t seen = 0;
  while (true) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows, store.Scan(keyspace, begin, end, kScanRows));
    for (const Row& row : rows) {
      if (seen++ == limit) return false;
      MRG_RETURN_IF_ERROR(see(absl::string_view(row.key).substr(prefix.size())));
    }
    if (rows.size() < kScanRows) return true;
    begin = KeyAfter(rows.back().key);
  }
}

}  // namespace

DisputeReader::DisputeReader(DisputeNode node, const OrderedStore* store)
    : node_(std::move(node)), store_(store) {}

absl::StatusOr<DisputeView> DisputeReader::Get(absl::string_view dispute,
                                               const DisputeVisible& visible,
                                               absl::Time now) const {
  const auto id = DisputeId::Parse(dispute);
  if (!id.ok()) return NotFound();
  MRG_ASSIGN_OR_RETURN(const DisputeHistory history, LoadDispute(*store_, *id));
  MRG_ASSIGN_OR_RETURN(Dispute present, PresentDispute(*store_, node_, history, now));
  if (visible && !visible(present)) return NotFound();
  return DisputeView{std::move(present), history.bytes()};
}

absl::StatusOr<DisputePage> DisputeReader::List(const DisputeQuery& query, absl::Time now) const {
  if (query.page_size < 0 || query.page_size > kDisputePageMax) {
    return MakeFieldError(Reason::kFieldMalformed, "page_size", "expected 1 to 100, or 0");
  }
  const auto wanted =
      static_cast<size_t>(query.page_size == 0 ? kDisputePageDefault : query.page_size);
  const std::string prefix = PrefixOf(query);
  std::string begin = prefix;
  if (!query.page_token.empty()) {
    MRG_ASSIGN_OR_RETURN(const std::string place, PlaceOfToken(query.page_token));
    begin = KeyAfter(prefix + place);
  }
  MRG_ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      store_->Scan(Keyspace::kDisputeIndex, begin, PrefixEnd(prefix), kDisputesExaminedMax));
  DisputePage page;
  for (size_t i = 0; i < rows.size(); ++i) {
    const absl::string_view place = absl::string_view(rows[i].key).substr(prefix.size());
    MRG_ASSIGN_OR_RETURN(const DisputeId id, DisputeOfPlace(place));
    MRG_ASSIGN_OR_RETURN(const DisputeHistory history, LoadDispute(*store_, id));
    MRG_ASSIGN_OR_RETURN(Dispute present, PresentDispute(*store_, node_, history, now));
    if (Matches(query, present)) page.disputes.push_back(std::move(present));
    const bool is_last_row = i + 1 == rows.size() && rows.size() < kDisputesExaminedMax;
    if (is_last_row) break;
    if (page.disputes.size() == wanted || i + 1 == rows.size()) {
      page.next_page_token = absl::WebSafeBase64Escape(place);
      break;
    }
  }
  return page;
}

absl::StatusOr<QueueFigures> DisputeReader::CountQueue(absl::string_view queue, size_t limit,
                                                       absl::Time now) const {
  QueueFigures figures;
  const bool every = queue.empty();
  const auto see_ready = [&](absl::string_view place) -> absl::Status {
    OrderedKeyReader reader(place);
    if (every) MRG_RETURN_IF_ERROR(reader.Text().status());
    MRG_ASSIGN_OR_RETURN(const absl::Time due_at, reader.Time());
    MRG_RETURN_IF_ERROR(reader.U64().status());  // priority
    MRG_ASSIGN_OR_RETURN(const absl::Time filed_at, reader.Time());
    ++figures.ready;
    if (due_at <= now) ++figures.overdue;
    figures.oldest_filed_at = std::min(figures.oldest_filed_at, filed_at);
    figures.first_due_at = std::min(figures.first_due_at, due_at);
    return absl::OkStatus();
  };
  const auto see_leased = [&](absl::string_view place) -> absl::Status {
    OrderedKeyReader reader(place);
    if (every) MRG_RETURN_IF_ERROR(reader.Text().status());
    MRG_ASSIGN_OR_RETURN(const absl::Time expires_at, reader.Time());
    ++(expires_at > now ? figures.leased : figures.ready);
    return absl::OkStatus();
  };
  MRG_ASSIGN_OR_RETURN(const bool all_ready,
                       EachRow(*store_, Keyspace::kDisputeQueue,
                               every ? ReadyPrefix() : ReadyPrefix(queue), limit, see_ready));
  MRG_ASSIGN_OR_RETURN(const bool all_leased,
                       EachRow(*store_, Keyspace::kDisputeQueue,
                               every ? LeasedPrefix() : LeasedPrefix(queue), limit, see_leased));
  figures.is_complete = all_ready && all_leased;
  return figures;
}

absl::StatusOr<OutboxFigures> DisputeReader::CountOutbox(size_t limit) const {
  OutboxFigures figures;
  const auto see = [&](absl::string_view place) -> absl::Status {
    OrderedKeyReader reader(place);
    MRG_ASSIGN_OR_RETURN(const std::string peer, reader.Text());
    ++figures.entries[peer];
    return absl::OkStatus();
  };
  const auto see_mark = [&](absl::string_view) {
    ++figures.marks;
    return absl::OkStatus();
  };
  MRG_ASSIGN_OR_RETURN(const bool all_entries,
                       EachRow(*store_, Keyspace::kDisputeOutbox, OutboxPrefix(), limit, see));
  MRG_ASSIGN_OR_RETURN(const bool all_marks, EachRow(*store_, Keyspace::kDisputeMarkQueue,
                                                     MarkQueuePrefix(), limit, see_mark));
  figures.is_complete = all_entries && all_marks;
  return figures;
}

}  // namespace mrg
