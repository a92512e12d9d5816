// A decision log that is not what it was: restored to empty, shorter than what others keep of it,
// or with a record that was changed on disk (R18).

#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/audit/stored_keys.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/storage/open_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/log_auditor.h"
#include "tests/scenario/trust_suite.h"

namespace mrg {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

constexpr char kOrigin[] = "yangtze-delta/log-1";

// Each test finds the Delta stopped, with three records that all others know of.
class Threat : public TrustSuite {
 protected:
  static void SetUpTestSuite() {
    TrustSuite::SetUpTestSuite();
    ASSERT_EQ(federation().StopNode(kDelta), 0);
    Copy(Data(), Saved("empty"));
    ASSERT_TRUE(federation().StartReady(kDelta).ok());
    for (int i = 0; i < 3; ++i) ASSERT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
    ASSERT_EQ(federation().StopNode(kDelta), 0);
    // The others hear of the log when the node asks them, at its start.
    ASSERT_TRUE(federation().StartReady(kDelta).ok());
    ASSERT_EQ(federation().StopNode(kDelta), 0);
    Copy(Data(), Saved("whole"));
    fs::copy_file(Mark(), Saved("mark"), fs::copy_options::overwrite_existing);
  }

  void TearDown() override {
    federation().KillNode(kDelta);
    Copy(Saved("whole"), Data());
    fs::copy_file(Saved("mark"), Mark(), fs::copy_options::overwrite_existing);
  }

  static std::string Data() { return federation().Path(kDelta, "data"); }
  static std::string Mark() { return federation().Path(kDelta, "data.log-1.mark"); }
  static std::string Saved(absl::string_view what) {
    return federation().Path(kDelta, absl::StrCat("saved-", what));
  }
  static void Copy(const std::string& from, const std::string& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
  }
  static void RestoreToEmpty() { Copy(Saved("empty"), Data()); }

  // Waits until the node says `why` it is not ready.
  static bool SaysWhy(absl::string_view why) {
    return WaitUntil([&] {
      const auto state = federation().TrustState(kDelta);
      return state.ok() && !state->ready() && absl::StrContains(state->DebugString(), why);
    });
  }
  // What an auditor sees, who keeps in a folder of the test's own what was seen before.
  static Ran Log(const std::vector<std::string>& words) {
    return MrgctlLog(federation(), AuditorsState(), words);
  }
  static std::string AuditorsState() {
    return Saved(testing::UnitTest::GetInstance()->current_test_info()->name());
  }
  static void ExpectNothingIsSigned(uint64_t size) {
    EXPECT_EQ(AnswerIn("31", "32"), "NODE_NOT_READY");
    EXPECT_EQ(federation().LogSize(kDelta), size);
  }
};

TEST_F(Threat, R18_AnAuditorSeesThatALogWasTakenBackAndWentOn) {
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  const Ran before = Log({"checkpoint"});
  ASSERT_EQ(before.code, 0) << before.err;
  const std::string folder = AuditorsState() + "/logs/" + kOrigin;
  const std::string kept = ReadTestFile(folder + "/checkpoint");
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  RestoreToEmpty();
  fs::remove(Mark());
  ASSERT_EQ(federation().StopNode(kHub), 0);
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  ASSERT_TRUE(federation().StartReady(kDelta, {"--accept-unwitnessed"}).ok());

  EXPECT_THAT(Log({"checkpoint"}).err, HasSubstr("the node says that its log is empty"));
  for (int i = 0; i < 5; ++i) ASSERT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  const Ran after = Log({"checkpoint"});

  EXPECT_EQ(after.code, 1);
  EXPECT_EQ(after.out, "");
  EXPECT_THAT(after.err, HasSubstr("LOG_CONTRADICTED: yangtze-delta/log-1: the log of 5 records "
                                   "does not go on from the one of 3"));
  EXPECT_EQ(ReadTestFile(folder + "/checkpoint"), kept);
  int contradicting = 0;
  for (const auto& file : fs::directory_iterator(folder)) {
    contradicting += absl::StartsWith(file.path().filename().string(), "contradicting-5-") ? 1 : 0;
  }
  EXPECT_EQ(contradicting, 1);

  // Before the others could keep anything of it.
  federation().KillNode(kDelta);
  ASSERT_TRUE(federation().StartNode(kHub).ok());
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
  EXPECT_TRUE(WaitUntil([] { return federation().IsReady(kHub); }));
}

TEST_F(Threat, M1_R18_ALogRestoredToEmptyIsNotReadyByTheMarkOutsideItsStore) {
  RestoreToEmpty();
  ASSERT_EQ(federation().StopNode(kHub), 0);
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);

