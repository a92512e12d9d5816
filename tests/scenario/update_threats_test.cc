// What befalls a node while it follows a peer: it is killed at any moment, its disk is full, its
// clock jumps. What is in force afterwards is what the peer published at one moment, and never
// older than before. MRG_SEED repeats a run's choices; the moments also depend on the machine.

#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/clock_shift.h"
#include "tests/scenario/fake_peer.h"
#include "tests/scenario/steady_publisher.h"
#include "tests/scenario/stored_in_force.h"
#include "tests/scenario/trust_suite.h"

namespace mrg {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int kKills = 25;
// A kill comes after so many looks at the node, each a millisecond or two; a refresh takes some.
constexpr int kLooksMax = 30;
// Everything that people or nodes sign ends within a year.
constexpr absl::Duration kYearAhead = absl::Hours(24 * 366);
constexpr absl::Duration kMonthAhead = absl::Hours(24 * 30);
constexpr char kPollOften[] = "poll_period { nanos: 300000000 }";

class Threat : public TrustSuite {
 protected:
  static void SetUpTestSuite() {
    clock_ = std::make_unique<ClockShift>(absl::StrCat(testing::TempDir(), "/clock-shift"));
    FederationOptions options;
    options.every_config = kPollOften;
    std::vector<std::string>& run_by = options.run_by[kDelta];
    run_by = clock_->RunBy();
    // A file that grows too long is an error to the node, as a full disk is.
    run_by.insert(run_by.begin() + 1, "--ignore-signal=XFSZ");
    StartOnce(std::move(options));
  }

  void SetUp() override {
    TrustSuite::SetUp();
    const char* given = std::getenv("MRG_SEED");
    uint64_t seed = 0;
    if (given == nullptr || !absl::SimpleAtoi(given, &seed)) seed = std::random_device()();
    std::cout << "MRG_SEED=" << seed << std::endl;
    random_.seed(seed);
  }

  static Versions AtTheDelta() {
    const auto state = federation().TrustState(kDelta);
    if (!state.ok()) return {};
    for (const auto& publisher : state->publishers()) {
      if (publisher.publisher() == kChuanyu) return VersionsOf(publisher.roles());
    }
    return {};
  }

  // What the Delta's node, which does not run, has stored as in force.
  static Versions OnDisk() { return StoredInForce(federation().Path(kDelta, "data"), kChuanyu); }

  // The answer in 31 to a licence of 50 that its further issuer signed.
  static std::string AnswerToTheFurtherIssuer() {
    return AnswerTo(
        federation().Api(kDelta, "platform-31"),
        Question("31", "50",
                 SignedBy(*IssuerKey(federation(), "unlisted", "50"), DrivingLicence("50"))));
  }

  static void ExpectCaughtUpWith(const Versions& newest) {
    EXPECT_TRUE(WaitUntil([&] { return AtTheDelta() == newest; }))
        << federation().LastRefusalAt(kDelta, kChuanyu);
    EXPECT_TRUE(WaitUntil([] { return federation().IsReady(kDelta); }));
    EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
    EXPECT_EQ(AnswerToTheFurtherIssuer(), SteadyPublisher::TheFurtherIssuerIsGood(newest)
                                              ? "RECOGNIZED"
                                              : "NOT_RECOGNIZED ISSUER_SUSPENDED");
  }

  // How long what `follower` has of the Delta's is to be believed.
  static absl::Duration TimestampEndsIn(const std::string& follower) {
    const auto state = federation().TrustState(follower);
    if (!state.ok()) return absl::ZeroDuration();
    for (const auto& publisher : state->publishers()) {
      if (publisher.publisher() != kDelta) continue;
      for (const auto& role : publisher.roles()) {
        if (role.role() == "timestamp") return ToTime(role.expires()) - RealClock().Now();
      }
    }
    return absl::ZeroDuration();
  }

