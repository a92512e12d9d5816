#include "gateway/cli/log/record_walk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

// How far apart in time two records may stand in the wrong order.
constexpr absl::Duration kOutOfOrderMax = absl::Minutes(5);

absl::StatusOr<audit::v1::DecisionRecord> ParseRecord(absl::string_view leaf,
                                                      const std::string& origin) {
  MRG_ASSIGN_OR_RETURN(const audit::v1::LogLeaf envelope, ParseLeaf(leaf, Reason::kStoreCorrupt));
  MRG_ASSIGN_OR_RETURN(audit::v1::DecisionRecord record,
                       ParseDecision(envelope, Reason::kStoreCorrupt));
  if (record.log_origin() == origin) return record;
  return MakeError(Reason::kStoreCorrupt, absl::StrCat("expected a record of the log ", origin));
}

}  // namespace

absl::StatusOr<audit::v1::DecisionRecord> ReadRecord(uint64_t index, absl::string_view leaf,
                                                     const std::string& origin) {
  absl::StatusOr<audit::v1::DecisionRecord> record = ParseRecord(leaf, origin);
  if (record.ok()) return record;
  absl::string_view why = record.status().message();
  absl::ConsumePrefix(&why, absl::StrCat(TokenOf(Reason::kStoreCorrupt), ": "));
  return MakeError(Reason::kStoreCorrupt, absl::StrCat("record ", index, ": ", why));
}

absl::StatusOr<RecordWalk> RecordWalk::Begin(const ServedLog* log, Checkpoint newest,
                                             uint64_t first) {
  MRG_ASSIGN_OR_RETURN(LeafRoot tree, log->Beginning(first, newest));
  return RecordWalk(log, std::move(newest), std::move(tree));
}

absl::StatusOr<std::vector<audit::v1::DecisionRecord>> RecordWalk::Next(uint64_t most) {
  const uint64_t first = next();
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> leaves,
                       log_->UnverifiedPage(first, std::min(most, newest_.size - first)));
  for (const std::string& leaf : leaves) tree_.Append(LeafHash(leaf));
  MRG_RETURN_IF_ERROR(CheckPage(first, leaves));
  std::vector<audit::v1::DecisionRecord> records;
  for (const std::string& leaf : leaves) {
    MRG_ASSIGN_OR_RETURN(audit::v1::DecisionRecord record,
                         ReadRecord(first + records.size(), leaf, newest_.origin));
    records.push_back(std::move(record));
  }
  return records;
}

absl::Status RecordWalk::CheckPage(uint64_t first, const std::vector<std::string>& leaves) const {
  const absl::Status whole =
      log_->CheckContinues({newest_.origin, tree_.size(), ToString(tree_.Root())}, newest_);
  if (ReasonOf(whole) != Reason::kLogContradicted) return whole;
  // Some record of the page is not the log's: its own proof tells which.
  for (uint64_t i = 0; i < leaves.size(); ++i) {
    MRG_RETURN_IF_ERROR(log_->CheckRecord(first + i, leaves[i], newest_));
  }
  return whole;
}

absl::StatusOr<uint64_t> FirstRecordSince(absl::Time since, const ServedLog& log,
                                          const Checkpoint& newest) {
  uint64_t first = 0;
  uint64_t end = newest.size;
  while (first < end) {
    const uint64_t middle = first + (end - first) / 2;
    MRG_ASSIGN_OR_RETURN(const std::string leaf, log.Record(middle, newest));
    MRG_ASSIGN_OR_RETURN(const audit::v1::DecisionRecord record,
                         ReadRecord(middle, leaf, newest.origin));
    if (absl::FromUnixMicros(record.decided_at_us()) < since - kOutOfOrderMax) {
      first = middle + 1;
    } else {
      end = middle;
    }
  }
  return first;
}

}  // namespace mrg
