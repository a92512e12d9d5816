#include "gateway/base/event_log.h"

#include <algorithm>
#include <limits>
#include <set>
#include <type_traits>

#include "gateway/base/displayed_text.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixMicros(1700000000123456);

nlohmann::json Parsed(const std::string& line) {
  return nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
}

TEST(Threat, N11_NoTextOfARequestCanBecomeAFieldOfAnEvent) {
  static_assert(!std::is_constructible_v<EventValue, std::string>);
  static_assert(!std::is_constructible_v<EventValue, absl::string_view>);
  static_assert(!std::is_constructible_v<EventValue, const char*>);
  static_assert(std::is_constructible_v<EventValue, MemberId>);
  static_assert(std::is_constructible_v<EventValue, SpiffeId>);

  const Redacted number("310101199003077395");
  const std::string line = EventLine::Of(kNow, Event::kCallFailed, {{"licence", number}});

  EXPECT_THAT(line, Not(HasSubstr("3101")));
  EXPECT_EQ(Parsed(line)["licence"], "[redacted]");
}

TEST(EventLine, IsOneJsonObjectWithTimeLevelEventAndTheFieldsInOrder) {
  const MemberId member = *MemberId::Parse("yangtze-delta");

  const std::string line = EventLine::Of(kNow, Event::kTrustRefreshFailed,
                                         {{"member", member},
                                          {"reason", Reason::kFetchFailed},
                                          {"failures", 3},
                                          {"first", true},
                                          {"since", kNow - absl::Seconds(1)},
                                          {"waited", absl::Milliseconds(1500)}});

  EXPECT_EQ(line,
            "{\"time\":\"2023-11-14T22:13:20.123456Z\",\"level\":\"warning\","
            "\"event\":\"trust_refresh_failed\",\"member\":\"yangtze-delta\","
            "\"reason\":\"FETCH_FAILED\",\"failures\":3,\"first\":true,"
            "\"since\":\"2023-11-14T22:13:19.123456Z\",\"waited\":1.5}");
}

TEST(EventLine, TextThatTriesToEndTheLineStaysInItsField) {
  const std::string text = "a\"b\\c\nd\r\x01\xff\xe2\x80\xa8";

  const std::string line = EventLine::Of(kNow, Event::kListenerBound, {{"address", OwnText(text)}});

  EXPECT_EQ(line.find_first_of("\n\r\x01\xff"), std::string::npos);
  const nlohmann::json parsed = Parsed(line);
  ASSERT_TRUE(parsed.is_object()) << line;
  EXPECT_EQ(parsed["address"], "a\"b\\c\nd\r\x01\xef\xbf\xbd\xe2\x80\xa8");
}

TEST(Fault, B04_ALineShowsNothingThatATerminalHidesOrTurnsRound) {
  const std::string text = "样例\x7f\u009b8m\u202e\u200b\u2028\U000E0041";

  const std::string line = EventLine::Of(kNow, Event::kListenerBound, {{"address", OwnText(text)}});

  EXPECT_TRUE(IsDisplayed(line)) << line;
  EXPECT_THAT(line, HasSubstr(R"("样例\u007f\u009b8m\u202e\u200b\u2028\udb40\udc41")"));
  EXPECT_EQ(Parsed(line)["address"], text);
}

TEST(EventLine, ANumberBeyondTheLargestIsShownAsTheLargest) {
  const std::string line = EventLine::Of(kNow, Event::kNodeServing,
                                         {{"big", std::numeric_limits<uint64_t>::max()},
                                          {"small", std::numeric_limits<int64_t>::min()}});

  EXPECT_EQ(Parsed(line)["big"], std::numeric_limits<int64_t>::max());
  EXPECT_EQ(Parsed(line)["small"], std::numeric_limits<int64_t>::min());
}

TEST(EventTable, TokensAreWellFormedAndNoneIsThereTwice) {
  std::set<absl::string_view> tokens;
  for (uint16_t i = 0; i <= static_cast<uint16_t>(Event::kDisputeDeliveryFailed); ++i) {
    const EventInfo& info = InfoOf(static_cast<Event>(i));
    EXPECT_EQ(static_cast<uint16_t>(info.event), i);
    EXPECT_EQ(info.token.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              absl::string_view::npos);
    EXPECT_LE(info.token.size(), 63u);
    EXPECT_TRUE(tokens.insert(info.token).second) << info.token;
  }
}

TEST(StderrEventLog, WritesNothingBelowItsLevel) {
  const SimulatedClock clock(absl::UnixEpoch());
  StderrEventLog log(&clock);
  ::testing::internal::CaptureStderr();

  log.SetLevel(EventLevel::kWarning);
  log.Write(Event::kNodeServing, {});
  log.Write(Event::kNodeNotReady, {});
  log.SetLevel(EventLevel::kError);
  log.Write(Event::kNodeNotReady, {});
  log.Write(Event::kNodeStartFailed, {});

  const std::string written = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 2) << written;
  EXPECT_THAT(written, Not(HasSubstr("node_serving")));
  EXPECT_THAT(written, HasSubstr("node_start_failed"));
}

TEST(StderrEventLog, WritesOneLineAnEventWithTheClocksTime) {
  SimulatedClock clock(kNow);
  ::testing::internal::CaptureStderr();
  {
    StderrEventLog log(&clock);
    log.Write(Event::kNodeStarting, {});
    clock.Advance(absl::Seconds(1));
    log.WriteFailure(Event::kCallFailed, MakeError(Reason::kConfigInvalid, "role: expected {} %s"));
  }

  const std::string written = ::testing::internal::GetCapturedStderr();

  EXPECT_EQ(written,
            "{\"time\":\"2023-11-14T22:13:20.123456Z\",\"level\":\"info\","
            "\"event\":\"node_starting\"}\n"
            "{\"time\":\"2023-11-14T22:13:21.123456Z\",\"level\":\"error\","
            "\"event\":\"call_failed\",\"reason\":\"CONFIG_INVALID\","
            "\"detail\":\"CONFIG_INVALID: role: expected {} %s\"}\n");
}

TEST(EventLog, AFailureOfALibraryHasACodeAndNoReasonAndABoundedDetail) {
  SimulatedClock clock(kNow);
  const MemberId member = *MemberId::Parse("hub");
  ::testing::internal::CaptureStderr();
  StderrEventLog(&clock).WriteFailure(
      Event::kTrustRefreshFailed, absl::UnavailableError(std::string(5000, 'x')), "member", member);

  const nlohmann::json parsed = Parsed(::testing::internal::GetCapturedStderr());

  EXPECT_EQ(parsed["member"], "hub");
  EXPECT_EQ(parsed["code"], "UNAVAILABLE");
  EXPECT_FALSE(parsed.contains("reason"));
  EXPECT_EQ(parsed["detail"].get<std::string>().size(), 1024u);
}

}  // namespace
}  // namespace mrg
