#include "gateway/cli/display.h"

#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(Fault, B04_OnlyALiteralOfOursBreaksALine) {
  std::ostringstream stream;
  Display out(&stream);
  const std::string name = "a\n  unchanged\x1b[8m";
  const char* const pointer = "b\nc";

  out << "name: " << name << ", " << absl::string_view(name) << ", " << pointer << ", " << 7
      << "\n";

  EXPECT_EQ(stream.str(),
            "name: a\\u{0A}  unchanged\\u{1B}[8m, a\\u{0A}  unchanged\\u{1B}[8m, b\\u{0A}c, 7\n");
}

TEST(Fault, B04_LinesOfOursKeepTheirBreaksAndNothingElse) {
  std::ostringstream stream;
  Display out(&stream);

  out.ShowLines("one\ntwo\x1b\n");

  EXPECT_EQ(stream.str(), "one\ntwo\\u{1B}\n");
}

}  // namespace
}  // namespace mrg
