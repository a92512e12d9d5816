#include "gateway/witness/log_witness.h"

#include "absl/strings/str_cat.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

constexpr char kWitnessRows[] = "witness";
// Logs that are kept: some for each member, so that nobody fills the store by naming origins.
constexpr size_t kWitnessedMax = 1024;

std::string RowKey(const std::string& origin) {
  return OrderedKey().Text(kWitnessRows).Text(origin).Take();
}

}  // namespace

absl::StatusOr<Checkpoint> LogWitness::Verify(const WitnessedLog& seen) const {
  const auto member = MemberId::Parse(seen.origin.substr(0, seen.origin.find('/')));
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
    writes.RequireAbsent(Keyspace::kNodeState, key);
  }
  writes.Put(Keyspace::kNodeState, key, seen.checkpoint);
  return store_->Commit(writes).status;
}

absl::StatusOr<std::vector<WitnessedLog>> LogWitness::List() const {
  const std::string begin = OrderedKey().Text(kWitnessRows).Take();
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                       store_->Scan(Keyspace::kNodeState, begin, PrefixEnd(begin), kWitnessedMax));
  std::vector<WitnessedLog> logs;
  for (const Row& row : rows) {
    MRG_ASSIGN_OR_RETURN(const Checkpoint kept, ParseCheckpointBody(row.value));
    logs.push_back({kept.origin, row.value});
  }
  return logs;
}

}  // namespace mrg
