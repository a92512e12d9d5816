#include "trustlist/client/tree_sync.h"

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/prefix_tree/tree_node.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/tree.pb.h"
#include "trustlist/store/blob_store.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;

constexpr size_t kNodesMax = 100000;

BuiltTree TreeOf(int entries, absl::string_view value = "v") {
  std::vector<TreeEntry> list;
  for (int i = 0; i < entries; ++i) list.push_back({absl::StrCat("id-", i), std::string(value)});
  return *BuildTree(list);
}

// A follower's store and a peer that holds one tree.
class TreeSyncTest : public ::testing::Test {
 protected:
  // Loads `tree` from the peer. `answers_max`: after so many answers the peer is gone.
  absl::Status Sync(const BuiltTree& tree, std::optional<std::string> complete = std::nullopt,
                    size_t answers_max = kNodesMax) {
    return Sync(tree, blobs_, std::move(complete), answers_max);
  }
  // The same for a store that holds `held`.
  absl::Status Sync(const BuiltTree& tree, BlobStore held,
                    std::optional<std::string> complete = std::nullopt,
                    size_t answers_max = kNodesMax) {
    fetched_.clear();
    progress_.clear();
    size_t answers = 0;
    const auto fetch =
        [&](const std::vector<std::string>& digests) -> absl::StatusOr<std::vector<std::string>> {
      if (answers++ == answers_max) return MakeError(Reason::kFetchFailed, "cut");
      std::vector<std::string> nodes;
      for (const std::string& digest : digests) {
        if (nodes.size() == nodes_per_answer_) break;
        fetched_.push_back(digest);
        nodes.push_back(tree.nodes.at(digest));
      }
      return nodes;
    };
    const auto keep = [&held](std::map<std::string, std::string> nodes) { return held.Put(nodes); };
    TreeSyncOptions options;
    options.complete_root = std::move(complete);
    options.nodes_max = nodes_max_;
    options.nodes_per_fetch = nodes_per_fetch_;
    options.progress = [this](const TreeSyncProgress& one) { progress_.push_back(one); };
    return SyncTree(tree.root_sha256, held, fetch, keep, options);
  }

  bool IsComplete(const BuiltTree& tree) const {
    const auto missing = MissingNodes(tree.root_sha256, BlobNodes(&blobs_), 1);
    return missing.ok() && missing->empty();
  }

  MemoryStore store_;
  BlobStore blobs_{&store_};
  size_t nodes_per_fetch_ = kNodesPerFetchMax;
  size_t nodes_per_answer_ = 10;
  size_t nodes_max_ = kNodesMax;
  std::vector<std::string> fetched_;  // digests, in order
  std::vector<TreeSyncProgress> progress_;
};

TEST_F(TreeSyncTest, EveryNodeIsFetchedOnce) {
  const BuiltTree tree = TreeOf(3000);

  ASSERT_TRUE(Sync(tree).ok());

  EXPECT_TRUE(IsComplete(tree));
  EXPECT_EQ(fetched_.size(), tree.nodes.size());
  EXPECT_EQ(std::set<std::string>(fetched_.begin(), fetched_.end()).size(), fetched_.size());
}

TEST_F(TreeSyncTest, LoadThatWasCutAnywhereGoesOnWhereItWas) {
  const BuiltTree tree = TreeOf(3000);
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  size_t fetched = 0;
  int cuts = 0;
  while (true) {
    nodes_per_answer_ = 1 + random() % 12;

    const absl::Status status = Sync(tree, std::nullopt, random() % 6);

    fetched += fetched_.size();
    if (status.ok()) break;
    ASSERT_EQ(ReasonOf(status), Reason::kFetchFailed);
    EXPECT_FALSE(IsComplete(tree));
    ++cuts;
  }
  EXPECT_GT(cuts, 2);
  EXPECT_TRUE(IsComplete(tree));
  EXPECT_EQ(fetched, tree.nodes.size());  // none a second time
}

TEST_F(TreeSyncTest, CompleteTreeIsReadAndNothingIsFetched) {
  const BuiltTree tree = TreeOf(3000);
  ASSERT_TRUE(Sync(tree).ok());

  ASSERT_TRUE(Sync(tree).ok());

  EXPECT_THAT(fetched_, IsEmpty());
  EXPECT_THAT(progress_, IsEmpty());
}

