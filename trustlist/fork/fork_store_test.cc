#include "trustlist/fork/fork_store.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/fork/fork_evidence.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {
namespace {

using trustlist::v1::ForkEvidence;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

const ForkKeys kHeld;
const ForkKeys kReplaced = {true, {"key 1"}};

ForkEvidence Evidence(const std::string& publisher, const std::string& second = "b") {
  ForkEvidence evidence;
  evidence.set_publisher(publisher);
  evidence.add_roots("root");
  evidence.set_role("timestamp");
  evidence.set_first("a");
  evidence.set_second(second);
  return evidence;
}

class ForkStoreTest : public ::testing::Test {
 protected:
  const MemberId delta_ = *MemberId::Parse("yangtze-delta");
  const MemberId hub_ = *MemberId::Parse("hub");
  MemoryStore memory_;
  ForkStore forks_{&memory_};
};

TEST_F(ForkStoreTest, AForkIsKeptOnceAndFreezesItsPublisherOnly) {
  EXPECT_TRUE(*forks_.Keep(Evidence("yangtze-delta"), kHeld));
  EXPECT_FALSE(*forks_.Keep(Evidence("yangtze-delta"), kHeld));

  EXPECT_TRUE(*forks_.IsFrozen(delta_));
  EXPECT_FALSE(*forks_.IsFrozen(hub_));
  const auto kept = *forks_.List(std::nullopt);
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].id, ForkEvidenceId(Evidence("yangtze-delta")));
  EXPECT_EQ(kept[0].fork.evidence().second(), "b");
  EXPECT_TRUE(forks_.List(hub_)->empty());
}

TEST_F(ForkStoreTest, ThePublisherIsFrozenUntilEveryForkIsAnswered) {
  ASSERT_TRUE(*forks_.Keep(Evidence("yangtze-delta", "b"), kHeld));
  ASSERT_TRUE(*forks_.Keep(Evidence("yangtze-delta", "c"), kHeld));
  const std::string first = ForkEvidenceId(Evidence("yangtze-delta", "b"));
  const std::string second = ForkEvidenceId(Evidence("yangtze-delta", "c"));

  ASSERT_TRUE(forks_.Resume(delta_, first, "restored backup", kNow).ok());
  EXPECT_TRUE(*forks_.IsFrozen(delta_));
  EXPECT_TRUE(*forks_.IsAnswered(Evidence("yangtze-delta", "b"), kHeld));
  EXPECT_FALSE(*forks_.IsAnswered(Evidence("yangtze-delta", "c"), kHeld));

  ASSERT_TRUE(forks_.Resume(delta_, second, "restored backup", kNow).ok());
  EXPECT_FALSE(*forks_.IsFrozen(delta_));
  // The proof stays, and finding it again freezes nothing.
  EXPECT_FALSE(*forks_.Keep(Evidence("yangtze-delta", "c"), kHeld));
  EXPECT_FALSE(*forks_.IsFrozen(delta_));
  const auto kept = *forks_.List(delta_);
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].fork.resumed_because(), "restored backup");
}

TEST_F(ForkStoreTest, AForkThatIsNotKeptCannotBeAnswered) {
  EXPECT_EQ(ReasonOf(forks_.Resume(delta_, std::string(32, 'x'), "", kNow)),
            Reason::kForkEvidenceNotFound);
  ASSERT_TRUE(*forks_.Keep(Evidence("yangtze-delta"), kHeld));
  EXPECT_EQ(ReasonOf(forks_.Resume(hub_, ForkEvidenceId(Evidence("yangtze-delta")), "", kNow)),
            Reason::kForkEvidenceNotFound);
}

