// Trust lists on their way: a change signed in one region is heeded in the other, what expires is
// no longer believed, and what is not valid changes nothing.

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/trust_suite.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {
namespace {

using gateway::v1::AdminService;
using gateway::v1::GetTrustStateResponse;
using gateway::v1::IssuerEntry;
using gateway::v1::PublishRequest;
using gateway::v1::PublishResponse;
using testing::HasSubstr;

// Far less than the hour after which a follower would ask by itself.
constexpr absl::Duration kPushed = absl::Seconds(10);
// What the node signs ends soon after it does.
constexpr char kShortLived[] =
    "lifetimes { timestamp { valid { seconds: 5 } renew_after { seconds: 1 } }"
    " snapshot { valid { seconds: 6 } renew_after { seconds: 2 } } }";

class TrustScenario : public TrustSuite {
 protected:
  static MetadataDraft DraftOf(const std::string& member, const std::string& role) {
    auto draft = MetadataDraft::FromBytes(
        ReadTestFile(federation().Path(member, "repository/metadata/" + role + ".json")));
    EXPECT_TRUE(draft.ok()) << draft.status();
    return *std::move(draft);
  }

  // `draft` signed by the offline key of `signing_role`.
  static std::string SignedAs(MetadataDraft draft, const std::string& member,
                              const std::string& signing_role) {
    const auto key = NewEvpSigner(
        Scheme::kSm2Sm3,
        ReadTestFile(federation().Path(member, "keys/offline/" + signing_role + ".pem")));
    EXPECT_TRUE(key.ok()) << key.status();
    EXPECT_TRUE(draft.Sign(**key).ok());
    return draft.Bytes();
  }

  // Publishes the Delta's list of Shanghai so that it ends in a few seconds.
  static void PublishShortLivedShanghai() {
    MetadataDraft draft = DraftOf(kDelta, "j-31");
    draft.SetVersion(draft.version() + 1);
    draft.SetExpires(RealClock().Now() + absl::Seconds(4));
    WriteTestFile(federation().Path(kDelta, "repository/metadata/j-31.json"),
                  SignedAs(draft, kDelta, "j-31"));
    ASSERT_TRUE(federation().Publish(kDelta).ok());
  }

  static PublishRequest Publication(const std::string& role, const std::string& bytes) {
    PublishRequest request;
    request.add_metadata()->set_name(role);
    request.mutable_metadata(0)->set_content(bytes);
    return request;
  }

  static std::string PublishAt(const std::string& member, const PublishRequest& request) {
    PublishResponse response;
    return ReasonIn(Call<AdminService>(federation().Admin(member), &AdminService::Stub::Publish,
                                       request, &response));
  }
};

TEST_F(TrustScenario, AnIssuerMarkedCompromisedInOneRegionIsRefusedInTheOther) {
  ASSERT_EQ(AnswerIn("50", "33"), "RECOGNIZED");

  const Ran ran = RunToEnd({"python3", "-B", "deploy/federation.py", "mark-compromised",
                            federation().folder(), "33", "--mrgctl", "gateway/cli/mrgctl"},
                           federation().folder());

  ASSERT_EQ(ran.code, 0) << ran.err << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("COMPROMISED")) << "what is signed was said in words";
  ASSERT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "j-33", 2, kPushed));
  EXPECT_EQ(AnswerIn("50", "33"), "NOT_RECOGNIZED ISSUER_COMPROMISED");
  EXPECT_EQ(AnswerIn("31", "33"), "NOT_RECOGNIZED ISSUER_COMPROMISED");
  EXPECT_EQ(AnswerIn("50", "32"), "RECOGNIZED") << "another province's issuer";
}

TEST_F(TrustScenario, AnIssuerRetiredInOneRegionIsGoodInTheOtherForWhatItSignedBefore) {
  gateway::v1::IssuerList list;
  *list.add_entries() = ListingOf(federation(), "issuer", "34");
  gateway::v1::IssuerState* state = list.mutable_entries(0)->add_states();
  state->set_kind(gateway::v1::ISSUER_STATE_KIND_RETIRED);
  *state->mutable_from() =
      ToTimestamp(absl::FromCivil(absl::CivilDay(2026, 2, 1), absl::FixedTimeZone(8 * 60 * 60)));
  ASSERT_TRUE(StageIssuers(federation(), "34", list).ok());
  ASSERT_TRUE(federation().Publish(kDelta).ok());
  ASSERT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "j-34", 2, kPushed));

  // The sample was issued in January.
  EXPECT_EQ(AnswerIn("50", "34"), "RECOGNIZED_WITH_CONDITIONS SIGNING_TIME_CLAIMED");
  const std::string later =
      WithReplaced(DrivingLicence("34"), "\"2026-01-05 00:00:00\"", "\"2026-02-01 00:00:00\"");
  EXPECT_EQ(
      AnswerTo(federation().Api(kChuanyu, "platform-50"),
               Question("50", "34", SignedBy(*IssuerKey(federation(), "issuer", "34"), later))),
      "NOT_RECOGNIZED ISSUER_RETIRED");
}