  ASSERT_TRUE(federation().StartNode(kDelta).ok());

  EXPECT_TRUE(
      SaysWhy("LOG_CONTRADICTED: the mark outside the store kept a checkpoint of 3 records"));
  ExpectNothingIsSigned(0);

  ASSERT_TRUE(federation().StartReady(kHub).ok());
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
}

TEST_F(Threat, M1_R18_ALogRestoredToEmptyWithItsMarkIsNotReadyByWhatPeersKeep) {
  RestoreToEmpty();
  fs::remove(Mark());

  ASSERT_TRUE(federation().StartNode(kDelta).ok());

  EXPECT_TRUE(SaysWhy("LOG_CONTRADICTED: a peer kept a checkpoint of 3 records"));
  ExpectNothingIsSigned(0);
  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("\"event\":\"log_contradicted\""));
}

TEST_F(Threat, M1_L3_R18_WhatPeersShowedCountsAfterARestartWithoutThem) {
  RestoreToEmpty();
  fs::remove(Mark());
  ASSERT_TRUE(federation().StartNode(kDelta).ok());
  ASSERT_TRUE(SaysWhy("LOG_CONTRADICTED: a peer kept a checkpoint of 3 records"));
  for (const auto& node : {kDelta, kHub, kChuanyu}) ASSERT_EQ(federation().StopNode(node), 0);

  ASSERT_TRUE(federation().StartNode(kDelta).ok());

  EXPECT_TRUE(SaysWhy("LOG_CONTRADICTED: a peer or the mark, as an earlier start found, kept"));
  ExpectNothingIsSigned(0);

  ASSERT_TRUE(federation().StartReady(kHub).ok());
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
}

TEST_F(Threat, M1_R18_AnEmptyLogWaitsUntilAPeerWasAsked) {
  RestoreToEmpty();
  fs::remove(Mark());
  ASSERT_EQ(federation().StopNode(kHub), 0);
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);

  ASSERT_TRUE(federation().StartNode(kDelta).ok());
  EXPECT_TRUE(SaysWhy("LOG_UNWITNESSED: "));
  ExpectNothingIsSigned(0);
  ASSERT_TRUE(federation().StartNode(kHub).ok());

  EXPECT_TRUE(SaysWhy("LOG_CONTRADICTED: a peer kept a checkpoint of 3 records"));
  ExpectNothingIsSigned(0);
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
}

TEST_F(Threat, L3_R18_WhatIsFoundAfterAnOperatorAcceptedTheLogIsNotHidden) {
  RestoreToEmpty();
  fs::remove(Mark());
  ASSERT_EQ(federation().StopNode(kHub), 0);
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  ASSERT_TRUE(federation().StartReady(kDelta, {"--accept-unwitnessed"}).ok());
  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("\"event\":\"log_unwitnessed_accepted\""));

  ASSERT_TRUE(federation().StartNode(kHub).ok());

  EXPECT_TRUE(SaysWhy("LOG_CONTRADICTED: a peer kept a checkpoint of 3 records"));
  ExpectNothingIsSigned(0);

  // Now the operator knows; what was accepted stays so over a start without the flag.
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta, {"--accept-unwitnessed"}).ok());
  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
}

TEST_F(Threat, M5_R18_ALeafChangedOnDiskIsFoundAtStart) {
  {
    const auto store = OpenStore(absl::StrCat("rocksdb:", Data()));
    ASSERT_TRUE(store.ok()) << store.status();
    const auto leaf = (*store)->Get(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 1));
    ASSERT_TRUE(leaf.ok() && leaf->has_value());
    std::string changed = (*leaf)->value;
    changed.back() ^= 1;
    WriteSet writes;
    writes.Put(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 1), changed);
    ASSERT_TRUE((*store)->Commit(writes).committed());
  }

  ASSERT_TRUE(federation().StartNode(kDelta).ok());

  EXPECT_TRUE(SaysWhy("STORE_CORRUPT: Leaf 1"));
  ExpectNothingIsSigned(3);

  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta, {"--accept-unwitnessed"}).ok());
  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED");

  // The record still has its place in the tree: an auditor is told which one cannot be read.
  const Ran listed = Log({"list"});
  EXPECT_EQ(listed.code, 1);
  EXPECT_EQ(listed.out, "");
  EXPECT_THAT(listed.err, HasSubstr("STORE_CORRUPT"));
  EXPECT_EQ(Log({"verify", "--index", "0"}).code, 0);
}

}  // namespace
}  // namespace mrg