  static void LimitFileSize(rlim_t bytes) {
    rlimit limit{};
    ASSERT_EQ(prlimit(federation().PidOf(kDelta), RLIMIT_FSIZE, nullptr, &limit), 0);
    limit.rlim_cur = std::min(bytes, limit.rlim_max);
    ASSERT_EQ(prlimit(federation().PidOf(kDelta), RLIMIT_FSIZE, &limit, nullptr), 0);
  }

  int Random(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }

  static inline std::unique_ptr<ClockShift> clock_;
  std::mt19937_64 random_;
};

TEST_F(Threat, T10_KilledAtAnyMomentTheNodeHasWhatWasPublishedAtOne) {
  SteadyPublisher publisher(federation());
  Versions last = AtTheDelta();
  for (int i = 0; i < kKills; ++i) {
    SCOPED_TRACE(absl::StrCat("kill ", i));
    const Versions restarted = AtTheDelta();
    ASSERT_TRUE(WaitUntil([&] { return AtTheDelta() > restarted; })) << "it no longer follows";
    for (int looks = Random(0, kLooksMax); looks > 0; --looks) last = AtTheDelta();
    federation().KillNode(kDelta);

    const Versions on_disk = OnDisk();
    EXPECT_TRUE(publisher.Published(on_disk)) << testing::PrintToString(on_disk);
    EXPECT_GE(on_disk.at("timestamp"), last.at("timestamp"));
    ASSERT_TRUE(federation().StartNode(kDelta).ok());
    const Versions in_force = AtTheDelta();
    EXPECT_TRUE(publisher.Published(in_force)) << testing::PrintToString(in_force);
    EXPECT_GE(in_force.at("timestamp"), on_disk.at("timestamp"));
    if (HasFailure()) return;
  }

  ExpectCaughtUpWith(publisher.End());
}

TEST_F(Threat, T10_AFullDiskLeavesTheLastCompletePublicationInForce) {
  const Versions before = AtTheDelta();
  ASSERT_FALSE(before.empty());
  LimitFileSize(1);
  SteadyPublisher publisher(federation());

  EXPECT_TRUE(WaitForRefusal("STORE_UNAVAILABLE")) << federation().LastRefusalAt(kDelta, kChuanyu);

  EXPECT_EQ(AtTheDelta(), before);
  federation().KillNode(kDelta);
  EXPECT_EQ(OnDisk(), before);
  ASSERT_TRUE(federation().StartNode(kDelta).ok());
  ExpectCaughtUpWith(publisher.End());
}

TEST_F(Threat, T11_AYearAheadAllTrustHasEndedAndComesBackWithTheClock) {
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
  ASSERT_TRUE(WaitUntil([] { return AnswerIn("31", "50") == "RECOGNIZED"; }));
  const std::string in_force = InForce();

  clock_->Set(kYearAhead);

  EXPECT_TRUE(WaitForRefusal("METADATA_EXPIRED")) << federation().LastRefusalAt(kDelta, kChuanyu);
  EXPECT_EQ(InForce(), in_force);
  // Both others say that the clock is wrong: nothing is decided, with or without ended lists.
  EXPECT_TRUE(WaitUntil([] { return !federation().IsReady(kDelta); }));
  for (const char* issuing : {"50", "32"}) {
    EXPECT_EQ(AnswerIn("31", issuing), "NODE_NOT_READY") << issuing;
  }
  EXPECT_TRUE(WaitUntil([] {
    const std::string log = federation().LogOf(kDelta);
    return absl::StrContains(log, "\"event\":\"trust_renewal_failed\"") &&
           absl::StrContains(log, "\"event\":\"trust_runs_out\"");
  }));
  EXPECT_THAT(federation().Metrics(kDelta),
              HasSubstr("mrg_trust_expires_seconds{publisher=\"hub\",role=\"root\"} -"));

  clock_->Set(absl::ZeroDuration());

  EXPECT_TRUE(WaitUntil(
      [] { return AnswerIn("31", "50") == "RECOGNIZED" && AnswerIn("31", "32") == "RECOGNIZED"; }));
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
}

TEST_F(Threat, T11_ADayBackNothingOlderIsTaken) {
  const RepositoryMoment old = MomentOf(federation(), kChuanyu);
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
  const std::string in_force = InForce();

  clock_->Set(-absl::Hours(24));
  EXPECT_TRUE(WaitUntil([] {
    return absl::StrContains(federation().Metrics(kDelta),
                             "mrg_clock_steps_total{direction=\"back\"} ");
  }));
  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("\"event\":\"clock_stepped\""));
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  {
    const FakePeer fake(federation(), kChuanyu, old);

    EXPECT_TRUE(WaitForRefusal("METADATA_ROLLBACK"))
        << federation().LastRefusalAt(kDelta, kChuanyu);

    EXPECT_EQ(InForce(), in_force);
  }

