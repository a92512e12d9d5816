#include "trustlist/format/pattern_index.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/format/path_pattern.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr size_t kPatterns = 1023;
constexpr size_t kPaths = 9000;

// An index of patterns, the owner of each being its place.
struct Index {
  Index(std::vector<std::string> list)
      : patterns(std::move(list)), index(Owned(patterns)) {}  // NOLINT

  static std::vector<OwnedText> Owned(const std::vector<std::string>& texts) {
    std::vector<OwnedText> owned;
    for (const std::string& text : texts) {
      owned.push_back({text, static_cast<uint32_t>(owned.size())});
    }
    return owned;
  }
  Owners Find(absl::string_view path, MatchWork* work) const {
    SoughtPath sought(path);
    Owners owners;
    index.AddOwners(&sought, work, &owners);
    return owners;
  }
  Owners Find(absl::string_view path) const {
    MatchWork work;
    return Find(path, &work);
  }

  const std::vector<std::string> patterns;
  const PathPatternIndex index;
};

TEST(PatternIndex, FindsAPatternByEitherEnd) {
  const Index index({"31/*", "*.tar", "a/?/*-x", "federation", "31/issuers", ""});

  EXPECT_THAT(index.Find("31/issuers"), ElementsAre(0, 4));
  EXPECT_THAT(index.Find("b.tar"), ElementsAre(1));
  EXPECT_THAT(index.Find("a/b/c-x"), ElementsAre(2));
  EXPECT_THAT(index.Find("federation"), ElementsAre(3));
  EXPECT_THAT(index.Find(""), ElementsAre(5));
  for (const char* path : {"federation2", "31/packs/x", "a/b.tar", "x"}) {
    EXPECT_THAT(index.Find(path), IsEmpty()) << path;
  }
  EXPECT_THAT(Index({}).Find(""), IsEmpty());
}

TEST(PatternIndex, AnOwnerOfManyPatternsIsAskedUntilOneMatches) {
  const PathPatternIndex index({{"*a*", 7}, {"*a*b", 7}, {"*b", 7}, {"*b*", 3}});
  SoughtPath path("ab");
  MatchWork work;
  Owners owners;

  index.AddOwners(&path, &work, &owners);

  EXPECT_THAT(owners, ElementsAre(3, 7));
  EXPECT_EQ(work.comparisons(), 2u);
}

TEST(PatternIndex, AgreesWithATryOfEachPattern) {
  std::mt19937 random(8);
  const auto text = [&random](absl::string_view letters, size_t length_max) {
    std::string made;
    for (size_t left = random() % (length_max + 1); left > 0; --left) {
      made.push_back(letters[random() % letters.size()]);
    }
    return made;
  };
  int matched = 0;
  for (int i = 0; i < 10000; ++i) {
    std::vector<std::string> patterns;
    for (size_t left = random() % 8; left > 0; --left) patterns.push_back(text("aabb*?[]/", 7));
    const std::string path = text("ab[]/", 6);
    MatchWork work;

    Owners expected;
    for (size_t place = 0; place < patterns.size(); ++place) {
      if (MatchesPathPattern(patterns[place], path, &work)) {
        expected.insert(static_cast<uint32_t>(place));
      }
    }

    ASSERT_EQ(Index(patterns).Find(path), expected) << path;
    if (!expected.empty()) ++matched;
  }
  EXPECT_GT(matched, 500);
}

TEST(PatternIndex, HashPrefixesAreThoseOfThePath) {
  SoughtPath path("31/issuers");
  MatchWork work;
  const std::string hash = path.hash();
  const std::vector<std::string> prefixes = {
      "zz", hash.substr(0, 3), "", hash.substr(1, 3), hash + "0", hash, hash.substr(0, 3)};
  Owners owners;

  HashPrefixIndex(Index::Owned(prefixes)).AddOwners(&path, &work, &owners);

  EXPECT_THAT(owners, ElementsAre(1, 2, 5, 6));
}

// Comparisons that kPaths paths of the form `path(i)` cost.
size_t Comparisons(const Index& index, std::string (*path)(size_t)) {
  MatchWork work;
  for (size_t i = 0; i < kPaths; ++i) index.Find(path(i), &work);
  EXPECT_TRUE(work.Check().ok());
  return work.comparisons();
}

TEST(Fault, H8_EachPathIsComparedOnlyWithPatternsOfItsEnds) {
  const auto path = [](size_t i) { return absl::StrCat("common/", i % 2000, "/x-", i % 2000); };
  std::vector<std::string> heads;
  std::vector<std::string> tails;
  std::vector<std::string> plain;
  std::vector<std::string> deeper;
  for (size_t i = 0; i < kPatterns; ++i) {
    heads.push_back(absl::StrCat("common/", i, "/*"));
    tails.push_back(absl::StrCat("common/*/?-", i));
    plain.push_back(absl::StrCat("common/", i, "/x-", i));
    deeper.push_back(absl::StrCat("common/*/*/", i, "*"));
  }

  EXPECT_LE(Comparisons(Index(heads), path), kPaths);
  // "12" also ends with "2", but there is a '-' before it.
  EXPECT_LE(Comparisons(Index(tails), path), kPaths);
  EXPECT_LE(Comparisons(Index(plain), path), kPaths);
  EXPECT_EQ(Comparisons(Index(deeper), path), 0U);
}

TEST(Fault, H8_PatternsThatEveryPathMustTryAreCutAtTheBound) {
  std::vector<std::string> patterns;
  for (size_t i = 0; i < kPatterns; ++i) patterns.push_back(absl::StrCat("*a*a*a*", i, "*"));
  const Index index(std::move(patterns));
  const std::string path(250, 'a');
  MatchWork work;

  size_t tried = 0;
  while (work.Check().ok() && tried < kPaths) {
    EXPECT_THAT(index.Find(path, &work), IsEmpty());
    ++tried;
  }

  EXPECT_EQ(ReasonOf(work.Check()), Reason::kMetadataTooLong);
  EXPECT_LE(work.comparisons(), kMatchStepsMax / path.size());
}

}  // namespace
}  // namespace mrg
