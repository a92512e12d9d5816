// Proves that clock, threads, locks, environment and randomness are used only where they belong.

#include "tests/architecture/forbidden_calls.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> In(std::string path, std::string content) {
  return ForbiddenCalls({{std::move(path), std::move(content)}});
}

TEST(ForbiddenCalls, NoneInTheSource) {
  const std::vector<std::string> found = ForbiddenCalls(WorkspaceFiles());

  EXPECT_TRUE(found.empty()) << Lines(found);
}

TEST(ForbiddenCalls, ClockOutsideRealClockIsNamedWithItsReplacement) {
  EXPECT_THAT(In("gateway/rpc/a.cc", "\nauto t = absl::Now();\n"),
              ElementsAre(AllOf(HasSubstr("gateway/rpc/a.cc:2: absl::Now"),
                                HasSubstr("gateway/base/clock.h"))));
  EXPECT_THAT(In("tests/scenario/a_test.cc", "std::chrono::steady_clock::now();"),
              ElementsAre(HasSubstr("steady_clock")));
  EXPECT_THAT(In("gateway/base/real_clock.cc", "return absl::Now();"), IsEmpty());
}

TEST(ForbiddenCalls, SleepIsRefusedInTestsToo) {
  EXPECT_THAT(In("gateway/rpc/a_test.cc", "absl::SleepFor(d);"), ElementsAre(HasSubstr("Sleep")));
  EXPECT_THAT(In("tests/a.cc", "sleep(1);"), ElementsAre(HasSubstr("sleep")));
}

TEST(ForbiddenCalls, ThreadIsForDaemonAndTests) {
  EXPECT_THAT(In("gateway/rpc/a.cc", "std::thread t;"), ElementsAre(HasSubstr("RunOnce")));
  EXPECT_THAT(In("gateway/daemon/a.cc", "std::thread t;"), IsEmpty());
  EXPECT_THAT(In("gateway/rpc/a_test.cc", "std::thread t;"), IsEmpty());
}

TEST(ForbiddenCalls, LockExceptionCastEnvironmentAndRandomnessAreRefused) {
  for (const char* code : {"std::mutex m;", "absl::Mutex m;", "throw 1;", "dynamic_cast<A*>(b);",
                           "getenv(\"A\");", "std::mt19937 g;", "x = rand();"}) {
    EXPECT_THAT(In("gateway/snapshot/a.cc", code), ElementsAre(HasSubstr("a.cc:1"))) << code;
  }
}

TEST(ForbiddenCalls, B09_TheLooseParserOfTimesIsForTests) {
  EXPECT_THAT(In("gateway/cli/a.cc", "absl::ParseTime(f, s, &t, &e);"),
              ElementsAre(HasSubstr("ParseInstant")));
  EXPECT_THAT(In("gateway/cli/a_test.cc", "absl::ParseTime(f, s, &t, &e);"), IsEmpty());
}

TEST(ForbiddenCalls, B04_ACommandShowsTextOnlyByItsDisplay) {
  for (const char* code :
       {"std::cout << name;", "void Print(std::ostream& out);", "printf(\"%s\", name);"}) {
    EXPECT_THAT(In("gateway/cli/a_command.cc", code), ElementsAre(HasSubstr("display.h"))) << code;
    EXPECT_THAT(In("gateway/cli/a_command_test.cc", code), IsEmpty()) << code;
  }
}

TEST(ForbiddenCalls, StdStringViewInAHeaderIsRefused) {
  EXPECT_THAT(In("gateway/rpc/a.h", "void F(std::string_view);"),
              ElementsAre(HasSubstr("absl::string_view")));
}

TEST(ForbiddenCalls, CommentsStringsAndOtherNamesAreNotCalls) {
  EXPECT_THAT(In("gateway/rpc/a.cc",
                 "// absl::Now() and throw\nf(\"absl::Now()\", '\"', 1'000); /* sleep(1) */\n"
                 "RAND_bytes(p, 1); operand(x); rethrow(); R\"x(throw \" absl::Now)x\";\n"),
              IsEmpty());
}

}  // namespace
}  // namespace mrg