  clock_->Set(absl::ZeroDuration());
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("31", "50") == "RECOGNIZED"; }));
}

TEST_F(Threat, T11_M13_AClockThatTwoOthersContradictIsNotReadyAndOneOfThreeTroublesNobody) {
  const auto doubts = [](const std::string& member) {
    const auto state = federation().TrustState(member);
    return state.ok() ? absl::StrJoin(state->not_ready_reasons(), " ") : "";
  };
  ASSERT_TRUE(WaitUntil([] { return federation().IsReady(kDelta); }));

  clock_->Set(absl::Seconds(10));

  EXPECT_TRUE(WaitUntil([] { return !federation().IsReady(kDelta); }));
  EXPECT_THAT(doubts(kDelta),
              AllOf(HasSubstr("NODE_NOT_READY: the clock is "), HasSubstr(" s ahead of those of "),
                    HasSubstr(kHub), HasSubstr(kChuanyu)));
  for (const char* member : {kHub, kChuanyu}) {
    EXPECT_TRUE(WaitUntil([&] {
      return absl::StrContains(federation().LogOf(member), "\"event\":\"peer_clock_differs\"");
    })) << member;
    EXPECT_TRUE(federation().IsReady(member)) << doubts(member);
  }

  clock_->Set(absl::ZeroDuration());

  EXPECT_TRUE(WaitUntil([] { return federation().IsReady(kDelta); })) << doubts(kDelta);
}

TEST_F(Threat, T11_L8_ARequestIsAnsweredOnceAlthoughTheClockJumpsTwoDays) {
  const auto platform = federation().Api(kDelta, "platform-31");
  const auto request = Question(
      "31", "32", SignedBy(*IssuerKey(federation(), "issuer", "32"), DrivingLicence("32")));
  gateway::v1::RecognizeResponse first, again;
  ASSERT_TRUE(WaitUntil([] { return federation().IsReady(kDelta); }));
  ASSERT_TRUE(Recognize(platform, request, &first).ok());
  const uint64_t size = federation().LogSize(kDelta);

  clock_->Set(absl::Hours(48));
  ASSERT_TRUE(WaitUntil([] { return !federation().IsReady(kDelta); }));
  clock_->Set(absl::ZeroDuration());
  ASSERT_TRUE(WaitUntil([] { return federation().IsReady(kDelta); }));

  ASSERT_TRUE(Recognize(platform, request, &again).ok());
  EXPECT_EQ(again.receipt().index(), first.receipt().index());
  EXPECT_EQ(federation().LogSize(kDelta), size);
}

TEST_F(Threat, T11_WhatANodeSignedAMonthAheadIsSignedAnewOnceItsClockIsRight) {
  clock_->Set(kMonthAhead);
  ASSERT_TRUE(WaitUntil([] { return TimestampEndsIn(kChuanyu) > kMonthAhead; }));

  clock_->Set(absl::ZeroDuration());

  EXPECT_TRUE(WaitUntil([] { return TimestampEndsIn(kChuanyu) <= absl::Hours(1); }))
      << "followers would take it for fresh for a month";
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("50", "31") == "RECOGNIZED"; }));
}

}  // namespace
}  // namespace mrg
