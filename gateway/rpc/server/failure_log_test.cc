#include "gateway/rpc/server/failure_log.h"

#include <string>
#include <vector>

#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::HasSubstr;

class KeptEvents : public EventLog {
 public:
  void Write(Event event, EventFields fields) override {
    lines.push_back(EventLine::Of(absl::UnixEpoch(), event, fields));
  }
  std::vector<std::string> lines;
};

TEST(FailureLog, WhoeverCallsCannotFillTheLogAndWhatIsLeftOutIsCounted) {
  KeptEvents events;
  FailureLog log(&events);
  const absl::Status refused = MakeError(Reason::kIdentityNotListed, "no rule");
  for (int i = 0; i < 1000; ++i) log.WriteRefusedCaller("s/M", refused, absl::Seconds(10));
  ASSERT_EQ(events.lines.size(), 1u);

  log.WriteRefusedCaller("s/M", refused, absl::Seconds(11));

  ASSERT_EQ(events.lines.size(), 2u);
  EXPECT_THAT(events.lines[1], HasSubstr("\"reason\":\"IDENTITY_NOT_LISTED\",\"suppressed\":999"));
}

TEST(FailureLog, AFailedCallIsToldWithItsRequestId) {
  KeptEvents events;
  FailureLog log(&events);

  log.WriteFailedCall("s/M", "0123", MakeError(Reason::kStoreUnavailable, "disk"),
                      absl::Seconds(1));

  ASSERT_EQ(events.lines.size(), 1u);
  EXPECT_THAT(events.lines[0], HasSubstr("\"method\":\"s/M\",\"reason\":\"STORE_UNAVAILABLE\""));
  EXPECT_THAT(events.lines[0], HasSubstr("\"request_id\":\"0123\""));
}

TEST(FailureLog, OneKindOfLineDoesNotSilenceAnother) {
  KeptEvents events;
  FailureLog log(&events);
  log.WriteRefusedConnection("api", "address", absl::Seconds(1));
  log.WriteRefusedCaller("s/M", MakeError(Reason::kIdentityInvalid, "x"), absl::Seconds(1));
  EXPECT_EQ(events.lines.size(), 2u);
}

}  // namespace
}  // namespace mrg
