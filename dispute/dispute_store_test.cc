#include "dispute/dispute_store.h"

#include <optional>
#include <string>

#include "dispute/stored_keys.h"
#include "dispute/testing/sample_dispute.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::StoredQueueCase;

class DisputeStoreTest : public ::testing::Test {
 protected:
  void Store(const DisputeHistory& history) {
    WriteSet writes;
    for (uint64_t i = 0; i < history.last_sequence(); ++i) {
      writes.Put(Keyspace::kDisputeEvent, EventKey(history.id(), i + 1), history.bytes()[i]);
    }
    Commit(writes);
  }
  void Commit(const WriteSet& writes) { ASSERT_TRUE(memory_.Commit(writes).committed()); }

  MemoryStore memory_;
  const HistoryBuilder accepted_ = HistoryBuilder(kChuanyu).Accept();
  const DisputeId id_ = accepted_.history().id();
};

TEST_F(DisputeStoreTest, StoredHistoryIsReadAgain) {
  Store(accepted_.history());

  const auto history = LoadDispute(memory_, id_);

  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->bytes(), accepted_.history().bytes());
}

TEST_F(DisputeStoreTest, UnknownDisputeIsNotFound) {
  EXPECT_TRUE(LoadHistory(memory_, id_)->empty());
  EXPECT_EQ(ReasonOf(LoadDispute(memory_, id_).status()), Reason::kDisputeNotFound);
}

TEST_F(DisputeStoreTest, StoredHistoryThatBreaksARuleIsCorrupt) {
  Store(accepted_.history());
  const DisputeHistory other = HistoryBuilder(kChuanyu).Refuse().history();
  for (const std::string& bytes :
       {std::string("not an event"), other.bytes()[1], accepted_.history().bytes()[0]}) {
    WriteSet writes;
    writes.Put(Keyspace::kDisputeEvent, EventKey(id_, 2), bytes);
    Commit(writes);
    EXPECT_EQ(ReasonOf(LoadDispute(memory_, id_).status()), Reason::kStoreCorrupt);
  }
}

TEST_F(DisputeStoreTest, MissingEventIsCorrupt) {
  Store(accepted_.history());
  WriteSet writes;
  writes.Delete(Keyspace::kDisputeEvent, EventKey(id_, 1));
  Commit(writes);

  EXPECT_EQ(ReasonOf(LoadHistory(memory_, id_).status()), Reason::kStoreCorrupt);
}

TEST_F(DisputeStoreTest, CaseMovesBetweenReadyAndLeasedAndLeavesNothingBehind) {
  StoredQueueCase row = NewCase(accepted_.history(), SampleCalendar());
  WriteSet enter;
  PutCase(id_, nullptr, &row, &enter);
  Commit(enter);
  const StoredCase ready = **LoadCase(memory_, id_);
  EXPECT_TRUE(memory_.Get(Keyspace::kDisputeQueue, ReadyKey(id_, row))->has_value());
  row.set_worker("w");
  *row.mutable_lease_expires_at() = ToTimestamp(SampleStart());
  WriteSet lease;
  PutCase(id_, &ready, &row, &lease);
  Commit(lease);
  const StoredCase leased = **LoadCase(memory_, id_);
  EXPECT_FALSE(memory_.Get(Keyspace::kDisputeQueue, ReadyKey(id_, row))->has_value());
  EXPECT_TRUE(memory_.Get(Keyspace::kDisputeQueue, LeasedKey(id_, row))->has_value());
  WriteSet leave;
  PutCase(id_, &leased, nullptr, &leave);
  Commit(leave);

  EXPECT_TRUE(memory_.Scan(Keyspace::kDisputeQueue, "", "", 10)->empty());
  // Each move was fenced by the version that was read.
  EXPECT_EQ(memory_.Commit(lease).outcome, CommitResult::kPreconditionFailed);
  EXPECT_EQ(memory_.Commit(leave).outcome, CommitResult::kPreconditionFailed);
}

TEST_F(DisputeStoreTest, CaseThatCannotBeReadIsCorrupt) {
  for (const std::string& value : {std::string("\xFF"), std::string()}) {
    WriteSet writes;
    writes.Put(Keyspace::kDisputeQueue, CaseKey(id_), value);
    Commit(writes);
    EXPECT_EQ(ReasonOf(LoadCase(memory_, id_).status()), Reason::kStoreCorrupt);
  }
}

TEST_F(DisputeStoreTest, LeaseIsLiveUntilItsEnd) {
  StoredQueueCase row;
  *row.mutable_lease_expires_at() = ToTimestamp(SampleStart());
  EXPECT_FALSE(LeaseIsLive(row, SampleStart() - absl::Hours(1)));
  row.set_worker("w");

  EXPECT_TRUE(LeaseIsLive(row, SampleStart() - absl::Microseconds(1)));
  EXPECT_FALSE(LeaseIsLive(row, SampleStart()));
}

TEST_F(DisputeStoreTest, LeaseShowsAtTheOwnerOnly) {
  Store(accepted_.history());
  StoredQueueCase row = NewCase(accepted_.history(), SampleCalendar());
  row.set_worker("w");
  *row.mutable_lease_expires_at() = ToTimestamp(SampleStart() + absl::Hours(1));
  WriteSet writes;
  PutCase(id_, nullptr, &row, &writes);
  Commit(writes);
  const auto state_at = [&](const char* member, absl::Duration later) {
    return PresentDispute(memory_, SampleNode(member), accepted_.history(), SampleStart() + later)
        ->state();
  };

  EXPECT_EQ(state_at(kChuanyu, absl::ZeroDuration()), dispute::v1::DISPUTE_STATE_VERIFYING);
  EXPECT_EQ(state_at(kChuanyu, absl::Hours(1)), dispute::v1::DISPUTE_STATE_ACCEPTED);
  EXPECT_EQ(state_at(kDelta, absl::ZeroDuration()), dispute::v1::DISPUTE_STATE_ACCEPTED);
}

TEST_F(DisputeStoreTest, RequestIsFoundBySameBodyAndRefusedForAnother) {
  const SpiffeId caller = Spiffe(kDelta, "jurisdiction/31/platform/portal");
  const RequestId request = *RequestId::Parse("r1");
  WriteSet writes;
  PutRequest(caller, request, Sha256("body"), id_, SampleStart(), &writes);
  Commit(writes);

  EXPECT_EQ(*LoadRequest(memory_, caller, request, Sha256("body")), id_);
  EXPECT_EQ(ReasonOf(LoadRequest(memory_, caller, request, Sha256("other")).status()),
            Reason::kRequestIdReused);
  EXPECT_FALSE(LoadRequest(memory_, caller, *RequestId::Parse("r2"), Sha256("body"))->has_value());
  EXPECT_FALSE(LoadRequest(memory_, Spiffe(kDelta, "jurisdiction/31/platform/other"), request,
                           Sha256("body"))
                   ->has_value());
  EXPECT_EQ(memory_.Commit(writes).outcome, CommitResult::kPreconditionFailed);
}

TEST_F(DisputeStoreTest, StoreThatDoesNotAnswerIsUnavailable) {
  FaultyStore store(&memory_);
  store.Crash();

  EXPECT_EQ(ReasonOf(LoadHistory(store, id_).status()), Reason::kStoreUnavailable);
  EXPECT_EQ(ReasonOf(LoadCase(store, id_).status()), Reason::kStoreUnavailable);
}

}  // namespace
}  // namespace mrg
