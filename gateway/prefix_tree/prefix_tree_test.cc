#include "gateway/prefix_tree/prefix_tree.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/testing/map_nodes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<TreeEntry> Entries(size_t count) {
  std::vector<TreeEntry> entries;
  for (size_t i = 0; i < count; ++i) {
    entries.push_back({absl::StrCat("id-", i), absl::StrCat("v", i)});
  }
  return entries;
}

TEST(PrefixTree, SixtyFourEntriesAreOneLeafAndOneMoreSplits) {
  EXPECT_THAT(BuildTree(Entries(64))->nodes, SizeIs(1));
  EXPECT_GT(BuildTree(Entries(65))->nodes.size(), 2u);
}

TEST(PrefixTree, SameSetHasSameRootWhateverTheOrder) {
  std::vector<TreeEntry> entries = Entries(1000);
  const std::string root = BuildTree(entries)->root_sha256;

  std::reverse(entries.begin(), entries.end());

  EXPECT_EQ(BuildTree(entries)->root_sha256, root);
}

TEST(PrefixTree, IdGivenTwiceIsRefused) {
  const auto tree = BuildTree({{"a", "1"}, {"a", "2"}});
  EXPECT_EQ(ReasonOf(tree.status()), Reason::kTreeNodeMalformed);
}

TEST(PrefixTree, EveryEntryIsFoundAndNothingElse) {
  const BuiltTree tree = *BuildTree(Entries(500));
  MapNodes source;
  source.Add(tree);

  for (const TreeEntry& entry : Entries(500)) {
    EXPECT_EQ(**LookupEntry(tree.root_sha256, source, entry.id), entry.value);
  }
  EXPECT_EQ(*LookupEntry(tree.root_sha256, source, "absent"), std::nullopt);
}

TEST(PrefixTree, UpdateEqualsFullBuildForRandomChanges) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  std::map<std::string, std::string> model;
  BuiltTree tree = *BuildTree({});
  MapNodes source;
  source.Add(tree);

  for (int round = 0; round < 60; ++round) {
    std::vector<TreeEntry> upserts;
    std::vector<std::string> removals;
    const size_t changes = random() % 40;
    for (size_t i = 0; i < changes; ++i) {
      const std::string id = absl::StrCat("id-", random() % 300);
      if (random() % 2 == 0 && !model.contains(id)) {
        upserts.push_back({id, absl::StrCat(random())});
      } else {
        removals.push_back(id);
      }
    }
    for (const std::string& id : removals) model.erase(id);
    for (const TreeEntry& entry : upserts) model[entry.id] = entry.value;

    tree = *UpdateTree(tree.root_sha256, source, upserts, removals);
    source.Add(tree);

    std::vector<TreeEntry> all;
    for (const auto& [id, value] : model) all.push_back({id, value});
    ASSERT_EQ(tree.root_sha256, BuildTree(all)->root_sha256);
    ASSERT_THAT(*MissingNodes(tree.root_sha256, source, 100), IsEmpty());
  }
}

TEST(PrefixTree, OneChangeMovesOnePath) {
  const BuiltTree tree = *BuildTree(Entries(20000));
  MapNodes source;
  source.Add(tree);

  const BuiltTree updated = *UpdateTree(tree.root_sha256, source, {{"id-7", "new"}}, {});

  EXPECT_LE(updated.nodes.size(), 5u);
  EXPECT_NE(updated.root_sha256, tree.root_sha256);
}

TEST(PrefixTree, MissingNodesNamesWhatIsNotHeld) {
  const BuiltTree tree = *BuildTree(Entries(200));
  MapNodes source;
  source.Add(tree);
  std::string dropped;
  for (const auto& [sha256, bytes] : tree.nodes) {
    if (sha256 != tree.root_sha256) dropped = sha256;
  }
  source.Drop(dropped);

  EXPECT_THAT(*MissingNodes(tree.root_sha256, source, 100), ::testing::ElementsAre(dropped));
}

TEST(TreeNode, BytesThatAreNotCanonicalAreRefused) {
  const BuiltTree tree = *BuildTree(Entries(3));
  std::string bytes = tree.root_bytes();
  // An unknown field at the end: protobuf would read over it.
  bytes += std::string("\x78\x01", 2);
  MapNodes source;
  source.Set(Sha256(bytes), bytes);

  const absl::Status status =
      ForEachEntry(Sha256(bytes), source, [](const TreeNodeEntry&) { return absl::OkStatus(); });

  EXPECT_EQ(ReasonOf(status), Reason::kTreeNodeMalformed);
}

TEST(TreeNode, BytesOfAnotherDigestAreRefused) {
  const BuiltTree tree = *BuildTree(Entries(3));
  MapNodes source;
  source.Set(tree.root_sha256, BuildTree(Entries(4))->root_bytes());

  EXPECT_EQ(ReasonOf(LookupEntry(tree.root_sha256, source, "id-1").status()),
            Reason::kTreeNodeMalformed);
}

}  // namespace
}  // namespace mrg
