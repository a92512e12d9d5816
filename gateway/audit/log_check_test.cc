#include "gateway/audit/log_check.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/audit/decision_log.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/audit/stored_keys.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOrigin[] = "yangtze-delta/log-1";
constexpr char kOtherOrigin[] = "yangtze-delta/log-2";
const absl::Time kNow = absl::FromUnixSeconds(1795000000);

std::string LeafOf(absl::string_view origin, int number) {
  audit::v1::DecisionRecord record;
  record.set_schema(1);
  record.set_log_origin(std::string(origin));
  record.set_decided_at_us(absl::ToUnixMicros(kNow) + number);
  return DecisionLeaf(record);
}

class LogCheckTest : public ::testing::Test {
 protected:
  void Fill(const std::string& origin, int count) {
    auto log = *DecisionLog::Open(&store_, signer_.get(), origin);
    while (count > 0) {
      std::vector<DecisionLog::Submission> group(std::min(count, 200));
      for (DecisionLog::Submission& submission : group) {
        submission.leaf = std::make_shared<const std::string>(LeafOf(origin, next_));
        submission.absent_key = absl::StrCat(next_++);
        --count;
      }
      ASSERT_EQ(log->AppendGroup(group)[0].result, DecisionLog::Appended::kAppended);
    }
  }

  LogCheckReport Report() {
    const auto report =
        CheckLog(*store_.Snapshot(), kOrigin, {&signer_->public_key(), 1},
                 [](uint64_t, absl::string_view leaf) { return CheckLeafForm(leaf, kOrigin); });
    EXPECT_TRUE(report.ok()) << report.status();
    return *report;
  }

  void Put(Keyspace keyspace, const std::string& key, const std::string& value) {
    WriteSet writes;
    writes.Put(keyspace, key, value);
    ASSERT_TRUE(store_.Commit(writes).committed());
  }
  void Delete(Keyspace keyspace, const std::string& key) {
    WriteSet writes;
    writes.Delete(keyspace, key);
    ASSERT_TRUE(store_.Commit(writes).committed());
  }
  std::string Get(Keyspace keyspace, const std::string& key) {
    return (*store_.Get(keyspace, key))->value;
  }

  MemoryStore store_;
  std::unique_ptr<Signer> signer_ =
      *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  int next_ = 0;
};

TEST_F(LogCheckTest, EmptyLogIsSound) {
  const LogCheckReport report = Report();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.leaf_count, 0u);
  EXPECT_EQ(report.checkpoint, "");
}

TEST_F(LogCheckTest, LogsOfAllShapesAreSoundBesideEachOther) {
  int filled = 0;
  for (int size : {1, 2, 255, 256, 257, 600, 1024}) {
    Fill(kOrigin, size - filled);
    Fill(kOtherOrigin, 3);
    filled = size;

    const LogCheckReport report = Report();

    EXPECT_THAT(report.findings, ::testing::IsEmpty()) << size;
    EXPECT_EQ(report.leaf_count, static_cast<uint64_t>(size));
  }
}

TEST_F(LogCheckTest, R18_LeafChangedOnDiskIsNamedAndNotServed) {
  Fill(kOrigin, 600);
  Put(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 300), LeafOf(kOrigin, 9999));

  const LogCheckReport report = Report();

  EXPECT_THAT(report.findings, Contains("Leaf 300 does not have the hash in its tile."));
  EXPECT_THAT(report.findings, Contains(HasSubstr("is not the checkpoint's")));
  const auto log = *DecisionLog::Open(&store_, signer_.get(), kOrigin);
  EXPECT_EQ(ReasonOf(log->ReadLeaf(300).status()), Reason::kStoreCorrupt);
  EXPECT_TRUE(log->ReadLeaf(299).ok());
}