TEST_F(ForkStoreTest, ProofsOutliveTheForgettingOfRotatedKeys) {
  ASSERT_TRUE(*forks_.Keep(Evidence("yangtze-delta"), kHeld));
  MetadataStore metadata(&memory_);
  ASSERT_TRUE(metadata.Save(delta_, "snapshot", 1, "file").ok());
  WriteSet writes;
  ASSERT_TRUE(metadata.StageForget(delta_, Forgets::kTrustAndHistory, &writes).ok());
  ASSERT_TRUE(metadata.Commit(writes).ok());
  ASSERT_TRUE(metadata.DropForgotten(delta_).ok());

  EXPECT_TRUE(*forks_.IsFrozen(delta_));
}

// Whoever holds a key that was replaced can sign with it as often as he likes.
TEST_F(ForkStoreTest, OneForkUnderReplacedKeysStandsForAllOfThem) {
  ForkEvidence other_keys = Evidence("yangtze-delta", "d");
  other_keys.add_roots("next root");
  ASSERT_TRUE(*forks_.Keep(Evidence("yangtze-delta", "b"), kReplaced));

  EXPECT_FALSE(*forks_.Keep(Evidence("yangtze-delta", "c"), kReplaced));
  EXPECT_FALSE(*forks_.IsAnswered(Evidence("yangtze-delta", "c"), kReplaced));
  ASSERT_TRUE(
      forks_.Resume(delta_, ForkEvidenceId(Evidence("yangtze-delta", "b")), "stolen", kNow).ok());

  EXPECT_FALSE(*forks_.Keep(Evidence("yangtze-delta", "c"), kReplaced));
  EXPECT_TRUE(*forks_.IsAnswered(Evidence("yangtze-delta", "c"), kReplaced));
  EXPECT_FALSE(*forks_.IsFrozen(delta_));
  // Other keys are another matter, and so are keys that hold.
  EXPECT_FALSE(*forks_.IsAnswered(other_keys, kReplaced));
  EXPECT_TRUE(*forks_.Keep(other_keys, kReplaced));
  EXPECT_TRUE(*forks_.Keep(Evidence("yangtze-delta", "e"), kHeld));
  EXPECT_EQ(forks_.List(delta_)->size(), 3u);
}

// An answer that was given while the keys held says nothing of what was found after.
TEST_F(ForkStoreTest, AnAnswerBeforeTheKeysWereReplacedIsForItsForkAlone) {
  ASSERT_TRUE(*forks_.Keep(Evidence("yangtze-delta", "b"), kHeld));
  ASSERT_TRUE(
      forks_.Resume(delta_, ForkEvidenceId(Evidence("yangtze-delta", "b")), "restored", kNow).ok());

  EXPECT_FALSE(*forks_.IsAnswered(Evidence("yangtze-delta", "c"), kReplaced));
  EXPECT_TRUE(*forks_.Keep(Evidence("yangtze-delta", "c"), kReplaced));
  EXPECT_TRUE(*forks_.IsFrozen(delta_));
  EXPECT_TRUE(*forks_.IsAnswered(Evidence("yangtze-delta", "b"), kReplaced));
}

// Who holds another key that was replaced later is another party, and his forks are others.
TEST_F(ForkStoreTest, S3_TheAnswerForAllUnderReplacedKeysHoldsForNoOtherKeyOfTheSameRoot) {
  const std::string answered = ForkEvidenceId(Evidence("yangtze-delta", "b"));
  ASSERT_TRUE(*forks_.Keep(Evidence("yangtze-delta", "b"), kReplaced));
  ASSERT_TRUE(forks_.Resume(delta_, answered, "stolen", kNow).ok());

  for (const ForkKeys& keys : {ForkKeys{true, {"key 2"}}, ForkKeys{true, {"key 1", "key 2"}}}) {
    EXPECT_FALSE(*forks_.IsAnswered(Evidence("yangtze-delta", "c"), keys));
  }

  EXPECT_TRUE(*forks_.Keep(Evidence("yangtze-delta", "c"), {true, {"key 2"}}));
  EXPECT_TRUE(*forks_.IsFrozen(delta_));
}

}  // namespace
}  // namespace mrg
