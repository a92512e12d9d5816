// A third region joins a federation that runs, by configuration and signing ceremonies alone. The
// binaries know nothing of it.

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gateway/base/limits.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "tests/federation/federation.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

using gateway::v1::SetLicenceStatusRequest;
using gateway::v1::SetLicenceStatusResponse;
using gateway::v1::StatusService;

// Each with a federation of its own, which a region can join once.
class ThirdRegionScenario : public testing::Test {
 protected:
  void SetUp() override {
    auto started = Federation::Start();
    ASSERT_TRUE(started.ok()) << started.status();
    federation_ = *std::move(started);
  }
  Federation& federation() { return *federation_; }

  // The answer in `using_side` to a sound licence of `issuing`.
  std::string AnswerIn(const std::string& using_side, const std::string& issuing) {
    return AnswerTo(
        federation().Api(MemberOf(using_side), absl::StrCat("platform-", using_side)),
        Question(using_side, issuing,
                 SignedBy(*IssuerKey(federation(), "issuer", issuing), DrivingLicence(issuing))));
  }

  // The hub admits the region that was added, the Delta agrees with it, both are told where it is,
  // and it begins.
  void LetItJoin() {
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
  }

  // The hub's list says that Chuanyu answers for 44 as well.
  void IntroduceChuanyuFor44() {
    trustlist::v1::Federation list;
    ASSERT_TRUE(list.ParseFromString(
        ReadTestFile(federation().Path(kHub, "repository/targets/federation"))));
    for (auto& member : *list.mutable_members()) {
      if (member.member() != kChuanyu) continue;
      member.clear_jurisdictions();
      for (const char* jurisdiction : {"44", "50", "51"}) member.add_jurisdictions(jurisdiction);
    }
    ASSERT_TRUE(federation().Stage(kHub, {"--federation"}, list.DebugString()).ok());
    ASSERT_TRUE(federation().Sign(kHub, "targets").ok());
    ASSERT_TRUE(federation().Publish(kHub).ok());
  }

  // Chuanyu's node is given keys of 44 that it made up, of as many epochs as are taken.
  void InventKeysOf44AtChuanyu() {
    std::string keys;
    for (size_t epoch = 2; epoch < 2 + kTagEpochsMax; ++epoch) {
      const std::string file = absl::StrCat("keys/online/invented-", epoch, ".key");
      const Ran made =
          federation().Mrgctl({"keys", "secret", "--out", federation().Path(kChuanyu, file)});
      ASSERT_EQ(made.code, 0) << made.err;
      absl::StrAppend(&keys, "epoch_keys { jurisdiction: \"44\" epoch: ", epoch, " path: \"", file,
                      "\"");
      // The first one is in use from the start.
      if (epoch != 2) absl::StrAppend(&keys, " from { seconds: ", 1735660800 + epoch, " }");
      absl::StrAppend(&keys, " }\n");
    }
    const std::string path = federation().Path(kChuanyu, "node.textproto");
    WriteTestFile(path, absl::StrCat("jurisdictions: \"44\"\n",
                                     WithReplaced(ReadTestFile(path), "\nkeys {",
                                                  absl::StrCat("\nkeys {\n", keys))));
    ASSERT_EQ(federation().StopNode(kChuanyu), 0);
    ASSERT_TRUE(federation().StartNode(kChuanyu).ok());
  }

  // How many keys of 44 the Delta was given by the member.
  size_t KeysOf44From(absl::string_view member) {
    const std::string from = absl::StrCat("\"event\":\"epoch_key_fetched\",\"peer\":\"", member,
                                          "\",\"jurisdiction\":\"44\"");
    size_t keys = 0;
    for (const absl::string_view line : absl::StrSplit(federation().LogOf(kDelta), '\n')) {
      keys += absl::StrContains(line, from) ? 1 : 0;
    }
    return keys;
  }

 private:
  std::unique_ptr<Federation> federation_;
};

TEST_F(ThirdRegionScenario, ARegionThatIsAddedByConfigurationAloneIsRecognisedAndRecognises) {
  const absl::Status added = federation().AddThirdRegion();
  ASSERT_TRUE(added.ok()) << added;
  EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED") << "nothing is in force yet";

  ASSERT_NO_FATAL_FAILURE(LetItJoin());

  EXPECT_TRUE(federation().WaitForVersion(kPearlRiver, kDelta, "timestamp", 1));
  EXPECT_TRUE(federation().WaitForVersion(kHub, kPearlRiver, "j-44", 1));
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kPearlRiver, "j-44", 1));
  EXPECT_TRUE(WaitUntil([this] { return AnswerIn("31", "44") == "RECOGNIZED"; }))
      << AnswerIn("31", "44") << federation().LogOf(kDelta);
  EXPECT_TRUE(WaitUntil([this] { return AnswerIn("44", "31") == "RECOGNIZED"; }))
      << AnswerIn("44", "31") << federation().LogOf(kPearlRiver);
  EXPECT_TRUE(federation().IsReady(kPearlRiver));
  // Who has no agreement with it, or does not know it, does not recognise it; what was there
  // before goes on.
  EXPECT_EQ(AnswerIn("32", "44"), "NO_RULE AGREEMENT_NOT_IN_FORCE");
  EXPECT_TRUE(WaitUntil([this] { return AnswerIn("50", "44") == "STALE_TRUST TRUST_MISSING"; }))
      << "the hub's list says whose it is: " << AnswerIn("50", "44");
  EXPECT_TRUE(WaitUntil([this] { return AnswerIn("31", "50") == "RECOGNIZED"; }));
  EXPECT_TRUE(WaitUntil([this] { return AnswerIn("50", "31") == "RECOGNIZED"; }));
}

// Under an invented key nothing that is revoked would be found.
TEST_F(ThirdRegionScenario, S2_KeysThatAnotherInventedFillNoSlotOfTheRegionThatJoins) {
  ASSERT_NO_FATAL_FAILURE(IntroduceChuanyuFor44());
  ASSERT_NO_FATAL_FAILURE(InventKeysOf44AtChuanyu());
  ASSERT_TRUE(WaitUntil([this] { return KeysOf44From(kChuanyu) == kTagEpochsMax; }))
      << KeysOf44From(kChuanyu);

  const absl::Status added = federation().AddThirdRegion();
  ASSERT_TRUE(added.ok()) << added;
  ASSERT_NO_FATAL_FAILURE(LetItJoin());

  EXPECT_TRUE(WaitUntil([this] { return KeysOf44From(kPearlRiver) == 1; }))
      << federation().LogOf(kDelta);
  EXPECT_TRUE(WaitUntil([this] { return AnswerIn("31", "44") == "RECOGNIZED"; }))
      << AnswerIn("31", "44");
  SetLicenceStatusRequest revoke;
  revoke.set_jurisdiction("44");
  revoke.set_type_code(kDrivingLicenceType);
  revoke.set_licence_number(LicenceNumber("44", 1));
  revoke.set_action(gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
  revoke.set_request_id(NewRequestId());
  SetLicenceStatusResponse revoked;
  ASSERT_EQ(ReasonIn(Call<StatusService>(federation().Api(kPearlRiver, "authority-44"),
                                         &StatusService::Stub::SetLicenceStatus, revoke, &revoked)),
            "OK");
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kPearlRiver, "status", revoked.status_version()));
  EXPECT_EQ(AnswerIn("31", "44"), "NOT_RECOGNIZED LICENCE_REVOKED");
  EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED") << "the true keys of who invented others";
}

}  // namespace
}  // namespace mrg
