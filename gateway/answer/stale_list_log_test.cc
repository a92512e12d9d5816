#include "gateway/answer/stale_list_log.h"

#include "gateway/base/testing/kept_events.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(StaleListLog, TellsEachEndOfAListOnce) {
  KeptEvents events;
  StaleListLog log(&events);
  const absl::Time end = absl::FromUnixSeconds(1800000000);

  for (int i = 0; i < 3; ++i) log.Tell({"chuanyu", "timestamp", end});
  EXPECT_THAT(events.Take(), ElementsAre(HasSubstr(
                                 "\"event\":\"trust_stale\",\"publisher\":\"chuanyu\",\"role\":"
                                 "\"timestamp\",\"held_until\":\"2027-01-15T08:00:00.000000Z\"")));

  log.Tell({"chuanyu", "timestamp", end + absl::Hours(1)});
  log.Tell({"hub", "", std::nullopt});
  log.Tell({"hub", "", std::nullopt});
  EXPECT_THAT(events.Take(),
              ElementsAre(HasSubstr("2027-01-15T09:00:00"), Not(HasSubstr("held_until"))));

  log.Tell({"chuanyu", "timestamp", end + absl::Hours(1)});
  EXPECT_THAT(events.Take(), IsEmpty());
}

}  // namespace
}  // namespace mrg