TEST_F(LogCheckTest, R18_LeafAndTilesChangedTogetherStillDifferFromTheCheckpoint) {
  Fill(kOrigin, 2);
  const std::string forged = LeafOf(kOrigin, 9999);
  Put(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 1), forged);
  const std::string tile = Get(Keyspace::kLogTile, LogTileKey(kOrigin, 0, 0));
  Put(Keyspace::kLogTile, LogTileKey(kOrigin, 0, 0),
      tile.substr(0, 32) + ToString(LeafHash(forged)));

  EXPECT_THAT(Report().findings, Contains(HasSubstr("is not the checkpoint's")));
}

TEST_F(LogCheckTest, MissingLeafOrTileAndOneTooManyAreNamed) {
  Fill(kOrigin, 600);
  const std::string leaf = Get(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 599));
  Delete(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 599));
  EXPECT_THAT(Report().findings, Contains("Leaf 599 is missing."));
  Put(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 599), leaf);

  const std::string tile = Get(Keyspace::kLogTile, LogTileKey(kOrigin, 1, 0));
  Delete(Keyspace::kLogTile, LogTileKey(kOrigin, 1, 0));
  EXPECT_THAT(Report().findings, Contains("Tile 1/0 is missing."));
  Put(Keyspace::kLogTile, LogTileKey(kOrigin, 1, 0), tile);
  EXPECT_TRUE(Report().sound());

  Put(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 600), leaf);
  Put(Keyspace::kLogTile, LogTileKey(kOrigin, 0, 3), tile);
  Put(Keyspace::kLogTile, LogTileKey(kOrigin, 2, 0), tile);
  EXPECT_THAT(Report().findings,
              ::testing::ElementsAre("A leaf stands beyond the checkpoint.",
                                     "A tile of level 0 stands beyond the checkpoint.",
                                     "A tile stands above the root."));
}

TEST_F(LogCheckTest, ChangedAndShortTilesAreNamed) {
  Fill(kOrigin, 600);
  std::string tile = Get(Keyspace::kLogTile, LogTileKey(kOrigin, 1, 0));
  tile[40] ^= 1;
  Put(Keyspace::kLogTile, LogTileKey(kOrigin, 1, 0), tile);
  Put(Keyspace::kLogTile, LogTileKey(kOrigin, 0, 2), "short");

  EXPECT_THAT(Report().findings,
              ::testing::ElementsAre("Tile 0/2 has 5 bytes instead of 2816.",
                                     "Tile 1/0 differs from its leaves at node 1."));
}

TEST_F(LogCheckTest, ForeignSignerAndForeignRecordsAreNamed) {
  Fill(kOrigin, 2);
  const auto other = *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  const auto foreign = *CheckLog(store_, kOrigin, {&other->public_key(), 1}, {});
  EXPECT_THAT(foreign.findings, Contains(HasSubstr("The checkpoint:")));

  EXPECT_EQ(ReasonOf(CheckLeafForm(LeafOf(kOtherOrigin, 1), kOrigin)), Reason::kStoreCorrupt);
  EXPECT_EQ(ReasonOf(CheckLeafForm("not a leaf", kOrigin)), Reason::kStoreCorrupt);
  EXPECT_TRUE(CheckLeafForm(LeafOf(kOrigin, 1), kOrigin).ok());
}

// Canonical, in the tree and under the checkpoint, and yet not what this version reads.
TEST_F(LogCheckTest, LeafOfAKindThatIsNotKnownIsNamed) {
  audit::v1::LogLeaf unknown = *ParseLeaf(LeafOf(kOrigin, 1), Reason::kStoreCorrupt);
  unknown.set_kind(static_cast<audit::v1::LeafKind>(2));
  DecisionLog::Submission submission;
  submission.leaf = std::make_shared<const std::string>(CanonicalBytes(unknown));
  submission.absent_key = "unknown";
  auto log = *DecisionLog::Open(&store_, signer_.get(), kOrigin);
  ASSERT_EQ(log->AppendGroup({&submission, 1})[0].result, DecisionLog::Appended::kAppended);

  EXPECT_THAT(
      Report().findings,
      ::testing::ElementsAre(HasSubstr("Leaf 0: STORE_CORRUPT: expected a leaf of a known")));
}

