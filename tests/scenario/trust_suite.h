#ifndef MRG_TESTS_SCENARIO_TRUST_SUITE_H_
#define MRG_TESTS_SCENARIO_TRUST_SUITE_H_

// What the suites of trust_scenario_test share: a federation whose nodes ask for each other's lists
// once an hour, so that whatever arrives was pushed.
//
// Threads: of the test's main thread.

#include <string>

#include "tests/scenario/federation_suite.h"
#include "tests/scenario/licences.h"

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
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_TRUST_SUITE_H_
