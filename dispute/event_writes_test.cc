#include "dispute/event_writes.h"

#include <string>
#include <vector>

#include "dispute/stored_keys.h"
#include "dispute/testing/sample_dispute.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Result: what waits once the events after `stored` are stored at `member`: "peer sequence" of each
// event for others, then "mark sequence" of each change of a mark.
std::vector<std::string> Entries(absl::string_view member, const DisputeHistory& history,
                                 uint64_t stored) {
  WriteSet writes;
  PutEvents(SampleNode(member), history, stored, &writes);
  MemoryStore memory;
  EXPECT_TRUE(memory.Commit(writes).committed());
  std::vector<std::string> entries;
  const std::vector<Row> events = *memory.Scan(Keyspace::kDisputeOutbox, "", "", 100);
  for (const Row& row : events) {
    OrderedKeyReader reader(absl::string_view(row.key).substr(OutboxPrefix().size()));
    const std::string entry = *reader.Text();
    EXPECT_EQ(*reader.Text(), history.id().value());
    entries.push_back(entry + " " + std::to_string(*reader.U64()));
  }
  const std::vector<Row> marks = *memory.Scan(Keyspace::kDisputeMarkQueue, "", "", 100);
  for (const Row& row : marks) {
    OrderedKeyReader reader(absl::string_view(row.key).substr(MarkQueuePrefix().size()));
    EXPECT_EQ(*reader.Text(), history.id().value());
    entries.push_back("mark " + std::to_string(*reader.U64()));
  }
  return entries;
}

TEST(OtherParticipants, AreFilerOwnersAndIssuersMemberWithoutUs) {
  const DisputeHistory own = HistoryBuilder(kChuanyu).history();
  const DisputeHistory at_hub = HistoryBuilder(kDelta, true).Transfer(kHubMember).history();

  EXPECT_THAT(OtherParticipants(SampleNode(kChuanyu), own), IsEmpty());
  EXPECT_THAT(OtherParticipants(SampleNode(kDelta), at_hub), ElementsAre(kHubMember, kChuanyu));
  EXPECT_THAT(OtherParticipants(SampleNode(kHubMember), at_hub), ElementsAre(kChuanyu, kDelta));
  EXPECT_THAT(OtherParticipants(SampleNode(kChuanyu), at_hub), ElementsAre(kHubMember, kDelta));
}

TEST(PutEvents, FiledForAnotherGoesToOwnerAndIssuersMember) {
  const DisputeHistory history = HistoryBuilder(kDelta, true).Transfer(kHubMember).history();

  EXPECT_THAT(Entries(kDelta, history, 0),
              ElementsAre("hub 1", "hub 2", "sichuan-chongqing 1", "sichuan-chongqing 2"));
}

TEST(PutEvents, EventsOfOthersAreNotPassedOn) {
  const DisputeHistory history = HistoryBuilder(kDelta, true).Transfer(kHubMember).history();

  EXPECT_THAT(Entries(kChuanyu, history, 0), IsEmpty());
}

TEST(PutEvents, AcceptedAndResolvedChangeTheMarkWhoeverOwnsTheDispute) {
  const DisputeHistory history =
      HistoryBuilder(kDelta, true).Transfer(kHubMember).Receive().Accept().Resolve().history();

  EXPECT_THAT(Entries(kChuanyu, history, 2), ElementsAre("mark 4", "mark 5"));
  EXPECT_THAT(Entries(kDelta, history, 2), IsEmpty());
  EXPECT_THAT(Entries(kHubMember, history, 3),
              ElementsAre("sichuan-chongqing 4", "sichuan-chongqing 5", "yangtze-delta 4",
                          "yangtze-delta 5"));
}

TEST(PutEvents, EventIsStoredOnlyWhereNoneIs) {
  const DisputeHistory history = HistoryBuilder(kChuanyu).Accept().history();
  WriteSet writes;
  PutEvents(SampleNode(kChuanyu), history, 0, &writes);
  MemoryStore memory;
  ASSERT_TRUE(memory.Commit(writes).committed());

  EXPECT_EQ(memory.Commit(writes).outcome, CommitResult::kPreconditionFailed);
}

}  // namespace
}  // namespace mrg
