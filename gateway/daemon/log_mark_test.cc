#include "gateway/daemon/log_mark.h"

#include <filesystem>
#include <memory>
#include <string>

#include "gateway/audit/checkpoint.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/storage/testing/memory_store.h"
#include "gateway/witness/testing/decision_logs.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LogMarkTest : public ::testing::Test {
 protected:
  LogMarkTest() { std::filesystem::remove_all(path_); }

  // A node that begins with the log in `store`.
  struct Node {
    Node(OrderedStore* store, const Signer* signer, const std::string& path, KeptEvents* events)
        : log(OpenLogOfTests(store, signer)),
          standing(log.get(), *MemberId::Parse("yangtze-delta"), &signer->public_key(), &keys,
                   store),
          mark(path, log.get(), &standing, events) {}
    ListedLogKeys keys;
    const std::unique_ptr<DecisionLog> log;
    LogStanding standing;
    LogMark mark;
  };
  Node Begin(OrderedStore* store) { return Node(store, signer_.get(), path_, &events_); }
  uint64_t Marked() const { return ParseCheckpointBody(ReadTestFile(path_))->size; }

  const std::string path_ = ::testing::TempDir() + "/log.mark";
  const std::unique_ptr<Signer> signer_ = NewLogSigner();
  MemoryStore store_;
  KeptEvents events_;
};

using Threat = LogMarkTest;

TEST_F(LogMarkTest, AMarkStandsFromTheFirstStartAndFollowsTheLog) {
  Node node = Begin(&store_);
  ASSERT_TRUE(node.mark.Begin(*signer_).ok());
  EXPECT_EQ(Marked(), 0u);

  AppendRecords(node.log.get(), 3);
  node.mark.Keep();

  EXPECT_EQ(Marked(), 3u);
  EXPECT_TRUE(Begin(&store_).mark.Begin(*signer_).ok());
  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_F(Threat, M1_R18_ALogThatFellBackToNothingIsContradictedAndItsMarkStays) {
  Node before = Begin(&store_);
  ASSERT_TRUE(before.mark.Begin(*signer_).ok());
  AppendRecords(before.log.get(), 3);
  before.mark.Keep();

  MemoryStore restored;
  Node after = Begin(&restored);
  ASSERT_TRUE(after.mark.Begin(*signer_).ok());

  EXPECT_EQ(ReasonOf(after.standing.Check()), Reason::kLogContradicted);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("log_contradicted")));
  AppendRecords(after.log.get(), 1, "other");
  after.mark.Keep();
  EXPECT_EQ(Marked(), 3u);
}

TEST_F(LogMarkTest, WhatAnOperatorAcceptedTakesTheMarksPlace) {
  Node before = Begin(&store_);
  ASSERT_TRUE(before.mark.Begin(*signer_).ok());
  AppendRecords(before.log.get(), 3);
  before.mark.Keep();
  MemoryStore restored;
  Node after = Begin(&restored);
  ASSERT_TRUE(after.mark.Begin(*signer_).ok());
  ASSERT_TRUE(after.standing.Accept().ok());

  AppendRecords(after.log.get(), 1, "other");
  after.mark.Keep();

  EXPECT_EQ(Marked(), 1u);
}

TEST_F(LogMarkTest, AFileThatIsNoMarkOfTheLogStopsTheStartByName) {
  WriteTestFile(path_, "garbage");
  const absl::Status refused = Begin(&store_).mark.Begin(*signer_);
  EXPECT_EQ(ReasonOf(refused), Reason::kStoreCorrupt);
  EXPECT_THAT(std::string(refused.message()), HasSubstr(path_));

  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(ReasonOf(Begin(&store_).mark.Begin(*signer_)), Reason::kConfigInvalid);
}

TEST_F(LogMarkTest, AMarkThatCannotBeWrittenIsToldOnceAndMadeGood) {
  Node node = Begin(&store_);
  ASSERT_TRUE(node.mark.Begin(*signer_).ok());
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  AppendRecords(node.log.get(), 1);

  node.mark.Keep();
  node.mark.Keep();

  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("log_mark_failed")));
  std::filesystem::remove(path_);
  node.mark.Keep();
  EXPECT_EQ(Marked(), 1u);
}

}  // namespace
}  // namespace mrg
