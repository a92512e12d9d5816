#include "gateway/rpc/server/failure_log.h"

#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(FailureLog, WhoeverCallsCannotFillTheLogAndWhatIsLeftOutIsCounted) {
  KeptEvents events;
  FailureLog log(&events);
  const absl::Status refused = MakeError(Reason::kIdentityNotListed, "no rule");
  for (int i = 0; i < 1000; ++i) log.WriteRefusedCaller("s/M", refused, absl::Seconds(10));
  EXPECT_THAT(events.Take(), SizeIs(1));

  log.WriteRefusedCaller("s/M", refused, absl::Seconds(11));

  EXPECT_THAT(events.Take(),
              ElementsAre(HasSubstr("\"reason\":\"IDENTITY_NOT_LISTED\",\"suppressed\":999")));
}

TEST(FailureLog, AFailedCallIsToldWithItsRequestId) {
  KeptEvents events;
  FailureLog log(&events);

  log.WriteFailedCall("s/M", "0123", MakeError(Reason::kStoreUnavailable, "disk"),
                      absl::Seconds(1));

  EXPECT_THAT(events.Take(),
              ElementsAre(AllOf(HasSubstr("\"method\":\"s/M\",\"reason\":\"STORE_UNAVAILABLE\""),
                                HasSubstr("\"request_id\":\"0123\""))));
}

TEST(FailureLog, R15_ConnectionsThatEndWithoutACallAreToldTogetherOnceAMinute) {
  KeptEvents events;
  FailureLog log(&events);
  for (int second = 1; second <= 60; ++second) {
    log.CountUnheardConnections("api", 2, absl::Seconds(second));
    log.CountUnheardConnections("federation", 0, absl::Seconds(second));
  }
  EXPECT_THAT(events.Take(), ElementsAre(HasSubstr("\"event\":\"connections_unheard\","
                                                   "\"listener\":\"api\",\"connections\":2")));

  log.CountUnheardConnections("federation", 7, absl::Seconds(60));
  log.CountUnheardConnections("api", 0, absl::Seconds(61));
  log.CountUnheardConnections("api", 0, absl::Seconds(122));

  EXPECT_THAT(events.Take(), ElementsAre(HasSubstr("\"listener\":\"federation\",\"connections\":7"),
                                         HasSubstr("\"listener\":\"api\",\"connections\":118")));
}

TEST(FailureLog, OneKindOfLineDoesNotSilenceAnother) {
  KeptEvents events;
  FailureLog log(&events);
  log.WriteRefusedConnection("api", "address", absl::Seconds(1));
  log.WriteRefusedCaller("s/M", MakeError(Reason::kIdentityInvalid, "x"), absl::Seconds(1));
  EXPECT_THAT(events.Take(), SizeIs(2));
}

}  // namespace
}  // namespace mrg
