#include "gateway/receipt/receipt_issuer.h"

#include <map>

#include "gateway/audit/log_leaf.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/receipt/kept_salts.h"
#include "gateway/receipt/receipt_check.h"
#include "gateway/receipt/testing/receipt_desk.h"
#include "gateway/request_memory/request_memory.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using Fault = FaultyStore::Fault;
using gateway::v1::Receipt;

bool IsNew(const ReceiptIssuer::Answer& answer) {
  return answer.ok() && std::holds_alternative<Receipt>(*answer);
}

bool IsRepeated(const ReceiptIssuer::Answer& answer) {
  return answer.ok() && std::holds_alternative<AnsweredBefore>(*answer);
}

// Expects that the receipt proves the order's record.
void ExpectProves(const std::string& receipt_bytes, const ReceiptOrder& order) {
  const auto record = CheckReceipt(receipt_bytes, DeskLogKeys());
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(DecisionLeaf(*record), order.leaf);
  EXPECT_TRUE(CheckCommitment(*record, order.salt, DocumentOf(order.request_id.value())).ok());
}

// Result: how often each leaf is in the log, by its bytes.
std::map<std::string, int> LeavesIn(const DecisionLog& log) {
  std::map<std::string, int> counts;
  for (uint64_t index = 0; index < log.size(); ++index) {
    const auto leaf = log.ReadLeaf(index);
    EXPECT_TRUE(leaf.ok()) << leaf.status();
    ++counts[*leaf];
  }
  return counts;
}

class ReceiptIssuerTest : public ::testing::Test {
 protected:
  MemoryStore store_;
  ReceiptDesk desk_{&store_};
};

TEST_F(ReceiptIssuerTest, ReceiptProvesTheRecordAndHoldsTheSalt) {
  const ReceiptOrder order = OrderOf("a");

  const auto answer = desk_.Issue(order);

  ASSERT_TRUE(IsNew(answer)) << answer.status();
  const Receipt& receipt = std::get<Receipt>(*answer);
  EXPECT_EQ(receipt.leaf(), order.leaf);
  EXPECT_EQ(receipt.salt(), order.salt);
  EXPECT_EQ(receipt.index(), 0u);
  EXPECT_EQ(receipt.tree_size(), 1u);
  ExpectProves(CanonicalBytes(receipt), order);
}

TEST_F(ReceiptIssuerTest, EveryReceiptOfEveryGroupVerifies) {
  uint64_t size = 0;
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"a"}, {"b", "c"}, {"d", "e", "f", "g"}, {"h"}}) {
    std::vector<ReceiptOrder> orders;
    for (const std::string& name : names) orders.push_back(OrderOf(name));
    const auto answers = desk_.IssueGroup(orders);
    size += orders.size();
    for (size_t i = 0; i < orders.size(); ++i) {
      ASSERT_TRUE(IsNew(answers[i])) << answers[i].status();
      EXPECT_EQ(std::get<Receipt>(*answers[i]).tree_size(), size);
      ExpectProves(ReceiptBytes(answers[i]), orders[i]);
    }
  }
}

TEST_F(ReceiptIssuerTest, RequestSaltAndReceiptAreStoredWithTheRecordEachInItsPlace) {
  const ReceiptOrder order = OrderOf("a");

  const auto answer = desk_.Issue(order);

  const auto remembered = RecallAnswer(
      store_, {RequestKind::kRecognition, order.caller, order.request_id}, order.body_hmac);
  ASSERT_TRUE(remembered.ok() && remembered->has_value());
  gateway::v1::StoredRecognition stored;
  ASSERT_TRUE(stored.ParseFromString(**remembered));
  EXPECT_EQ(stored.decided_at_us(), order.decided_at_us);
  EXPECT_EQ(stored.snapshot_id(), order.snapshot_id);
  Receipt without_salt = std::get<Receipt>(*answer);
  without_salt.clear_salt();
  EXPECT_EQ(stored.receipt(), CanonicalBytes(without_salt));
  EXPECT_EQ(stored.epoch(), order.epoch);
  EXPECT_EQ(store_.Scan(Keyspace::kSalt, "", "", 10)->size(), 1u);
  EXPECT_EQ(*RecallSalt(store_, kDeskOrigin, 0), order.salt);
}

TEST(Threat, R19_M12_SaltStandsOnceInTheStoreAndThatOneCanBeErased) {
  MemoryStore store;
  ReceiptDesk desk(&store);
  ASSERT_TRUE(desk.Issue(OrderOf("a")).ok());
  ASSERT_TRUE(desk.Issue(OrderOf("a")).ok());
  EXPECT_EQ(store.Occurrences(SaltOf("a")), 1u);

  ASSERT_TRUE(EraseSalt(store, kDeskOrigin, 0, "because", DeskNow()).ok());

  EXPECT_EQ(store.Occurrences(SaltOf("a")), 0u);
}

