#include "dispute/stored_keys.h"

#include <algorithm>
#include <string>
#include <vector>

#include "dispute/testing/sample_dispute.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::StoredQueueCase;

StoredQueueCase Case(absl::Duration due, uint32_t priority, absl::Duration filed) {
  StoredQueueCase row;
  row.set_queue(kQueue);
  *row.mutable_due_at() = ToTimestamp(SampleStart() + due);
  row.set_priority(priority);
  *row.mutable_filed_at() = ToTimestamp(SampleStart() + filed);
  return row;
}

TEST(StoredKeys, ReadyCasesAreOrderedByDueTimeThenPriorityThenAge) {
  const DisputeId id = DisputeId::Make(Member(kDelta), SampleStart());
  const std::vector<std::string> keys = {
      ReadyKey(id, Case(absl::Hours(1), 0, absl::Hours(9))),
      ReadyKey(id, Case(absl::Hours(2), 9, absl::Hours(8))),
      ReadyKey(id, Case(absl::Hours(2), 1, absl::Hours(3))),
      ReadyKey(id, Case(absl::Hours(2), 0, absl::Hours(1))),
      ReadyKey(id, Case(absl::Hours(2), 0, absl::Hours(2))),
  };

  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(StoredKeys, EventsOfADisputeAreOrderedBySequence) {
  const DisputeId id = DisputeId::Make(Member(kDelta), SampleStart());

  EXPECT_LT(EventKey(id, 2), EventKey(id, 10));
  EXPECT_LT(EventsPrefix(id), EventKey(id, 1));
  EXPECT_LT(EventKey(id, UINT64_MAX), PrefixEnd(EventsPrefix(id)));
}

TEST(StoredKeys, RetriesOfAPeerAreNotItsEntries) {
  const DisputeId id = DisputeId::Make(Member(kDelta), SampleStart());
  const std::string prefix = OutboxPrefix(kChuanyu);

  EXPECT_NE(PeerRetryKey(kChuanyu).substr(0, prefix.size()), prefix);
  EXPECT_NE((PeerRetryKey(kChuanyu) + DisputePart(id)).substr(0, prefix.size()), prefix);
  EXPECT_EQ((prefix + EntryPart(id, 1)).substr(0, prefix.size()), prefix);
}

}  // namespace
}  // namespace mrg
