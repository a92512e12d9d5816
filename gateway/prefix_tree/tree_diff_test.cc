#include "gateway/prefix_tree/tree_diff.h"

#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/prefix_tree/testing/map_nodes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;
using Values = std::map<std::string, std::string>;  // id -> value
using Difference = std::pair<std::optional<std::string>, std::optional<std::string>>;
using Differences = std::map<std::string, Difference>;

std::optional<std::string> Owned(std::optional<absl::string_view> text) {
  return text.has_value() ? std::optional<std::string>(std::string(*text)) : std::nullopt;
}

class TreeDiffTest : public ::testing::Test {
 protected:
  std::string Put(const Values& values) {
    std::vector<TreeEntry> entries;
    for (const auto& [id, value] : values) entries.push_back({id, value});
    const BuiltTree tree = *BuildTree(entries);
    nodes_.Add(tree);
    return tree.root_sha256;
  }

  Differences Found(const std::string& before, const std::string& after) {
    Differences found;
    const absl::Status status =
        ForEachDifference(before, after, nodes_, [&found](const EntryDifference& one) {
          EXPECT_TRUE(
              found.emplace(std::string(one.id), Difference(Owned(one.before), Owned(one.after)))
                  .second)
              << one.id << " was reported twice";
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }

  // By comparing the lists themselves.
  static Differences Expected(const Values& before, const Values& after) {
    Differences expected;
    for (const auto& [id, value] : before) expected[id].first = value;
    for (const auto& [id, value] : after) expected[id].second = value;
    std::erase_if(expected, [](const auto& one) { return one.second.first == one.second.second; });
    return expected;
  }

  MapNodes nodes_;
};

TEST_F(TreeDiffTest, ReportsWhatTheListsDifferInForRandomChanges) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  Values values;
  std::string root = Put(values);
  for (int round = 0; round < 80; ++round) {
    const Values before = values;
    // Now and then nearly everything comes or goes, so that leaves become branches and back.
    const size_t changes = random() % 10 == 0 ? 400 : random() % 20;
    const bool removing = random() % 3 == 0;
    for (size_t i = 0; i < changes; ++i) {
      const std::string id = absl::StrCat("id-", random() % 500);
      if (removing) {
        values.erase(id);
      } else {
        values[id] = absl::StrCat(random() % 3);
      }
    }

    const std::string next = Put(values);

    ASSERT_EQ(Found(root, next), Expected(before, values)) << "round " << round;
    ASSERT_EQ(Found("", next), Expected({}, values)) << "round " << round;
    root = next;
  }
}

TEST_F(TreeDiffTest, OneChangeReadsTwoPaths) {
  Values values;
  for (int i = 0; i < 20000; ++i) values[absl::StrCat("id-", i)] = "v";
  const std::string before = Put(values);
  values["id-7"] = "changed";
  const std::string after = Put(values);
  nodes_.TakeReads();

  EXPECT_EQ(Found(before, after), (Differences{{"id-7", {"v", "changed"}}}));
  EXPECT_LE(nodes_.TakeReads(), 10u);
  EXPECT_THAT(Found(after, after), IsEmpty());
  EXPECT_EQ(nodes_.TakeReads(), 0u);
}

TEST_F(TreeDiffTest, NewNodesAreThoseThatCompleteTheTree) {
  Values values;
  for (int i = 0; i < 3000; ++i) values[absl::StrCat("id-", i)] = "v";
  const std::string before = Put(values);
  values["id-7"] = "changed";
  values["added"] = "v";
  const std::string after = Put(values);
  for (const std::string& from : {before, std::string()}) {
    MapNodes held;
    if (!from.empty()) {
      ASSERT_TRUE(
          ForEachNewNode("", from, nodes_, [&](absl::string_view sha256, absl::string_view bytes) {
            held.Set(std::string(sha256), std::string(bytes));
            return absl::OkStatus();
          }).ok());
    }

    size_t moved = 0;
    ASSERT_TRUE(
        ForEachNewNode(from, after, nodes_, [&](absl::string_view sha256, absl::string_view bytes) {
          ++moved;
          held.Set(std::string(sha256), std::string(bytes));
          return absl::OkStatus();
        }).ok());

    EXPECT_THAT(*MissingNodes(after, held, 10), IsEmpty());
    EXPECT_EQ(moved < 10, !from.empty());
  }
}

TEST_F(TreeDiffTest, WhatVisitGivesEndsTheWalk) {
  const std::string before = Put({{"a", "1"}});
  const std::string after = Put({{"a", "2"}, {"b", "1"}});
  int visits = 0;

  const absl::Status status = ForEachDifference(before, after, nodes_, [&](const auto&) {
    ++visits;
    return MakeError(Reason::kStoreUnavailable, "enough");
  });

  EXPECT_EQ(ReasonOf(status), Reason::kStoreUnavailable);
  EXPECT_EQ(visits, 1);
}

TEST_F(TreeDiffTest, MissingNodeIsAnError) {
  const std::string before = Put({{"a", "1"}});
  const std::string after = Put({{"a", "2"}});
  nodes_.Drop(before);

  const auto nothing = [](const auto&) { return absl::OkStatus(); };
  EXPECT_EQ(ReasonOf(ForEachDifference(before, after, nodes_, nothing)), Reason::kTreeNodeNotFound);
}

}  // namespace
}  // namespace mrg
