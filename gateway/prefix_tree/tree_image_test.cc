#include "gateway/prefix_tree/tree_image.h"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/testing/map_nodes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/tree.pb.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Values = std::map<std::string, std::string>;  // id -> value

uint32_t TagOf(absl::string_view value) { return static_cast<uint32_t>(value.size() % 3); }

class TreeImageTest : public ::testing::Test {
 protected:
  std::string Put(const Values& values) {
    std::vector<TreeEntry> entries;
    for (const auto& [id, value] : values) entries.push_back({id, value});
    const BuiltTree tree = *BuildTree(entries);
    nodes_.Add(tree);
    return tree.root_sha256;
  }

  // Values are what tells entries apart here, so each names its id.
  absl::StatusOr<TreeImage> Load(const std::string& root, const TreeImage* earlier = nullptr) {
    taken_.clear();
    dropped_.clear();
    return TreeImage::Load(root, nodes_,
                           {[this](const TreeNodeEntry& entry) -> absl::StatusOr<uint32_t> {
                              taken_.emplace_back(entry.value);
                              return TagOf(entry.value);
                            },
                            [this](uint32_t tag, absl::string_view value) {
                              EXPECT_EQ(tag, TagOf(value));
                              dropped_.emplace_back(value);
                            }},
                           earlier);
  }

  static std::vector<std::string> Found(const TreeImage& image, absl::string_view key_prefix,
                                        uint32_t tag) {
    std::vector<std::string> found;
    image.ForEachAt(key_prefix, tag,
                    [&found](absl::string_view value) { found.emplace_back(value); });
    return found;
  }

  static bool Holds(const TreeImage& image, const std::string& id, const std::string& value) {
    const auto found = Found(image, Sha256(id), TagOf(value));
    return std::count(found.begin(), found.end(), value) == 1;
  }

  MapNodes nodes_;
  std::vector<std::string> taken_;
  std::vector<std::string> dropped_;
};

Values Many(int count) {
  Values values;
  for (int i = 0; i < count; ++i) {
    const std::string id = absl::StrCat("id-", i);
    values[id] = absl::StrCat(id, std::string(static_cast<size_t>(i % 7), '+'));
  }
  return values;
}

TEST_F(TreeImageTest, EveryEntryIsFoundAndNothingElse) {
  for (int count : {0, 1, 64, 65, 3000}) {
    const Values values = Many(count);

    const auto image = Load(Put(values));

    ASSERT_TRUE(image.ok()) << image.status();
    EXPECT_EQ(image->size(), values.size());
    for (const auto& [id, value] : values) EXPECT_TRUE(Holds(*image, id, value)) << id;
    EXPECT_FALSE(Holds(*image, "absent", "absent"));
    EXPECT_THAT(Found(*image, Sha256("id-0"), 17), IsEmpty());
  }
}

TEST_F(TreeImageTest, ImageOfNoTreeIsEmpty) {
  const TreeImage image;
  EXPECT_EQ(image.size(), 0u);
  EXPECT_THAT(Found(image, Sha256("a"), 0), IsEmpty());
}

// A prefix that ends above the leaves leads to all entries below.
TEST_F(TreeImageTest, ShortPrefixFindsEveryEntryThatBeginsWithIt) {
  const Values values = Many(20000);
  const auto image = Load(Put(values));
  const std::string prefix = Sha256("id-5").substr(0, 1);
  std::vector<std::string> expected;
  for (const auto& [id, value] : values) {
    if (Sha256(id)[0] == prefix[0] && TagOf(value) == 1) expected.push_back(value);
  }
  ASSERT_GT(expected.size(), 3u);

  EXPECT_THAT(Found(*image, prefix, 1), ::testing::IsSupersetOf(expected));
}

TEST_F(TreeImageTest, WithoutATagEveryEntryOfThePlaceIsFound) {
  const Values values = Many(20000);
  const auto image = Load(Put(values));

  for (const auto& [id, value] : values) {
    bool found = false;
    size_t visited = 0;
    image->ForEachAt(absl::string_view(Sha256(id)).substr(0, 4), std::nullopt,
                     [&, &value = value](absl::string_view one) {
                       found |= one == value;
                       ++visited;
                     });
    ASSERT_TRUE(found) << id;
    ASSERT_LE(visited, 64u) << id;
  }
}

