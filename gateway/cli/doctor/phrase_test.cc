#include "gateway/cli/doctor/phrase.h"

#include "gateway/cli/words.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::EndsWith;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Phrase, HasItsNamesWhereTheLanguageWantsThem) {
  const Phrase room("$0 MiB of $1 MiB are free", {"7", "9"});

  EXPECT_EQ(room.English(), "7 MiB of 9 MiB are free");
  EXPECT_EQ(room.In(Language::kChinese), "共 9 MiB，可用 7 MiB");
}

TEST(Phrase, ANameIsTakenAsItIs) {
  const Phrase phrase("no node of $0 was reached at $1", {"$1", "here"});

  EXPECT_EQ(phrase.English(), "no node of $1 was reached at here");
}

TEST(Phrase, OfAReasonSaysItInChineseAndKeepsTheDetail) {
  const Phrase known = Phrase::OfReason("NODE_NOT_READY: no lists yet");
  EXPECT_EQ(known.English(), "NODE_NOT_READY: no lists yet");
  EXPECT_THAT(known.In(Language::kChinese), EndsWith("（NODE_NOT_READY: no lists yet）"));
  EXPECT_THAT(known.In(Language::kChinese), Not(StartsWith("（")));

  EXPECT_EQ(Phrase::OfReason("of another version").In(Language::kChinese), "of another version");
}

}  // namespace
}  // namespace mrg
