#include "gateway/cli/command_line.h"

#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/cli/command.h"
#include "gateway/cli/display.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;

std::string Reported(const absl::Status& status) {
  std::ostringstream text;
  Display err(&text);
  EXPECT_EQ(Report(status, err), status.ok() ? kExitOk : kExitFailed);
  return text.str();
}

TEST(Report, SuccessSaysNothing) { EXPECT_EQ(Reported(absl::OkStatus()), ""); }

TEST(Report, AReasonIsSaidInBothLanguages) {
  const ReasonInfo& info = InfoOf(Reason::kNodeNotReady);
  EXPECT_EQ(Reported(MakeError(Reason::kNodeNotReady, "why")),
            absl::StrCat("mrgctl: NODE_NOT_READY: why (", info.chinese,
                         ")\n  next 下一步: ", info.next_step, " (", info.next_step_zh, ")\n"));
}

TEST(Report, AnEmptyMessageIsNeverAnAnswer) {
  EXPECT_THAT(Reported(absl::UnimplementedError("")), HasSubstr("does not have this call"));
  EXPECT_EQ(Reported(absl::UnavailableError("")),
            "mrgctl: the node answered UNAVAILABLE and said no more\n");
}

}  // namespace
}  // namespace mrg