TEST_F(TrustScenario, APublishedChangeIsPushedToAllFollowers) {
  const int64_t version = PublishAnew("31");

  EXPECT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "j-31", version, kPushed));
  EXPECT_TRUE(federation().WaitForVersion(kHub, kDelta, "j-31", version, kPushed));
  EXPECT_THAT(federation().Metrics(kChuanyu),
              HasSubstr("mrg_trust_propagation_seconds_count{publisher=\"yangtze-delta\"}"));
  EXPECT_EQ(AnswerIn("50", "31"), "RECOGNIZED");
}

TEST_F(TrustScenario, ARegionThatRestartsAloneDecidesByWhatWasInForce) {
  const auto before = federation().TrustState(kDelta);
  ASSERT_EQ(federation().StopNode(kHub), 0);
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  ASSERT_EQ(federation().StopNode(kDelta), 0);

  // Nobody can say whether its log is whole, so an operator has to.
  ASSERT_TRUE(federation().StartNode(kDelta).ok());
  EXPECT_FALSE(federation().IsReady(kDelta));
  EXPECT_EQ(AnswerIn("31", "32"), "NODE_NOT_READY");
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta, {"--accept-unwitnessed"}).ok());

  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
  const auto after = federation().TrustState(kDelta);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(after->snapshot_id(), before->snapshot_id());
  // Its peers come back, and what they publish arrives.
  ASSERT_TRUE(federation().StartReady(kHub).ok());
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-51", PublishAnew("51")));
  EXPECT_EQ(federation().LastRefusalAt(kDelta, kChuanyu), "");
}

TEST_F(TrustScenario, AnExpiredListOfTheIssuingSideIsStale) {
  ASSERT_TRUE(federation().Reconfigure(kChuanyu, kShortTimestamps).ok());
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
  ASSERT_EQ(AnswerIn("31", "50"), "RECOGNIZED");

  federation().KillNode(kChuanyu);

  EXPECT_TRUE(WaitUntil([] { return AnswerIn("31", "50") == "STALE_TRUST TRUST_EXPIRED"; }));
  EXPECT_THAT(federation().LogOf(kDelta),
              HasSubstr("\"event\":\"trust_stale\",\"publisher\":\"sichuan-chongqing\",\"role\":"
                        "\"timestamp\",\"held_until\":\""));
  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED") << "the own lists do not depend on the peer";
  ASSERT_TRUE(federation().Reconfigure(kChuanyu, "").ok());
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("31", "50") == "RECOGNIZED"; }));
}

TEST_F(TrustScenario, AFollowerWhoseListsRanOutWhileItWasOffCatchesUpInOneRefresh) {
  ASSERT_TRUE(federation().Reconfigure(kDelta, kShortLived).ok());
  ASSERT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "j-31", PublishAnew("31")));
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  // Renewed once a second, so that after so many what the follower holds has ended.
  const int64_t held = federation().VersionAt(kDelta, kDelta, "timestamp");
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kDelta, "timestamp", held + 7));
  const int64_t version = PublishAnew("31");

  ASSERT_TRUE(federation().StartNode(kChuanyu).ok());

  EXPECT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "j-31", version, kPushed));
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("50", "31") == "RECOGNIZED"; }));
  const std::string metrics = federation().Metrics(kChuanyu);
  for (absl::string_view line : absl::StrSplit(metrics, '\n')) {
    if (!absl::StartsWith(line, "mrg_trust_refreshes_total{publisher=\"yangtze-delta\"")) continue;
    EXPECT_THAT(std::string(line), HasSubstr("result=\"OK\"")) << "none was refused on the way";
  }
  EXPECT_THAT(metrics, HasSubstr("mrg_trust_refreshes_total{publisher=\"yangtze-delta\""));
  ASSERT_TRUE(federation().Reconfigure(kDelta, "").ok());
}

TEST_F(TrustScenario, AnExpiredListOfTheUsingSideIsStaleForThatProvinceAlone) {
  PublishShortLivedShanghai();
  ASSERT_EQ(AnswerIn("31", "32"), "RECOGNIZED");

  EXPECT_TRUE(WaitUntil([] { return AnswerIn("31", "32") == "STALE_TRUST TRUST_EXPIRED"; }));
  EXPECT_EQ(AnswerIn("32", "50"), "RECOGNIZED");
  EXPECT_EQ(AnswerIn("50", "31"), "STALE_TRUST TRUST_EXPIRED");

  PublishAnew("31");
  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("50", "31") == "RECOGNIZED"; }));
}

