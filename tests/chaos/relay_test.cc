// Two regions that cannot reach each other, and a hub that both reach: what one publishes comes to
// the other by the hub, and by push, since nodes here ask by themselves once an hour only.

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/chaos/tcp_proxy.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"

namespace mrg {
namespace {

constexpr char kPollHourly[] = "poll_period { seconds: 3600 }";
// Far less than the hour after which a node would ask by itself.
constexpr absl::Duration kPushed = absl::Seconds(20);

class RelayTest : public FederationSuite {
 protected:
  static void SetUpTestSuite() {
    auto proxy = TcpProxy::Start();
    ASSERT_TRUE(proxy.ok()) << proxy.status();
    proxy_ = *std::move(proxy);
    FederationOptions options;
    options.every_config = kPollHourly;
    options.route = [](const Federation& federation, const std::string& from,
                       const std::string& to) -> absl::StatusOr<std::string> {
      const std::string& address = federation.Address(to, "federation");
      if (from == kHub || to == kHub) return address;
      auto link = proxy_->AddLink(address);
      if (!link.ok()) return link.status();
      links_[from] = link->number;
      return link->address;
    };
    StartOnce(std::move(options));
  }

  void SetUp() override {
    FederationSuite::SetUp();
    ASSERT_EQ(links_.size(), 2u);
  }
  void TearDown() override { proxy_->Heal(); }

  static void SetBothWays(LinkFault fault) {
    LinkState state;
    state.fault = fault;
    for (const auto& [from, link] : links_) proxy_->Set(link, state);
  }

  static int64_t PublishAnew(const std::string& jurisdiction) {
    const std::string member = MemberOf(jurisdiction);
    const std::string role = "j-" + jurisdiction;
    EXPECT_TRUE(federation().Trust(member, {"renew", "--role", role}).ok());
    EXPECT_TRUE(federation().Sign(member, role).ok());
    const absl::Status published = federation().Publish(member);
    EXPECT_TRUE(published.ok()) << published;
    return federation().VersionAt(member, member, role);
  }

  // A change of either region is in force in the other; the answers there rest on it.
  static void ExpectLearned() {
    EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50"), kPushed));
    EXPECT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "j-32", PublishAnew("32"), kPushed));
    for (const auto& [using_side, issuing] :
         {std::pair<std::string, std::string>{"31", "50"}, {"50", "32"}}) {
      EXPECT_EQ(AnswerTo(federation().Api(MemberOf(using_side), "platform-" + using_side),
                         Question(using_side, issuing,
                                  SignedBy(*IssuerKey(federation(), "issuer", issuing),
                                           DrivingLicence(issuing)))),
                "RECOGNIZED");
    }
  }

  static inline std::unique_ptr<TcpProxy> proxy_;
  static inline std::map<std::string, size_t> links_;  // between the regions, by who dials
};

TEST_F(RelayTest, ARegionThatReachesOnlyTheHubLearnsOfTheOthersChange) {
  SetBothWays(LinkFault::kCut);

  ExpectLearned();
  // Again, now that the broken link is known to be broken.
  ExpectLearned();
}

TEST_F(RelayTest, ASilentLinkBetweenTheRegionsDoesNotHoldUpWhatTheHubBrings) {
  SetBothWays(LinkFault::kHalfOpen);

  ExpectLearned();
  ExpectLearned();
}

TEST_F(RelayTest, ARegionThatStartsWhileItReachesOnlyTheHubCatchesUp) {
  SetBothWays(LinkFault::kCut);
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  const int64_t published = PublishAnew("50");

  ASSERT_TRUE(federation().StartNode(kDelta).ok());

  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", published, kPushed));
}

}  // namespace
}  // namespace mrg
