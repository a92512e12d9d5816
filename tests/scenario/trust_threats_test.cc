// Attacks on the trust lists by whoever holds a peer's certificate and place on the network, but
// none of the keys that sign its lists. Finer ones are in trustlist/client/updater_test.cc.

#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "tests/federation/memory_growth.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/fake_peer.h"
#include "tests/scenario/trust_suite.h"

namespace mrg {
namespace {

using testing::HasSubstr;

// What a file that is too long may cost whoever fetches it; the longest that is served has 32 MiB.
constexpr int64_t kGrowthBytesMax = int64_t{24} << 20;

class Threat : public TrustSuite {
 protected:
  static bool WaitForRefusal(const std::string& reason) {
    // Counted also when a relay gives at once what the peer does not.
    const std::string counted = absl::StrCat("mrg_trust_refreshes_total{publisher=\"", kChuanyu,
                                             "\",result=\"", reason, "\"}");
    return WaitUntil([&] { return absl::StrContains(federation().Metrics(kDelta), counted); });
  }

  // The true node comes back, and the Delta follows it again.
  static void Recover() {
    ASSERT_TRUE(federation().Reconfigure(kChuanyu, "").ok());
    ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
    EXPECT_EQ(federation().LastRefusalAt(kDelta, kChuanyu), "");
    EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
  }
};

TEST_F(Threat, T01_OlderListsOfAPeerAreRefusedAndTheNewerOnesStay) {
  const RepositoryMoment old = MomentOf(federation(), kChuanyu);
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
  const std::string in_force = InForce();
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  {
    const FakePeer fake(federation(), kChuanyu, old);

    EXPECT_TRUE(WaitForRefusal("METADATA_ROLLBACK"))
        << federation().LastRefusalAt(kDelta, kChuanyu);

    EXPECT_EQ(InForce(), in_force);
    EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
    EXPECT_THAT(federation().Metrics(kDelta),
                HasSubstr("mrg_trust_refreshes_total{publisher=\"sichuan-chongqing\","
                          "result=\"METADATA_ROLLBACK\"}"));
  }
  Recover();
}

TEST_F(Threat, T02_FrozenListsAreStaleOnceTheirTimestampEnded) {
  ASSERT_TRUE(federation().Reconfigure(kChuanyu, kShortTimestamps).ok());
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
  const RepositoryMoment frozen = MomentOf(federation(), kChuanyu);
  federation().KillNode(kChuanyu);
  {
    const FakePeer fake(federation(), kChuanyu, frozen);

    EXPECT_TRUE(WaitUntil([] { return AnswerIn("31", "50") == "STALE_TRUST TRUST_EXPIRED"; }));

    EXPECT_TRUE(WaitForRefusal("METADATA_EXPIRED"));
    EXPECT_EQ(AnswerIn("31", "50"), "STALE_TRUST TRUST_EXPIRED");
    EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  }
  Recover();
}

TEST_F(Threat, T03_FilesOfTwoMomentsAreRefused) {
  const RepositoryMoment old = MomentOf(federation(), kChuanyu);
  const std::string in_force = InForce();
  // The Delta does not see the new moment before the attack, nor from the hub.
  ASSERT_EQ(federation().StopNode(kHub), 0);
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  PublishAnew("50");
  const RepositoryMoment now = MomentOf(federation(), kChuanyu);
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  for (const char* role : {"snapshot", "j-50"}) {
    RepositoryMoment mixed = now;
    mixed[role] = old.at(role);
    const FakePeer fake(federation(), kChuanyu, mixed);
    ASSERT_TRUE(federation().StartReady(kDelta, {"--accept-unwitnessed"}).ok());

    // The old file may also be longer than the new snapshot says.
    EXPECT_TRUE(WaitUntil([] {
      const std::string metrics = federation().Metrics(kDelta);
      return absl::StrContains(metrics, "result=\"METADATA_MISMATCH\"") ||
             absl::StrContains(metrics, "result=\"METADATA_TOO_LONG\"");
    })) << role;

    EXPECT_EQ(InForce(), in_force) << role;
    EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED") << role;
    ASSERT_EQ(federation().StopNode(kDelta), 0);
  }
  ASSERT_TRUE(federation().StartReady(kHub).ok());
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  Recover();
}

TEST_F(Threat, T07_AHubThatNamesAnotherRootOfAMemberIsToldAndNotFollowed) {
  const std::string original = federation().Path(kHub, "repository/targets/federation");
  const std::string original_bytes = ReadIfThere(original);
  trustlist::v1::Federation list;
  ASSERT_TRUE(list.ParseFromString(original_bytes));
  for (auto& member : *list.mutable_members()) {
    if (member.member() == kChuanyu) member.set_first_root_sha256(std::string(32, 'x'));
  }
  PublishFederationList(CanonicalBytes(list));

  const std::string alarm = "mrg_trust_root_conflict{publisher=\"sichuan-chongqing\"} ";
  EXPECT_THAT(federation().Metrics(kDelta), HasSubstr(alarm + "1"));
  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("\"event\":\"member_root_conflict\""));
  // The root that the own side named stays, also over a restart.
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
  EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
  EXPECT_THAT(federation().Metrics(kDelta), HasSubstr(alarm + "1"));