TEST_F(TrustScenario, H2_AMemberThatTheHubEndedGoesOnByItsOwnListsWithAllChecks) {
  const std::string original =
      ReadTestFile(federation().Path(kHub, "repository/targets/federation"));
  trustlist::v1::Federation list;
  ASSERT_TRUE(list.ParseFromString(original));
  for (auto& member : *list.mutable_members()) {
    if (member.member() != kDelta) continue;
    *member.mutable_until() = ToTimestamp(RealClock().Now() - absl::Minutes(1));
  }
  PublishFederationList(CanonicalBytes(list));
  EXPECT_EQ(AnswerIn("31", "50"), "NO_RULE MEMBERSHIP_ENDED");
  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED") << "a region needs nobody else's word for its own";

  PublishShortLivedShanghai();

  EXPECT_TRUE(WaitUntil([] { return AnswerIn("31", "32") == "STALE_TRUST TRUST_EXPIRED"; }));
  EXPECT_EQ(AnswerIn("34", "32"), "RECOGNIZED") << "lists of other provinces do not matter";

  PublishAnew("31");
  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  PublishFederationList(original);
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("31", "50") == "RECOGNIZED"; }));
}

TEST_F(TrustScenario, APublicationThatIsNotValidIsRefusedAndNothingChanges) {
  const std::string old_bytes = DraftOf(kDelta, "j-32").Bytes();
  PublishAnew("32");
  MetadataDraft present = DraftOf(kDelta, "j-32");
  MetadataDraft next = present;
  next.SetVersion(present.version() + 1);
  MetadataDraft same_version = present;
  same_version.SetExpires(RealClock().Now() + absl::Hours(100));
  MetadataDraft ended = next;
  ended.SetExpires(RealClock().Now() - absl::Hours(1));
  const auto with_target = [&](const std::string& path, const std::string& content) {
    MetadataDraft draft = DraftOf(kDelta, "j-31");
    draft.SetVersion(draft.version() + 1);
    draft.SetTarget(path, {content.size(), Sha256(content), false});
    return Publication("j-31", SignedAs(draft, kDelta, "j-31"));
  };
  const std::string pack_path = "31/packs/11100000XX0000019L003/delta-reply/9";
  PublishRequest broken_pack = with_target(pack_path, "fields {");
  broken_pack.add_targets()->set_path(pack_path);
  broken_pack.mutable_targets(0)->set_content("fields {");
  PublishRequest wrong_content = with_target("31/repeals/changsanjiao-2020", "a");
  wrong_content.add_targets()->set_path("31/repeals/changsanjiao-2020");
  wrong_content.mutable_targets(0)->set_content("b");
  const auto before = federation().TrustState(kDelta);

  EXPECT_EQ(PublishAt(kDelta, Publication("j-32", next.Bytes())), "METADATA_THRESHOLD");
  EXPECT_EQ(PublishAt(kDelta, Publication("j-32", SignedAs(next, kDelta, "j-33"))),
            "METADATA_THRESHOLD");
  EXPECT_EQ(PublishAt(kDelta, Publication("j-32", old_bytes)), "METADATA_ROLLBACK");
  EXPECT_EQ(PublishAt(kDelta, Publication("j-32", SignedAs(same_version, kDelta, "j-32"))),
            "METADATA_MISMATCH");
  EXPECT_EQ(PublishAt(kDelta, Publication("j-32", SignedAs(ended, kDelta, "j-32"))),
            "METADATA_EXPIRED");
  EXPECT_EQ(PublishAt(kDelta, broken_pack), "PACK_INVALID");
  EXPECT_EQ(PublishAt(kDelta, wrong_content), "TARGET_NOT_FOUND");
  EXPECT_EQ(PublishAt(kDelta, with_target("31/repeals/changsanjiao-2020", "a")),
            "TARGET_NOT_FOUND");

  const auto after = federation().TrustState(kDelta);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(after->snapshot_id(), before->snapshot_id());
  EXPECT_EQ(after->publishers(0).SerializeAsString(), before->publishers(0).SerializeAsString());
  EXPECT_THAT(federation().LogOf(kDelta), HasSubstr("\"event\":\"trust_publication_refused\""));
  EXPECT_EQ(AnswerIn("31", "32"), "RECOGNIZED");
  EXPECT_EQ(PublishAt(kDelta, Publication("j-32", SignedAs(next, kDelta, "j-32"))), "OK");
  EXPECT_EQ(federation().VersionAt(kDelta, kDelta, "j-32"), next.version());
}

}  // namespace
}  // namespace mrg
