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

TEST(Display, InTheFormOfJsonShowsNothingElse) {
  std::ostringstream stream;
  Display out(&stream);

  out.ShowJsonLine("{}");
  out.SetForm(Display::Form::kJson);
  out << "text " << 7;
  out.ShowLines("more\n");
  out.ShowJsonLine("{\"a\":1}");

  EXPECT_EQ(stream.str(), "{\"a\":1}\n");
}

TEST(Display, ProgressIsSeenOnATerminalOnlyAndGoesWithTheNextText) {
  std::ostringstream stream, terminal;
  {
    Display out(&stream, &terminal);
    out.ShowProgress("sent 1 MiB");
    out.ShowProgress("sent 2 MiB\n");
    out << "done\n";
    Display nobody(&stream);
    nobody.ShowProgress("sent 3 MiB");
  }

  EXPECT_EQ(stream.str(), "done\n");
  EXPECT_EQ(terminal.str(), "\r\x1b[Ksent 1 MiB\r\x1b[Ksent 2 MiB\\u{0A}\r\x1b[K");
}

}  // namespace
}  // namespace mrg
