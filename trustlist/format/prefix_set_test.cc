#include "trustlist/format/prefix_set.h"

#include <random>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> PrefixesOf(const PrefixSet& set, absl::string_view text) {
  MatchWork work;
  std::vector<std::string> found;
  for (const size_t place : set.PrefixesOf(text, &work)) found.push_back(set.prefixes()[place]);
  return found;
}

TEST(PrefixSet, FindsAllPrefixesTheLongestFirst) {
  const PrefixSet set({"ab", "", "abc", "abd", "b", "ab"});

  EXPECT_THAT(set.prefixes(), ElementsAre("", "ab", "abc", "abd", "b"));
  EXPECT_THAT(PrefixesOf(set, "abcz"), ElementsAre("abc", "ab", ""));
  EXPECT_THAT(PrefixesOf(set, "abz"), ElementsAre("ab", ""));
  EXPECT_THAT(PrefixesOf(set, "a"), ElementsAre(""));
  EXPECT_THAT(PrefixesOf(set, "c"), ElementsAre(""));
  EXPECT_EQ(set.PlaceOf("abd"), 3U);
}

TEST(PrefixSet, OfNothingFindsNothing) {
  EXPECT_THAT(PrefixesOf(PrefixSet(), "a"), IsEmpty());
  EXPECT_THAT(PrefixesOf(PrefixSet({"b"}), "a"), IsEmpty());
}

TEST(PrefixSet, AgreesWithATryOfEach) {
  std::mt19937 random(3);
  const auto text = [&random](size_t length_max) {
    std::string made;
    for (size_t left = random() % (length_max + 1); left > 0; --left) {
      made.push_back("ab\xFF"[random() % 3]);
    }
    return made;
  };
  for (int i = 0; i < 2000; ++i) {
    std::vector<std::string> prefixes;
    for (size_t left = random() % 12; left > 0; --left) prefixes.push_back(text(4));
    const PrefixSet set(prefixes);
    const std::string asked = text(6);

    std::vector<std::string> expected;
    for (auto one = set.prefixes().rbegin(); one != set.prefixes().rend(); ++one) {
      if (absl::StartsWith(asked, *one)) expected.push_back(*one);
    }
    ASSERT_EQ(PrefixesOf(set, asked), expected);
  }
}

}  // namespace
}  // namespace mrg
