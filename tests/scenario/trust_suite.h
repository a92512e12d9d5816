#ifndef MRG_TESTS_SCENARIO_TRUST_SUITE_H_
#define MRG_TESTS_SCENARIO_TRUST_SUITE_H_

// What the suites about trust lists share: a federation whose nodes ask for each other's lists once
// an hour, so that whatever arrives was pushed, and what the Delta makes of the other region's.
//
// Threads: of the test's main thread.

#include <fstream>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"

namespace mrg {

inline constexpr char kPollHourly[] = "poll_period { seconds: 3600 }";
// A timestamp that ends soon after its node does.
inline constexpr char kShortTimestamps[] =
    "lifetimes { timestamp { valid { seconds: 5 } renew_after { seconds: 1 } } }";

class TrustSuite : public FederationSuite {
 protected:
  static void SetUpTestSuite() {
    FederationOptions options;
    options.every_config = kPollHourly;
    StartOnce(std::move(options));
  }

  // The answer in `using_side` to a sound licence of `issuing`.
  static std::string AnswerIn(absl::string_view using_side, absl::string_view issuing) {
    return AnswerTo(
        federation().Api(MemberOf(using_side), absl::StrCat("platform-", using_side)),
        Question(using_side, issuing,
                 SignedBy(*IssuerKey(federation(), "issuer", issuing), DrivingLicence(issuing))));
  }

  // Publishes the next version of the jurisdiction's role without other change. Result: its
  // version.
  static int64_t PublishAnew(const std::string& jurisdiction) {
    const std::string member = MemberOf(jurisdiction);
    const std::string role = "j-" + jurisdiction;
    EXPECT_TRUE(federation().Trust(member, {"renew", "--role", role}).ok());
    EXPECT_TRUE(federation().Sign(member, role).ok());
    const absl::Status published = federation().Publish(member);
    EXPECT_TRUE(published.ok()) << published;
    return federation().VersionAt(member, member, role);
  }

  // Has the hub publish `bytes` as its list of members, and waits until the Delta has it in force.
  static void PublishFederationList(const std::string& bytes) {
    const std::string file = absl::StrCat(federation().folder(), "/federation-list");
    std::ofstream(file) << bytes;
    EXPECT_TRUE(federation().Trust(kHub, {"stage", "--target", "federation", "--file", file}).ok());
    EXPECT_TRUE(federation().Sign(kHub, "targets").ok());
    EXPECT_TRUE(federation().Publish(kHub).ok());
    EXPECT_TRUE(federation().WaitForVersion(kDelta, kHub, "targets",
                                            federation().VersionAt(kHub, kHub, "targets")));
  }

  // What the Delta has in force of the other region.
  static std::string InForce() {
    std::string versions;
    for (const char* role :
         {"root", "timestamp", "snapshot", "targets", "status", "j-50", "j-51"}) {
      absl::StrAppend(&versions, role, " ", federation().VersionAt(kDelta, kChuanyu, role), "\n");
    }
    return versions;
  }

  // How often the Delta has refused what it was served of the other region.
  static int Refusals(absl::string_view reason) {
    const std::string counter = absl::StrCat("mrg_trust_refreshes_total{publisher=\"", kChuanyu,
                                             "\",result=\"", reason, "\"} ");
    for (absl::string_view line : absl::StrSplit(federation().Metrics(kDelta), '\n')) {
      double count = 0;
      if (absl::ConsumePrefix(&line, counter) && absl::SimpleAtod(line, &count)) {
        return static_cast<int>(count);
      }
    }
    return 0;
  }

  // Of what is served from now on: a refresh of what was served before may still be under way.
  static bool WaitForRefusal(absl::string_view reason) {
    const int before = Refusals(reason);
    return WaitUntil([&] { return Refusals(reason) >= before + 2; });
  }
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_TRUST_SUITE_H_
