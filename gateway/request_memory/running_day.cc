#include "gateway/request_memory/running_day.h"

#include <string>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/request_memory/request_memory.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/ordered_key.h"
#include "gateway/storage/write_set.h"
#include "mrg/gateway/v1/stored_request.pb.h"

namespace mrg {
namespace {

using gateway::v1::StoredRunningDay;

constexpr absl::Duration kMarkEvery = absl::Hours(1);
// What a crash takes away of the running time; requests are remembered so much longer.
constexpr absl::Duration kKeepEvery = absl::Minutes(1);
// The time of an answer is taken before it is written.
constexpr absl::Duration kWriteMax = absl::Minutes(5);
// A mark says so much less than the clock showed, since that may run more slowly than the monotonic
// one between two looks without having been set.
constexpr absl::Duration kSlack = absl::Seconds(5);

std::string StoreKey() { return OrderedKey().Text("running-day").Take(); }

}  // namespace

absl::StatusOr<absl::Time> RunningDay::BeginAt(absl::Time now, absl::Duration monotonic) {
  if (!loaded_) MRG_RETURN_IF_ERROR(Load());
  const absl::Duration since = last_monotonic_.has_value() ? monotonic - *last_monotonic_ : kSlack;
  if (last_monotonic_.has_value()) running_ += since;
  last_monotonic_ = monotonic;
  const size_t marks_before = marks_.size();
  // The clock was set back: what has been written since the last look says that it is older.
  while (!marks_.empty() && now - since < marks_.back().wall) marks_.pop_back();
  if (marks_.empty() || running_ >= marks_.back().running + kMarkEvery) {
    marks_.push_back({running_, now - kSlack});
  }
  const auto is_over = [this](const Mark& mark) {
    return mark.running <= running_ - kRequestMemory - kWriteMax;
  };
  while (marks_.size() > 1 && is_over(marks_[1])) marks_.pop_front();
  if (marks_.size() != marks_before || running_ >= kept_ + kKeepEvery) MRG_RETURN_IF_ERROR(Keep());
  return is_over(marks_.front()) ? marks_.front().wall : absl::InfinitePast();
}

absl::Status RunningDay::Load() {
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> row,
                       store_->Get(Keyspace::kRequest, StoreKey()));
  if (row.has_value()) {
    MRG_ASSIGN_OR_RETURN(const StoredRunningDay stored,
                         ParseCanonical<StoredRunningDay>(row->value, Reason::kStoreCorrupt));
    running_ = kept_ = absl::Microseconds(stored.running_us());
    for (const StoredRunningDay::Mark& mark : stored.marks()) {
      marks_.push_back(
          {absl::Microseconds(mark.running_us()), absl::FromUnixMicros(mark.wall_us())});
    }
  }
  loaded_ = true;
  return absl::OkStatus();
}

absl::Status RunningDay::Keep() {
  StoredRunningDay stored;
  stored.set_running_us(absl::ToInt64Microseconds(running_));
  for (const Mark& mark : marks_) {
    StoredRunningDay::Mark* const message = stored.add_marks();
    message->set_running_us(absl::ToInt64Microseconds(mark.running));
    message->set_wall_us(absl::ToUnixMicros(mark.wall));
  }
  WriteSet writes;
  writes.Put(Keyspace::kRequest, StoreKey(), CanonicalBytes(stored));
  const CommitResult result = store_->Commit(writes);
  if (!result.committed()) return result.status;
  kept_ = running_;
  return absl::OkStatus();
}

}  // namespace mrg
