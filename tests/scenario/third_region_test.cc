// A third region joins a federation that runs, by configuration and signing ceremonies alone. The
// binaries know nothing of it.

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"

namespace mrg {
namespace {

class ThirdRegionScenario : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  // The answer in `using_side` to a sound licence of `issuing`.
  static std::string AnswerIn(const std::string& using_side, const std::string& issuing) {
    return AnswerTo(
        federation().Api(MemberOf(using_side), absl::StrCat("platform-", using_side)),
        Question(using_side, issuing,
                 SignedBy(*IssuerKey(federation(), "issuer", issuing), DrivingLicence(issuing))));
  }
};

TEST_F(ThirdRegionScenario, ARegionThatIsAddedByConfigurationAloneIsRecognisedAndRecognises) {
  const absl::Status added = federation().AddThirdRegion();
  ASSERT_TRUE(added.ok()) << added;
  EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED") << "nothing is in force yet";

  // The hub admits it, the Delta agrees with it, and both are told where it is.
  for (const char* member : {kHub, kDelta}) {
    const absl::Status published = federation().Publish(member);
    ASSERT_TRUE(published.ok()) << published;
    ASSERT_EQ(federation().StopNode(member), 0);
    const absl::Status restarted = federation().StartNode(member);
    ASSERT_TRUE(restarted.ok()) << restarted;
  }
  const absl::Status started = federation().StartNode(kPearlRiver);
  ASSERT_TRUE(started.ok()) << started;
  ASSERT_TRUE(federation().WaitForVersion(kPearlRiver, kHub, "timestamp", 1));
  const absl::Status published = federation().Publish(kPearlRiver);
  ASSERT_TRUE(published.ok()) << published;

  EXPECT_TRUE(federation().WaitForVersion(kPearlRiver, kDelta, "timestamp", 1));
  EXPECT_TRUE(federation().WaitForVersion(kHub, kPearlRiver, "j-44", 1));
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kPearlRiver, "j-44", 1));
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("31", "44") == "RECOGNIZED"; }))
      << AnswerIn("31", "44") << federation().LogOf(kDelta);
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("44", "31") == "RECOGNIZED"; }))
      << AnswerIn("44", "31") << federation().LogOf(kPearlRiver);
  EXPECT_TRUE(federation().IsReady(kPearlRiver));
  // Who has no agreement with it, or does not know it, does not recognise it; what was there
  // before goes on.
  EXPECT_EQ(AnswerIn("32", "44"), "NO_RULE AGREEMENT_NOT_IN_FORCE");
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("50", "44") == "STALE_TRUST TRUST_MISSING"; }))
      << "the hub's list says whose it is: " << AnswerIn("50", "44");
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("31", "50") == "RECOGNIZED"; }));
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("50", "31") == "RECOGNIZED"; }));
}

}  // namespace
}  // namespace mrg
