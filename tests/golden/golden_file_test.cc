#include "tests/golden/golden_file.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(GoldenFile, DifferenceFailsAndSaysHowToRewrite) {
  unsetenv("MRG_GOLDEN_WRITE");

  EXPECT_NONFATAL_FAILURE(ExpectGolden("tests/golden/no_such_file.md", "text"),
                          "./tests/run --golden");
}

TEST(GoldenFile, RewriteStoresTheTextAndThenItHolds) {
  const std::string folder = std::string(std::getenv("TEST_TMPDIR")) + "/golden";
  setenv("MRG_GOLDEN_WRITE", folder.c_str(), 1);

  ExpectGolden("sub/page.md", "text\n");

  unsetenv("MRG_GOLDEN_WRITE");
  std::ifstream in(folder + "/sub/page.md");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "text\n");
}

}  // namespace
}  // namespace mrg
