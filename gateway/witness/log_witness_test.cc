#include "gateway/witness/log_witness.h"

#include <map>
#include <memory>

#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/ordered_key.h"
#include "gateway/storage/testing/memory_store.h"
#include "gateway/witness/testing/decision_logs.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

class LogWitnessTest : public ::testing::Test {
 protected:
  LogWitnessTest() : log_(OpenLog(&log_store_)) { ListLogKey(*signer_, &keys_); }

  std::unique_ptr<DecisionLog> OpenLog(OrderedStore* store) {
    return OpenLogOfTests(store, signer_.get());
  }

  absl::Status Keep(const std::string& checkpoint, const LogGrowth& growth = {}) {
    return witness_.Keep({kLogOfTests, checkpoint}, growth);
  }
  // How `log` grew from `from` records to what it has.
  static LogGrowth GrowthOf(const DecisionLog& log, uint64_t from) {
    return {from, *log.ConsistencyProof(from, log.size())};
  }

  const std::unique_ptr<Signer> signer_ = NewLogSigner();
  MemoryStore log_store_;
  std::unique_ptr<DecisionLog> log_;
  ListedLogKeys keys_;
  MemoryStore store_;
  LogWitness witness_{&store_, &keys_};
};

using Threat = LogWitnessTest;

TEST_F(LogWitnessTest, TheNewestCheckpointOfEachLogIsKept) {
  const std::string first = AppendRecords(log_.get(), 1);
  const std::string third = AppendRecords(log_.get(), 2);
  EXPECT_TRUE(Keep(first).ok());
  EXPECT_TRUE(Keep(third, GrowthOf(*log_, 1)).ok());
  EXPECT_TRUE(Keep(first).ok());

  const auto kept = *LogWitness(&store_, &keys_).List();

  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].origin, kLogOfTests);
  EXPECT_EQ(kept[0].checkpoint, third);
}

TEST_F(LogWitnessTest, WhatNoListedKeySignedIsNotKept) {
  std::string note = AppendRecords(log_.get(), 1);
  EXPECT_EQ(ReasonOf(witness_.Keep({"hub/log-1", note})), Reason::kReceiptCheckpointInvalid);
  EXPECT_EQ(ReasonOf(witness_.Keep({"", note})), Reason::kReceiptCheckpointInvalid);
  note[note.find('\n') + 1] ^= 1;
  EXPECT_EQ(ReasonOf(Keep(note)), Reason::kReceiptCheckpointInvalid);
  EXPECT_TRUE(witness_.List()->empty());
}

TEST_F(Threat, R18_TwoRootsOfOneSizeContradictEachOther) {
  MemoryStore other_store;
  const auto other = OpenLog(&other_store);
  EXPECT_TRUE(Keep(AppendRecords(log_.get(), 2)).ok());
  EXPECT_EQ(ReasonOf(Keep(AppendRecords(other.get(), 2, "rewritten"))), Reason::kLogContradicted);
}

TEST_F(Threat, L3_R18_ARewrittenLogThatGrewDoesNotTakeThePlaceOfWhatIsKept) {
  MemoryStore other_store;
  const auto other = OpenLog(&other_store);
  const std::string kept = AppendRecords(log_.get(), 3);
  ASSERT_TRUE(Keep(kept).ok());
  const std::string rewritten = AppendRecords(other.get(), 9, "rewritten");

  EXPECT_TRUE(Keep(rewritten).ok()) << "nothing is proved, and nothing changes";
  EXPECT_EQ((*witness_.List())[0].checkpoint, kept);
  EXPECT_EQ(ReasonOf(Keep(rewritten, GrowthOf(*other, 3))), Reason::kReceiptProofInvalid);
  EXPECT_EQ((*witness_.List())[0].checkpoint, kept);

  const std::string grown = AppendRecords(log_.get(), 9);
  EXPECT_TRUE(Keep(grown, GrowthOf(*log_, 2)).ok()) << "a proof from elsewhere is none";
  EXPECT_EQ((*witness_.List())[0].checkpoint, kept);
  EXPECT_TRUE(Keep(grown, GrowthOf(*log_, 3)).ok());
  EXPECT_EQ((*witness_.List())[0].checkpoint, grown);
}

