// A member's node that answers with whatever costs the asker most, and then not at all (N05):
// what the Delta's node owes others, its own signatures and its end, waits for none of it.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/silent_peer.h"
#include "tests/scenario/trust_suite.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;

constexpr char kExchangeHeads[] = "/mrg.trustlist.v1.TrustRepositoryService/ExchangeHeads";
constexpr int kInventedHeads = 40000;

// Heads of the hub's first root, each with another digest than the root has.
std::string InventedHeads() {
  trustlist::v1::ExchangeHeadsResponse answer;
  for (int i = 0; i < kInventedHeads; ++i) {
    trustlist::v1::Head* const head = answer.add_heads();
    head->set_publisher(kHub);
    head->set_root_version(1);
    head->set_role("root");
    head->set_version(1);
    std::string digest = absl::StrCat(i);
    digest.resize(32, 'x');
    head->set_signed_sha256(digest);
  }
  return answer.SerializeAsString();
}

class Threat : public TrustSuite {
 protected:
  static void SetUpTestSuite() {
    FederationOptions options;
    options.every_config = absl::StrCat(kShortTimestamps, " poll_period { seconds: 1 }");
    // Without a contact of its own the hub's list may move its address.
    options.before_publish = [](Federation& federation) -> absl::Status {
      const absl::Status removed = federation.Trust(kChuanyu, {"stage", "--remove", "contact"});
      return removed.ok() ? federation.Sign(kChuanyu, "targets") : removed;
    };
    StartOnce(std::move(options));
  }

  // Has the hub's list say that Sichuan-Chongqing's node is found at `endpoint`.
  static void Move(const std::string& endpoint) {
    trustlist::v1::Federation list;
    ASSERT_TRUE(list.ParseFromString(
        ReadTestFile(federation().Path(kHub, "repository/targets/federation"))));
    for (auto& member : *list.mutable_members()) {
      if (member.member() == kChuanyu) member.set_endpoints(0, endpoint);
    }
    ASSERT_TRUE(federation().Stage(kHub, {"--federation"}, list.DebugString()).ok());
    ASSERT_TRUE(federation().Sign(kHub, "targets").ok());
    ASSERT_TRUE(federation().Publish(kHub).ok());
  }

  static bool HasRenewedItsTimestamp() {
    const int64_t before = federation().VersionAt(kDelta, kDelta, "timestamp");
    return WaitUntil(
        [&] { return federation().VersionAt(kDelta, kDelta, "timestamp") >= before + 3; });
  }
};

TEST_F(Threat, N05_H5_APeerThatInventsHeadsAndStallsHoldsUpNeitherItsMoveNorRenewalNorTheEnd) {
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  const SilentPeer peer(federation(), kChuanyu, {{kExchangeHeads, InventedHeads()}});
  ASSERT_TRUE(WaitUntil([&] { return peer.Answered(kExchangeHeads) > 0; }));
  EXPECT_TRUE(HasRenewedItsTimestamp());

  Move("127.0.0.1:1");

  EXPECT_TRUE(WaitUntil(
      [] { return absl::StrContains(federation().LogOf(kDelta), "\"event\":\"peer_moved\""); }));
  EXPECT_TRUE(HasRenewedItsTimestamp());
  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED") << "its own lists are fresh";

  Move(federation().Address(kChuanyu, "federation"));
  const size_t answered = peer.Answered(kExchangeHeads);
  ASSERT_TRUE(WaitUntil([&] { return peer.Answered(kExchangeHeads) > answered; }));

  EXPECT_EQ(federation().StopNode(kDelta), 0);
}

}  // namespace
}  // namespace mrg