  PublishFederationList(original_bytes);
  EXPECT_THAT(federation().Metrics(kDelta), HasSubstr(alarm + "0"));
}

TEST_F(Threat, T07_AHubThatGivesAJurisdictionToAnotherMemberIsToldAndNotFollowed) {
  const std::string original_bytes =
      ReadIfThere(federation().Path(kHub, "repository/targets/federation"));
  for (const char* claimed : {kHub, kDelta}) {
    trustlist::v1::Federation list;
    ASSERT_TRUE(list.ParseFromString(original_bytes));
    for (auto& member : *list.mutable_members()) {
      if (member.member() == kChuanyu) {
        member.clear_jurisdictions();
        member.add_jurisdictions("51");
      } else if (member.member() == claimed) {
        member.add_jurisdictions("50");
      }
    }

    PublishFederationList(CanonicalBytes(list));

    EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED") << claimed;
    EXPECT_EQ(AnswerIn("31", "51"), "RECOGNIZED") << claimed;
    EXPECT_THAT(federation().Metrics(kDelta), HasSubstr("mrg_trust_jurisdiction_conflicts 1"));
    EXPECT_THAT(
        federation().LogOf(kDelta),
        HasSubstr(absl::StrCat("\"event\":\"member_jurisdiction_conflict\",\"publisher\":\"",
                               claimed, "\",\"jurisdiction\":\"50\"")));
    ASSERT_EQ(federation().StopNode(kDelta), 0);
    ASSERT_TRUE(federation().StartReady(kDelta).ok());
    EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED") << claimed;
  }

  PublishFederationList(original_bytes);
  EXPECT_THAT(federation().Metrics(kDelta), HasSubstr("mrg_trust_jurisdiction_conflicts 0"));
}

TEST_F(Threat, T05_AFileThatIsTooLongIsRefusedInBoundedMemory) {
  RepositoryMoment moment = MomentOf(federation(), kChuanyu);
  const std::string in_force = InForce();
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  for (const size_t megabytes : {1, 32}) {
    moment["timestamp"] = std::string(megabytes << 20, ' ');
    const MemoryGrowth growth(federation().PidOf(kDelta));
    const FakePeer fake(federation(), kChuanyu, moment);

    EXPECT_TRUE(WaitForRefusal("METADATA_TOO_LONG"))
        << megabytes << " MiB: " << federation().LastRefusalAt(kDelta, kChuanyu);

    EXPECT_EQ(InForce(), in_force);
    EXPECT_LE(growth.Peak(), kGrowthBytesMax) << megabytes << " MiB";
  }
  Recover();
}

}  // namespace
}  // namespace mrg