TEST_F(TreeSyncTest, ChangeFetchesOnePathAndDoesNotReadTheRest) {
  const BuiltTree before = TreeOf(3000);
  ASSERT_TRUE(Sync(before).ok());
  BuiltTree after = *UpdateTree(before.root_sha256, BlobNodes(&blobs_), {{"id-7", "changed"}}, {});
  const size_t path = after.nodes.size();
  after.nodes.insert(before.nodes.begin(), before.nodes.end());

  ASSERT_TRUE(Sync(after, before.root_sha256).ok());

  EXPECT_EQ(fetched_.size(), path);
  EXPECT_TRUE(IsComplete(after));
  ASSERT_FALSE(progress_.empty());
  EXPECT_EQ(progress_.back().nodes_held, 0u);
  EXPECT_EQ(progress_.back().entries, 3000u);
}

TEST_F(TreeSyncTest, ProgressRisesToTheWholeTree) {
  const BuiltTree tree = TreeOf(3000);
  size_t bytes = 0;
  for (const auto& [sha256, node] : tree.nodes) bytes += node.size();

  ASSERT_TRUE(Sync(tree).ok());

  ASSERT_GT(progress_.size(), 10u);
  for (size_t i = 1; i < progress_.size(); ++i) {
    EXPECT_GT(progress_[i].nodes_fetched, progress_[i - 1].nodes_fetched);
    EXPECT_GE(progress_[i].entries, progress_[i - 1].entries);
    EXPECT_EQ(progress_[i].entries_total, 3000u);
  }
  EXPECT_EQ(progress_.back().nodes_fetched, tree.nodes.size());
  EXPECT_EQ(progress_.back().bytes_fetched, bytes);
  EXPECT_EQ(progress_.back().entries, 3000u);
}

TEST_F(TreeSyncTest, TheLastProgressIsOfTheWholeTreeWhicheverNodeCameLast) {
  const BuiltTree tree = TreeOf(300);
  nodes_per_fetch_ = 1;
  for (const auto& [sha256, bytes] : tree.nodes) {
    MemoryStore held;
    std::map<std::string, std::string> all_but_one = tree.nodes;
    all_but_one.erase(sha256);
    ASSERT_TRUE(BlobStore(&held).Put(all_but_one).ok());

    ASSERT_TRUE(Sync(tree, BlobStore(&held)).ok());

    ASSERT_EQ(fetched_.size(), 1u);
    EXPECT_EQ(progress_.back().entries, 300u);
  }
}

TEST_F(TreeSyncTest, ProgressOfASecondLoadCountsWhatTheFirstKept) {
  const BuiltTree tree = TreeOf(3000);
  EXPECT_FALSE(Sync(tree, std::nullopt, 5).ok());
  const size_t kept = fetched_.size();

  ASSERT_TRUE(Sync(tree).ok());

  EXPECT_EQ(progress_.back().nodes_held, kept);
  EXPECT_EQ(progress_.back().nodes_fetched, tree.nodes.size() - kept);
  EXPECT_EQ(progress_.back().entries, 3000u);
}

// A walk by levels would hold the places of a whole level, which is most of the tree.
TEST_F(TreeSyncTest, GoesDownBeforeItGoesOn) {
  const BuiltTree tree = TreeOf(60000);
  nodes_per_fetch_ = 4;

  ASSERT_TRUE(Sync(tree).ok());

  size_t open = 1;
  size_t open_max = 0;
  size_t leaves_after_branch = 0;
  for (const std::string& digest : fetched_) {
    trustlist::v1::TreeNode node;
    ASSERT_TRUE(node.ParseFromString(tree.nodes.at(digest)));
    open += static_cast<size_t>(node.branch().children_size()) - 1;
    open_max = std::max(open_max, open);
    leaves_after_branch += node.has_leaf() ? 1 : 0;
  }
  EXPECT_GT(leaves_after_branch, 3500u);
  EXPECT_LE(open_max, 4u * 16 * 4);
  EXPECT_EQ(open, 0u);
}

TEST_F(TreeSyncTest, MoreNodesThanTheBoundAreRefused) {
  const BuiltTree tree = TreeOf(3000);
  nodes_max_ = tree.nodes.size() - 1;
  EXPECT_EQ(ReasonOf(Sync(tree)), Reason::kMetadataTooLong);
  EXPECT_LE(fetched_.size(), nodes_max_);

  // Each call has the bound for itself: what the first kept is not counted against the second.
  EXPECT_TRUE(Sync(tree).ok());
}

TEST_F(TreeSyncTest, NodeOfAnotherDigestIsRefusedAndNotKept) {
  BuiltTree tree = TreeOf(200);
  for (auto& [sha256, bytes] : tree.nodes) {
    if (sha256 != tree.root_sha256) bytes = TreeOf(3).root_bytes();
  }

  EXPECT_EQ(ReasonOf(Sync(tree)), Reason::kTreeNodeMalformed);
  EXPECT_EQ(ReasonOf(blobs_.ReadBlob(Sha256(TreeOf(3).root_bytes())).status()),
            Reason::kTreeNodeNotFound);
}

}  // namespace
}  // namespace mrg
