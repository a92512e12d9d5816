#include "gateway/prefix_tree/tree_places.h"

#include <map>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> At(const TreePlaces& places, uint32_t tag) {
  std::vector<std::string> found;
  places.ForEach(tag, [&found](absl::string_view prefix) { found.emplace_back(prefix); });
  return found;
}

TEST(TreePlaces, TagLeadsToTheBeginningOfEachKeyOnce) {
  const TreePlaces places =
      TreePlaces().With({}, {{7, "bbbbb"}, {7, "aaaaa"}, {7, "bbbbc"}, {8, "ccccc"}});

  EXPECT_THAT(At(places, 7), ElementsAre("aaaa", "bbbb"));
  EXPECT_THAT(At(places, 8), ElementsAre("cccc"));
  EXPECT_THAT(At(places, 9), IsEmpty());
  EXPECT_THAT(At(TreePlaces(), 7), IsEmpty());
}

TEST(TreePlaces, EveryByteOfTagAndKeyCounts) {
  const std::string key("\xff\x00\x80\x01", 4);
  const TreePlaces places = TreePlaces().With({}, {{0xFFFFFFFF, key}, {0, key}});

  EXPECT_THAT(At(places, 0xFFFFFFFF), ElementsAre(key));
  EXPECT_THAT(At(places, 0), ElementsAre(key));
  EXPECT_THAT(At(places, 0xFFFFFFFE), IsEmpty());
}

// Two entries may begin alike: one of them may go.
TEST(TreePlaces, PlaceStandsAsOftenAsItWasAdded) {
  const TreePlaces twice = TreePlaces().With({}, {{7, "aaaa"}, {7, "aaaa"}});

  const TreePlaces once = twice.With({{7, "aaaa"}}, {});

  EXPECT_THAT(At(once, 7), ElementsAre("aaaa"));
  EXPECT_THAT(At(once.With({{7, "aaaa"}}, {}), 7), IsEmpty());
  EXPECT_THAT(At(twice, 7), ElementsAre("aaaa"));
}

TEST(TreePlaces, ManyChangesEqualTheSetTheyLeadTo) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  std::multiset<std::pair<uint32_t, std::string>> all;
  TreePlaces places;
  for (int round = 0; round < 50; ++round) {
    std::vector<TreePlace> removed;
    std::vector<TreePlace> added;
    while (!all.empty() && random() % 4 != 0) {
      const auto one = std::next(all.begin(), static_cast<int>(random() % all.size()));
      removed.emplace_back(one->first, one->second);
      all.erase(one);
    }
    for (int i = 0; i < 10; ++i) {
      const uint32_t tag = static_cast<uint32_t>(random() % 20) << 28;
      const std::string key = absl::StrCat("key", random() % 5);
      added.emplace_back(tag, key);
      all.emplace(tag, key);
    }

    places = places.With(removed, added);

    std::map<uint32_t, std::set<std::string>> expected;
    for (const auto& [tag, key] : all) expected[tag].insert(key.substr(0, 4));
    for (uint32_t high = 0; high < 16; ++high) {
      const uint32_t tag = high << 28;
      ASSERT_THAT(At(places, tag), ::testing::ElementsAreArray(expected[tag])) << round;
    }
  }
}

}  // namespace
}  // namespace mrg