TEST_F(LogCheckTest, FindingsAreBounded) {
  Fill(kOrigin, 600);
  const auto report = *CheckLog(
      store_, kOrigin, {&signer_->public_key(), 1},
      [](uint64_t, absl::string_view) { return MakeError(Reason::kStoreCorrupt, "always"); });
  EXPECT_EQ(report.findings.size(), kLogFindingsMax);
  EXPECT_EQ(report.findings[0], "Leaf 0: STORE_CORRUPT: always.");
}

TEST_F(LogCheckTest, StoreThatDoesNotAnswerIsAnErrorNotAFinding) {
  FaultyStore faulty(&store_);
  faulty.Crash();
  EXPECT_EQ(ReasonOf(CheckLog(faulty, kOrigin, {&signer_->public_key(), 1}, {}).status()),
            Reason::kStoreUnavailable);
}

class NewestLeavesTest : public LogCheckTest {
 protected:
  std::vector<std::string> Findings(uint64_t newest) {
    const auto report =
        CheckNewestLeaves(*store_.Snapshot(), kOrigin, {&signer_->public_key(), 1}, newest);
    EXPECT_TRUE(report.ok()) << report.status();
    return report->findings;
  }
  void Change(Keyspace keyspace, const std::string& key, size_t at) {
    std::string bytes = Get(keyspace, key);
    bytes[at] ^= 1;
    Put(keyspace, key, bytes);
  }
};

TEST_F(NewestLeavesTest, ASoundLogOfEachSizeIsFoundSoundFromWhereverItIsRead) {
  EXPECT_THAT(Findings(10), IsEmpty());
  for (const int more : {1, 254, 1, 1, 300, 1000}) {
    Fill(kOrigin, more);
    for (const uint64_t newest : {0, 1, 255, 256, 257, 600, 100000}) {
      EXPECT_THAT(Findings(newest), IsEmpty()) << next_ << " " << newest;
    }
  }
}

TEST_F(NewestLeavesTest, M5_R18_EachChangedLeafAmongThemIsNamed) {
  Fill(kOrigin, 1000);
  for (const uint64_t index : {768, 900, 999}) {
    const std::string key = LogLeafKey(kOrigin, index);
    const std::string before = Get(Keyspace::kLogLeaf, key);
    Change(Keyspace::kLogLeaf, key, before.size() - 1);
    EXPECT_THAT(Findings(200), Contains(HasSubstr(absl::StrCat("Leaf ", index)))) << index;
    Put(Keyspace::kLogLeaf, key, before);
  }
  Delete(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 900));
  EXPECT_THAT(Findings(200), Contains("Leaf 900 is missing."));
}

TEST_F(NewestLeavesTest, M5_R18_AChangedTileAmongThemOrBeforeThemIsFound) {
  Fill(kOrigin, 1000);
  const std::string last = LogTileKey(kOrigin, 0, 3);
  const std::string before = Get(Keyspace::kLogTile, last);
  Change(Keyspace::kLogTile, last, 0);
  EXPECT_THAT(Findings(200), Contains("Leaf 768 does not have the hash in its tile."));
  Put(Keyspace::kLogTile, last, before);
  const std::string upper = LogTileKey(kOrigin, 1, 0);
  Change(Keyspace::kLogTile, upper, 0);
  EXPECT_THAT(Findings(200), Contains(HasSubstr("The root computed from the leaves")));
  Delete(Keyspace::kLogTile, upper);
  EXPECT_THAT(Findings(200), Contains(HasSubstr("The tiles before leaf 768")));
}

TEST_F(NewestLeavesTest, M5_R18_ALeafBeyondTheCheckpointIsFound) {
  Fill(kOrigin, 300);
  Put(Keyspace::kLogLeaf, LogLeafKey(kOrigin, 300), LeafOf(kOrigin, 300));
  EXPECT_THAT(Findings(10), Contains("A leaf stands beyond the checkpoint."));
}

}  // namespace
}  // namespace mrg
