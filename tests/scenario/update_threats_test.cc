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

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/scenario/clock_shift.h"
#include "tests/scenario/fake_peer.h"
#include "tests/scenario/steady_publisher.h"
#include "tests/scenario/stored_in_force.h"
#include "tests/scenario/trust_suite.h"
#include "tests/scenario/wait_until.h"

namespace mrg {
namespace {

using testing::HasSubstr;

constexpr int kKills = 25;
// A kill comes after so many looks at the node, each a millisecond or two; a refresh takes some.
constexpr int kLooksMax = 30;
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
    EXPECT_EQ(AnswerToTheFurtherIssuer(), SteadyPublisher::ListsTheFurtherIssuer(newest)
                                              ? "RECOGNIZED"
                                              : "NOT_RECOGNIZED ISSUER_NOT_LISTED");
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
  Versions last;
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

}  // namespace
}  // namespace mrg
