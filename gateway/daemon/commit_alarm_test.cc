#include "gateway/daemon/commit_alarm.h"

#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(CommitAlarm, ARowOfFailuresIsToldOnceAndTheNextRowAgain) {
  KeptEvents events;
  CommitAlarm alarm(&events);
  const absl::Status full = MakeError(Reason::kStoreUnavailable, "no space is left");
  alarm.OnGroup(absl::OkStatus());
  EXPECT_THAT(events.Take(), IsEmpty());

  for (int i = 0; i < 3; ++i) alarm.OnGroup(full);
  EXPECT_THAT(events.Take(),
              ElementsAre(AllOf(HasSubstr("log_commit_failed"), HasSubstr("STORE_UNAVAILABLE"))));

  alarm.OnGroup(absl::OkStatus());
  alarm.OnGroup(full);
  EXPECT_THAT(events.Take(), ElementsAre(HasSubstr("log_commit_failed")));
}

}  // namespace
}  // namespace mrg
