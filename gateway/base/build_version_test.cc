#include "gateway/base/build_version.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(BuildVersion, IsThatOfARelease) {
  EXPECT_THAT(std::string(BuildVersion().text()),
              ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

TEST(BuildVersion, TheCommitOfAProgramThatIsNotHandedOutIsUnknown) {
  EXPECT_EQ(BuildRevision().text(), "unknown");
}

}  // namespace
}  // namespace mrg
