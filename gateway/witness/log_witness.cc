#include "gateway/witness/log_witness.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

constexpr char kWitnessRows[] = "witness";
// Read at a time: more than kLogsOfAMemberMax of 64 members.
constexpr size_t kPageRows = 1024;

std::string RowKey(const std::string& origin) {
  return OrderedKey().Text(kWitnessRows).Text(origin).Take();
}

absl::StatusOr<MemberId> MemberOf(const std::string& origin) {
  return MemberId::Parse(origin.substr(0, origin.find('/')));
}

}  // namespace

absl::StatusOr<Checkpoint> LogWitness::Verify(const WitnessedLog& seen) const {
  const auto member = MemberOf(seen.origin);
  if (member.ok()) {
    for (const LogKey& key : keys_->KeysOf(*member)) {
      if (key.origin != seen.origin) continue;
      auto checkpoint = ParseSignedCheckpoint(seen.checkpoint, seen.origin, key.key);
      if (checkpoint.ok()) return checkpoint;
    }
  }
  return MakeError(Reason::kReceiptCheckpointInvalid,
                   "expected a checkpoint signed by a listed key of its log");
}

absl::Status LogWitness::Keep(const WitnessedLog& seen, const LogGrowth& growth) {
  const std::string key = RowKey(seen.origin);
  MRG_ASSIGN_OR_RETURN(const auto row, store_->Get(Keyspace::kNodeState, key));
  // Verified when it was kept; peers show the same one again and again.
  if (row.has_value() && row->value == seen.checkpoint) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(const Checkpoint next, Verify(seen));
  WriteSet writes;
  if (row.has_value()) {
    MRG_ASSIGN_OR_RETURN(const Checkpoint kept, ParseCheckpointBody(row->value));
    if (kept.size == next.size && kept.root != next.root) {
      return MakeError(Reason::kLogContradicted,
                       absl::StrCat("two roots of ", seen.origin, " at size ", kept.size));
    }
    if (kept.size > next.size) return absl::OkStatus();
    // Of one tree the newer note counts: its key may have taken the other's place. A larger tree
    // takes the place of what it continues and of nothing else, or a rewritten log would only have
    // to grow.
    if (kept.size > 0 && kept.size < next.size) {
      if (growth.from_size != kept.size) return absl::OkStatus();
      MRG_RETURN_IF_ERROR(
          VerifyConsistency(kept.size, next.size, kept.root, next.root, growth.proof));
    }
    writes.RequireVersion(Keyspace::kNodeState, key, row->version);
  } else {
    MRG_ASSIGN_OR_RETURN(const MemberId member, MemberOf(seen.origin));
    MRG_ASSIGN_OR_RETURN(std::vector<Row> rows, RowsOf(member));
    rows.push_back({key, seen.checkpoint});
    for (const Row& surplus : Surplus(member, std::move(rows))) {
      if (surplus.key == key) return absl::OkStatus();
      writes.Delete(Keyspace::kNodeState, surplus.key);
    }
    writes.RequireAbsent(Keyspace::kNodeState, key);
  }
  writes.Put(Keyspace::kNodeState, key, seen.checkpoint);
  return store_->Commit(writes).status;
}

absl::StatusOr<std::vector<WitnessedLog>> LogWitness::List() const {
  const std::string begin = OrderedKey().Text(kWitnessRows).Take();
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                       store_->Scan(Keyspace::kNodeState, begin, PrefixEnd(begin), kPageRows));
  std::vector<WitnessedLog> logs;
  for (const Row& row : rows) {
    MRG_ASSIGN_OR_RETURN(const Checkpoint kept, ParseCheckpointBody(row.value));
    logs.push_back({kept.origin, row.value});
  }
  return logs;
}

absl::Status LogWitness::Tidy(const std::vector<MemberId>& members) {
  std::map<std::string, std::vector<Row>> by_member;
  std::string begin = OrderedKey().Text(kWitnessRows).Take();
  const std::string end = PrefixEnd(begin);
  while (true) {
    MRG_ASSIGN_OR_RETURN(std::vector<Row> page,
                         store_->Scan(Keyspace::kNodeState, begin, end, kPageRows));
    const bool is_last = page.size() < kPageRows;
    if (!is_last) begin = KeyAfter(page.back().key);
    for (Row& row : page) {
      MRG_ASSIGN_OR_RETURN(const Checkpoint kept, ParseCheckpointBody(row.value));
      by_member[kept.origin.substr(0, kept.origin.find('/'))].push_back(std::move(row));
    }
    if (is_last) break;
  }
  for (auto& [name, rows] : by_member) {
    const auto member = MemberId::Parse(name);
    if (member.ok() && absl::c_linear_search(members, *member)) {
      rows = Surplus(*member, std::move(rows));
    }
    if (rows.empty()) continue;
    WriteSet writes;
    for (const Row& row : rows) writes.Delete(Keyspace::kNodeState, row.key);
    MRG_RETURN_IF_ERROR(store_->Commit(writes).status);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Row>> LogWitness::RowsOf(const MemberId& member) const {
  const std::string begin =
      OrderedKey().Text(kWitnessRows).Raw(absl::StrCat(member.value(), "/")).Take();
  return store_->Scan(Keyspace::kNodeState, begin, PrefixEnd(begin), kPageRows);
}

std::vector<Row> LogWitness::Surplus(const MemberId& member, std::vector<Row> rows) const {
  if (rows.size() <= kLogsOfAMemberMax) return {};
  std::map<std::string, absl::Time> listed;  // by row: from when its newest key signs
  for (const LogKey& key : keys_->KeysOf(member)) {
    absl::Time& from = listed.try_emplace(RowKey(key.origin), key.from).first->second;
    from = std::max(from, key.from);
  }
  const auto since = [&listed](const Row& row) {
    const auto found = listed.find(row.key);
    return found == listed.end() ? absl::InfinitePast() : found->second;
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row& a, const Row& b) { return since(a) > since(b); });
  rows.erase(rows.begin(), rows.begin() + kLogsOfAMemberMax);
  return rows;
}

}  // namespace mrg