TEST_F(TreeImageTest, MadeOfAnEarlierOneItEqualsOneReadWhole) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  Values values;
  TreeImage image = *Load(Put(values));
  for (int round = 0; round < 80; ++round) {
    const Values before = values;
    const size_t changes = random() % 10 == 0 ? 400 : random() % 20;
    const bool removing = random() % 3 == 0;
    for (size_t i = 0; i < changes; ++i) {
      const std::string id = absl::StrCat("id-", random() % 500);
      if (removing) {
        values.erase(id);
      } else {
        values[id] = absl::StrCat(id, "=", random() % 1000);
      }
    }
    const std::string root = Put(values);

    const auto next = Load(root, &image);

    ASSERT_TRUE(next.ok()) << next.status();
    ASSERT_EQ(next->size(), values.size());
    for (const auto& [id, value] : values) ASSERT_TRUE(Holds(*next, id, value)) << id;
    for (const auto& [id, value] : before) {
      ASSERT_TRUE(Holds(image, id, value)) << id;  // the earlier one is not touched
      const auto now = values.find(id);
      ASSERT_EQ(Holds(*next, id, value), now != values.end() && now->second == value) << id;
    }
    // What was dropped and what was taken is the whole difference.
    std::multiset<std::string> held;
    for (const auto& [id, value] : before) held.insert(value);
    for (const std::string& value : dropped_) {
      const auto one = held.find(value);
      ASSERT_NE(one, held.end()) << value;
      held.erase(one);
    }
    held.insert(taken_.begin(), taken_.end());
    std::multiset<std::string> now;
    for (const auto& [id, value] : values) now.insert(value);
    ASSERT_EQ(held, now) << "round " << round;
    image = *next;
  }
}

TEST_F(TreeImageTest, OneChangeReadsOnePathAndSharesTheRest) {
  Values values = Many(20000);
  const TreeImage before = *Load(Put(values));
  values["id-7"] = "id-7 changed";
  const std::string root = Put(values);
  nodes_.TakeReads();

  const auto after = Load(root, &before);

  ASSERT_TRUE(after.ok());
  EXPECT_LE(nodes_.TakeReads(), 5u);
  EXPECT_LE(taken_.size(), 64u);
  const size_t all = TreeImage::SharedNodes(*after, *after);
  EXPECT_GE(TreeImage::SharedNodes(before, *after), all - 5);
  EXPECT_LT(TreeImage::SharedNodes(before, *after), all);
}

TEST_F(TreeImageTest, EntriesOfASubtreeThatIsGoneAreDropped) {
  Values values = Many(3000);
  const TreeImage before = *Load(Put(values));
  std::vector<std::string> gone;
  for (const auto& [id, value] : Values(values)) {
    if (NibbleAt(Sha256(id), 0) != 7) continue;
    gone.push_back(value);
    values.erase(id);
  }

  const auto after = Load(Put(values), &before);

  ASSERT_TRUE(after.ok());
  EXPECT_THAT(taken_, IsEmpty());
  EXPECT_THAT(dropped_, ::testing::UnorderedElementsAreArray(gone));
}

TEST_F(TreeImageTest, SameTreeIsSharedWhole) {
  const std::string root = Put(Many(500));
  const TreeImage before = *Load(root);
  nodes_.TakeReads();

  const auto after = Load(root, &before);

  ASSERT_TRUE(after.ok());
  EXPECT_EQ(nodes_.TakeReads(), 0u);
  EXPECT_THAT(taken_, IsEmpty());
}

TEST_F(TreeImageTest, WhatTakeRefusesEndsTheLoad) {
  const auto image = TreeImage::Load(Put({{"a", "1"}}), nodes_,
                                     {[](const TreeNodeEntry&) -> absl::StatusOr<uint32_t> {
                                        return MakeError(Reason::kIssuerListInvalid, "no");
                                      },
                                      nullptr});
  EXPECT_EQ(ReasonOf(image.status()), Reason::kIssuerListInvalid);
}

TEST_F(TreeImageTest, MissingNodeIsAnError) {
  const BuiltTree tree = *BuildTree([] {
    std::vector<TreeEntry> entries;
    for (int i = 0; i < 100; ++i) entries.push_back({absl::StrCat(i), "v"});
    return entries;
  }());
  nodes_.Add(tree);
  for (const auto& [sha256, bytes] : tree.nodes) {
    if (sha256 != tree.root_sha256) nodes_.Drop(sha256);
  }

  EXPECT_EQ(ReasonOf(Load(tree.root_sha256).status()), Reason::kTreeNodeNotFound);
}

// A parent that states too much would make a list look complete that is not.
TEST_F(TreeImageTest, CountThatAParentStatesWronglyIsRefused) {
  const std::string root = Put(Many(200));
  trustlist::v1::TreeNode node;
  ASSERT_TRUE(node.ParseFromString(*nodes_.ReadNode(root)));
  auto* child = node.mutable_branch()->mutable_children(0);
  child->set_entry_count(child->entry_count() + 1);
  const std::string bytes = CanonicalBytes(node);
  nodes_.Set(Sha256(bytes), bytes);

  EXPECT_EQ(ReasonOf(Load(Sha256(bytes)).status()), Reason::kTreeNodeMalformed);
  // Also where the child is shared with an earlier image.
  const TreeImage earlier = *Load(root);
  EXPECT_EQ(ReasonOf(Load(Sha256(bytes), &earlier).status()), Reason::kTreeNodeMalformed);
}

}  // namespace
}  // namespace mrg