TEST(Threat, R19_M12_RepeatedRequestWhoseSaltWasErasedIsToldSoAndNotDecidedAnew) {
  MemoryStore store;
  ReceiptDesk desk(&store);
  ASSERT_TRUE(desk.IssueGroup({OrderOf("a"), OrderOf("b")})[0].ok());
  ASSERT_TRUE(EraseSalt(store, kDeskOrigin, 0, "because", DeskNow()).ok());
  const std::string before = store.Dump();

  const auto again = desk.Issue(OrderOf("a"));

  EXPECT_EQ(ReasonOf(again.status()), Reason::kSaltErased) << again.status();
  EXPECT_EQ(store.Dump(), before);
  EXPECT_EQ(ReasonOf(desk.Issue(OrderOf("a", "another body")).status()), Reason::kRequestIdReused);
  EXPECT_TRUE(IsRepeated(desk.Issue(OrderOf("b"))));
}

TEST_F(ReceiptIssuerTest, EveryRecordHasItsOwnSaltRow) {
  desk_.IssueGroup({OrderOf("a"), OrderOf("b")});
  ASSERT_TRUE(desk_.Issue(OrderOf("c")).ok());

  const auto salts = store_.Scan(Keyspace::kSalt, "", "", 10);

  ASSERT_EQ(salts->size(), 3u);
  for (const char* name : {"a", "b", "c"}) {
    EXPECT_EQ(*RecallSalt(store_, kDeskOrigin, name[0] - 'a'), SaltOf(name));
  }
}

TEST(Threat, R16_RepeatedRequestWithTheSameBodyGetsTheSameReceiptAndIsLoggedOnce) {
  MemoryStore store;
  ReceiptDesk desk(&store);
  const auto first = desk.Issue(OrderOf("a"));
  // Decided again, the record differs in time and salt: the first one counts.
  ReceiptOrder again = OrderOf("a");
  again.salt = SaltOf("another");
  EditRecord(
      [](audit::v1::DecisionRecord* record) {
        record->set_decided_at_us(record->decided_at_us() + 1);
        record->set_salt_digest("another");
      },
      &again);

  for (int i = 0; i < 3; ++i) {
    const auto repeated = desk.Issue(again);

    ASSERT_TRUE(IsRepeated(repeated)) << repeated.status();
    EXPECT_EQ(ReceiptBytes(repeated), ReceiptBytes(first));
  }
  EXPECT_EQ(desk.log().size(), 1u);
  EXPECT_EQ(store.Scan(Keyspace::kSalt, "", "", 10)->size(), 1u);
}

TEST(Threat, R16_ReplayOfARequestIdWithAnotherBodyIsRefusedAndChangesNothing) {
  MemoryStore store;
  ReceiptDesk desk(&store);
  const auto first = desk.Issue(OrderOf("a"));
  const std::string before = store.Dump();

  const auto replayed = desk.Issue(OrderOf("a", "another body"));

  EXPECT_EQ(ReasonOf(replayed.status()), Reason::kRequestIdReused);
  EXPECT_EQ(FieldOf(replayed.status()), "request_id");
  EXPECT_EQ(store.Dump(), before);
  EXPECT_EQ(ReceiptBytes(desk.Issue(OrderOf("a"))), ReceiptBytes(first));
}

TEST(Threat, R16_WithinOneGroupTheFirstCounts) {
  MemoryStore store;
  ReceiptDesk desk(&store);

  const auto answers = desk.IssueGroup(
      {OrderOf("a"), OrderOf("a"), OrderOf("b"), OrderOf("a", "another body"), OrderOf("b")});

  ASSERT_TRUE(IsNew(answers[0]));
  ASSERT_TRUE(IsRepeated(answers[1]));
  EXPECT_EQ(ReceiptBytes(answers[1]), ReceiptBytes(answers[0]));
  ASSERT_TRUE(IsNew(answers[2]));
  EXPECT_EQ(ReasonOf(answers[3].status()), Reason::kRequestIdReused);
  ASSERT_TRUE(IsRepeated(answers[4]));
  EXPECT_EQ(desk.log().size(), 2u);
}

TEST(Threat, R16_AfterARestartTheRequestIsStillKnown) {
  MemoryStore store;
  const auto first = ReceiptDesk(&store).Issue(OrderOf("a"));

  ReceiptDesk restarted(&store);

  EXPECT_EQ(ReceiptBytes(restarted.Issue(OrderOf("a"))), ReceiptBytes(first));
  EXPECT_EQ(ReasonOf(restarted.Issue(OrderOf("a", "another body")).status()),
            Reason::kRequestIdReused);
}

TEST_F(ReceiptIssuerTest, AnotherCallersRequestIdIsAnotherRequest) {
  ReceiptOrder other = OrderOf("a");
  other.caller = *SpiffeId::Parse("spiffe://delta.example/jurisdiction/32/platform/other");
  const auto answers = desk_.IssueGroup({OrderOf("a"), other});

  EXPECT_TRUE(IsNew(answers[0]));
  EXPECT_TRUE(IsNew(answers[1]));
  EXPECT_EQ(desk_.log().size(), 2u);
}