// The hub's logs, of which `ids` are listed, oldest first.
class LogsOfAMember : public LogWitnessTest {
 protected:
  void List(const std::vector<std::string>& ids) { ListLogs(hub_, ids, *signer_, &keys_); }
  std::string NoteOf(const std::string& id) const {
    return *SignCheckpoint({"hub/" + id, 1, Sha256(id)}, *signer_);
  }
  void Show(const std::string& id) {
    EXPECT_TRUE(witness_.Keep({"hub/" + id, NoteOf(id)}).ok()) << id;
  }
  std::vector<std::string> Kept() const {
    std::vector<std::string> origins;
    const auto kept = witness_.List();
    for (const WitnessedLog& log : *kept) origins.push_back(log.origin);
    return origins;
  }

  const MemberId hub_ = *MemberId::Parse("hub");
};

TEST_F(LogsOfAMember, S2_R18_TheEightWithTheNewestListedKeysAreKept) {
  List({"j", "i", "h", "g", "f", "e", "d", "c", "b", "a"});
  for (const char* id : {"f", "e", "d", "c", "b", "j", "i", "h", "g", "a"}) Show(id);

  EXPECT_THAT(Kept(),
              ElementsAre("hub/a", "hub/b", "hub/c", "hub/d", "hub/e", "hub/f", "hub/g", "hub/h"));
  EXPECT_TRUE(Keep(AppendRecords(log_.get(), 1)).ok());
  EXPECT_THAT(Kept(), Contains(kLogOfTests)) << "each member has its own places";
}

TEST_F(LogsOfAMember, S2_R18_ALogThatIsListedNoMoreGivesWayFirstAndIsForgottenForNothingElse) {
  List({"a", "b", "c", "d", "e", "f", "g", "z"});
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g", "z"}) Show(id);

  List({"a", "b", "c", "d", "e", "f", "g", "h"});
  ASSERT_TRUE(witness_.Tidy({hub_}).ok());
  EXPECT_THAT(Kept(), Contains("hub/z"));
  Show("h");

  EXPECT_THAT(Kept(),
              ElementsAre("hub/a", "hub/b", "hub/c", "hub/d", "hub/e", "hub/f", "hub/g", "hub/h"));
}

TEST_F(LogsOfAMember, S2_R18_WhatIsBeyondTheBoundAndOfMembersThatAreGoneIsDropped) {
  List({"a", "b", "c", "d", "e", "f", "g", "h", "new"});
  WriteSet earlier;  // as a node without the bound left it
  const auto put = [&earlier, this](const std::string& member, const std::string& id) {
    const std::string origin = member + "/" + id;
    earlier.Put(Keyspace::kNodeState, OrderedKey().Text("witness").Text(origin).Take(),
                *SignCheckpoint({origin, 1, Sha256(id)}, *signer_));
  };
  for (int i = 0; i < 1100; ++i) put("hub", "x" + std::to_string(i));
  put("hub", "new");
  put("hub-2", "log");
  put("sichuan-chongqing", "log");
  ASSERT_TRUE(store_.Commit(earlier).committed());

  ASSERT_TRUE(witness_.Tidy({hub_, *MemberId::Parse("sichuan-chongqing")}).ok());

  const std::vector<std::string> kept = Kept();
  EXPECT_EQ(kept.size(), kLogsOfAMemberMax + 1);
  EXPECT_THAT(kept, Contains("hub/new"));
  EXPECT_THAT(kept, Contains("sichuan-chongqing/log"));
  EXPECT_THAT(kept, Not(Contains("hub-2/log")));
}

TEST_F(LogWitnessTest, OfOneTreeTheNewerNoteIsKept) {
  const std::string note = AppendRecords(log_.get(), 1);
  ASSERT_TRUE(Keep(note).ok());
  const auto successor = NewLogSigner();
  ListLogKey(*successor, &keys_);
  const std::string signed_anew = *SignCheckpoint(*ParseCheckpointBody(note), *successor);

  ASSERT_TRUE(Keep(signed_anew).ok());

  EXPECT_EQ((*witness_.List())[0].checkpoint, signed_anew);
}

}  // namespace
}  // namespace mrg