TEST_F(ReceiptIssuerTest, ForgottenRequestIsAnsweredAnew) {
  const auto first = desk_.Issue(OrderOf("a"));
  ASSERT_EQ(*ForgetOldRequests(store_, DeskNow() + absl::Hours(1), 10), 1u);

  const auto second = desk_.Issue(OrderOf("a", "another body"));

  ASSERT_TRUE(IsNew(second)) << second.status();
  EXPECT_NE(ReceiptBytes(first), ReceiptBytes(second));
  EXPECT_EQ(desk_.log().size(), 2u);
}

TEST_F(ReceiptIssuerTest, RecordTooLargeForALeafFailsAloneAndIsNotLogged) {
  ReceiptOrder large = OrderOf("a");
  EditRecord([](auto* record) { record->set_scenario(std::string(70000, 's')); }, &large);

  const auto answers = desk_.IssueGroup({large, OrderOf("b")});

  EXPECT_EQ(ReasonOf(answers[0].status()), Reason::kInvariantBroken);
  EXPECT_TRUE(IsNew(answers[1]));
  EXPECT_EQ(desk_.log().size(), 1u);
}

TEST_F(ReceiptIssuerTest, WhenTheGroupIsNotWrittenAllOfItFailsAlsoTheRepeatedOnes) {
  FaultyStore faulty(&store_);
  ReceiptDesk desk(&faulty);
  faulty.FailCommit(1, Fault::kErrorAndLost);

  const auto answers =
      desk.IssueGroup({OrderOf("a"), OrderOf("b"), OrderOf("a"), OrderOf("a", "another body")});

  for (const auto& answer : answers) {
    EXPECT_EQ(ReasonOf(answer.status()), Reason::kStoreUnavailable) << answer.status();
  }
  EXPECT_EQ(desk.log().size(), 0u);
  EXPECT_TRUE(IsNew(desk.Issue(OrderOf("a"))));
}

TEST_F(ReceiptIssuerTest, GroupThatWasWrittenWithoutAnAnswerIsAcknowledged) {
  FaultyStore faulty(&store_);
  ReceiptDesk desk(&faulty);
  faulty.FailCommit(1, Fault::kErrorButPersisted);

  const auto answer = desk.Issue(OrderOf("a"));

  ASSERT_TRUE(IsNew(answer)) << answer.status();
  ExpectProves(ReceiptBytes(answer), OrderOf("a"));
}

// A group is one commit. Whatever happens at any of them, after a restart and a repetition of every
// request each record is in the log once, and every receipt that was given out is the one that is
// given again.
TEST(Threat, N01_FaultAtEveryCommitLosesAndDoublesNothingAcknowledged) {
  const std::vector<std::vector<ReceiptOrder>> groups = {
      {OrderOf("a")},
      {OrderOf("b"), OrderOf("c")},
      {OrderOf("d"), OrderOf("a"), OrderOf("e")},
      {OrderOf("f"), OrderOf("f"), OrderOf("f", "another body")}};
  for (const Fault fault : {Fault::kCrashBefore, Fault::kCrashAfter, Fault::kErrorAndLost,
                            Fault::kErrorButPersisted, Fault::kSyncFailed}) {
    bool reached = true;
    for (int nth = 1; reached; ++nth) {
      MemoryStore memory;
      FaultyStore faulty(&memory);
      std::map<std::string, std::string> acknowledged;  // request id -> receipt
      {
        ReceiptDesk desk(&faulty);
        faulty.FailCommit(nth, fault);
        for (const auto& group : groups) {
          const auto answers = desk.IssueGroup(group);
          for (size_t i = 0; i < group.size(); ++i) {
            if (!answers[i].ok()) continue;
            const std::string& id = group[i].request_id.value();
            const auto [known, added] = acknowledged.emplace(id, ReceiptBytes(answers[i]));
            EXPECT_EQ(known->second, ReceiptBytes(answers[i])) << id;
          }
        }
        reached = faulty.fault_fired();
      }
      faulty.Restart();

      ReceiptDesk restarted(&faulty);
      for (const char* id : {"a", "b", "c", "d", "e", "f"}) {
        const auto answer = restarted.Issue(OrderOf(id));
        ASSERT_TRUE(answer.ok()) << id << ": " << answer.status();
        ExpectProves(ReceiptBytes(answer), OrderOf(id));
        if (acknowledged.count(id) == 0) continue;
        EXPECT_TRUE(IsRepeated(answer)) << id;
        EXPECT_EQ(ReceiptBytes(answer), acknowledged.at(id)) << id;
      }

      const std::map<std::string, int> records = LeavesIn(restarted.log());
      EXPECT_EQ(records.size(), 6u);
      for (const auto& [record, count] : records) EXPECT_EQ(count, 1);
      EXPECT_EQ(memory.Scan(Keyspace::kSalt, "", "", 100)->size(), 6u);
    }
  }
}

}  // namespace
}  // namespace mrg
