#include "gateway/cli/doctor/node_checks.h"

#include <memory>
#include <span>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/proto_time.h"
#include "gateway/cli/doctor/finding.h"
#include "gateway/cli/doctor/phrase.h"
#include "gateway/cli/words.h"
#include "gateway/config/node_keys.h"
#include "gateway/crypto/certificate.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/signer.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/rpc/server/listening_socket.h"
#include "gateway/storage/restore_mark.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Property;

constexpr size_t kGiB = size_t{1} << 30;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

auto Is(Health health, const std::string& what) {
  return AllOf(Field(&Finding::health, health),
               Field(&Finding::what, Property(&Phrase::English, what)),
               Field(&Finding::found, Property(&Phrase::empty, false)),
               Field(&Finding::remedy, Property(&Phrase::empty, health == Health::kSound)));
}

NodeConfig Config() { return NodeConfig(*MemberId::Parse("yangtze-delta")); }

std::unique_ptr<Signer> NewSigner() {
  return *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
}

// One role of the publisher, and nothing else to say.
gateway::v1::GetTrustStateResponse WithRole(const std::string& publisher, const std::string& role,
                                            absl::Duration left) {
  gateway::v1::GetTrustStateResponse state;
  state.set_ready(true);
  auto* one = state.add_publishers();
  one->set_publisher(publisher);
  auto* version = one->add_roles();
  version->set_role(role);
  *version->mutable_expires() = ToTimestamp(kNow + left);
  return state;
}

TEST(JudgeRoom, AGigabyteIsNeededAndATenthOfTheDiskIsTold) {
  EXPECT_THAT(JudgeRoom(20 * kGiB, 100 * kGiB), Is(Health::kSound, "disk"));
  EXPECT_THAT(JudgeRoom(9 * kGiB, 100 * kGiB), Is(Health::kSoon, "disk"));
  EXPECT_THAT(JudgeRoom(kGiB - 1, 2 * kGiB), Is(Health::kFault, "disk"));
}

TEST(CheckTrust, APersonsListIsToldBeforeItEndsAndIsAFaultAfterwards) {
  const absl::Duration alarm = Config().targets_alarm;
  const auto judged = [](const std::string& role, absl::Duration left) {
    return CheckTrust(Config(), WithRole("yangtze-delta", role, left), kNow).back().health;
  };

  EXPECT_EQ(judged("j-31", alarm + absl::Seconds(1)), Health::kSound);
  EXPECT_EQ(judged("j-31", alarm - absl::Seconds(1)), Health::kSoon);
  EXPECT_EQ(judged("j-31", absl::ZeroDuration()), Health::kFault);
  EXPECT_EQ(judged("root", alarm + absl::Seconds(1)), Health::kSoon) << "a root has a longer alarm";
  EXPECT_EQ(judged("timestamp", absl::Seconds(1)), Health::kSound) << "the node renews it";
}

TEST(CheckTrust, WhoMustSignIsTheOneWhoCan) {
  EXPECT_THAT(CheckTrust(Config(), WithRole("hub", "targets", -absl::Seconds(1)), kNow)
                  .back()
                  .remedy.English(),
              HasSubstr("its publisher"));
  EXPECT_THAT(CheckTrust(Config(), WithRole("yangtze-delta", "targets", -absl::Seconds(1)), kNow)
                  .back()
                  .remedy.English(),
              HasSubstr("mrgctl trust renew"));
  EXPECT_THAT(CheckTrust(Config(), WithRole("yangtze-delta", "timestamp", -absl::Seconds(1)), kNow)
                  .back()
                  .remedy.English(),
              HasSubstr("log"));
}

TEST(CheckTrust, WhatKeepsTheNodeFromItsWorkIsAFault) {
  gateway::v1::GetTrustStateResponse state;
  state.add_not_ready_reasons("LOG_UNWITNESSED: no peer has answered");
  auto* hub = state.add_publishers();
  hub->set_publisher("hub");
  hub->set_last_refusal("PUBLISHER_FROZEN");

  EXPECT_THAT(CheckTrust(Config(), state, kNow),
              ElementsAre(Is(Health::kFault, "readiness"), Is(Health::kFault, "lists of hub"),
                          Is(Health::kSoon, "lists of hub")));
}

TEST(CheckListedMembers, TheHubNamesEveryRegionOfItsListAmongItsPeers) {
  gateway::v1::GetTrustStateResponse state;
  for (const char* member : {"hub", "pearl-river", "yangtze-delta"}) state.add_members(member);
  NodeConfig hub(*MemberId::Parse("hub"));
  hub.role = NodeRole::kHub;
  hub.peers = {{*MemberId::Parse("yangtze-delta"), "a:1", "x", "", {}, "", false, false}};

  const Findings findings = CheckListedMembers(hub, state);

  ASSERT_THAT(findings, ElementsAre(Is(Health::kFault, "peers")));
  EXPECT_EQ(findings[0].found.English(),
            "the hub lists every region: pearl-river in its list and not in peers");
  EXPECT_THAT(CheckListedMembers(Config(), state), IsEmpty()) << "a region follows whom it likes";
}

TEST(JudgeClock, MoreThanFiveSecondsEitherWayAreToldAndTheCallsOwnTimeIsNot) {
  const auto judged = [](absl::Duration ahead, absl::Duration call) {
    const absl::Time answered = kNow + call;
    return JudgeClock(*MemberId::Parse("hub"), kNow + call / 2 + ahead, kNow, answered);
  };

  EXPECT_THAT(judged(absl::Seconds(5), absl::Milliseconds(2)), Is(Health::kSound, "clock of hub"));
  EXPECT_THAT(judged(absl::Seconds(6), absl::Milliseconds(2)), Is(Health::kSoon, "clock of hub"));
  EXPECT_THAT(judged(-absl::Seconds(6), absl::Milliseconds(2)).found.English(),
              HasSubstr("6000 ms behind this machine's"));
  EXPECT_THAT(judged(absl::Seconds(6), absl::Seconds(4)), Is(Health::kSound, "clock of hub"))
      << "it may be the way";
}

TEST(JudgeClock, IsSaidInChineseWithWhatItNames) {
  const Finding behind = JudgeClock(*MemberId::Parse("hub"), kNow - absl::Seconds(6), kNow, kNow);

  EXPECT_EQ(behind.what.In(Language::kChinese), "hub 的时钟");
  EXPECT_EQ(behind.found.In(Language::kChinese), "比本机慢 6000 毫秒");
}

TEST(CheckPorts, APortThatSomebodyElseHasIsNamed) {
  const auto taken = ListeningSocket::Bind("api", "127.0.0.1:0");
  ASSERT_TRUE(taken.ok()) << taken.status();
  NodeConfig config = Config();
  config.api_address = absl::StrCat("127.0.0.1:", taken->port());
  config.federation_address = "127.0.0.1:0";

  const Findings findings = CheckPorts(config);

  ASSERT_THAT(findings, ElementsAre(Is(Health::kFault, "listener api"),
                                    Is(Health::kSound, "listener federation")));
  EXPECT_THAT(findings[0].found.English(), HasSubstr(config.api_address));
}

TEST(CheckData, TheFolderOfAFirstStartIsNotMissed) {
  NodeConfig config = Config();
  config.data_dir = absl::StrCat(testing::TempDir(), "/not/yet/there");

  const Findings findings = CheckData(config);

  ASSERT_EQ(findings.size(), 2u);
  EXPECT_THAT(findings[0], Is(Health::kSound, "data folder"));
  EXPECT_EQ(findings[1].what.English(), "disk");
}

TEST(CheckData, AFolderWithOtherThingsInItIsAFault) {
  NodeConfig config = Config();
  const TestCertificates files;
  config.data_dir = files.folder();
  WriteTestFile(files.folder() + "/letter", "of somebody else");

  EXPECT_THAT(CheckData(config).front(), Is(Health::kFault, "data folder"));
}

TEST(CheckRestored, AKeyThatMayHaveSignedSinceTheBackupIsAFaultAndANewOneIsTold) {
  const TestCertificates files;
  NodeConfig config = Config();
  config.data_dir = files.folder();
  const auto before = NewSigner();
  const auto next = NewSigner();
  const FieldKey one_is_old[] = {{"keys.timestamp_path", &next->public_key()},
                                 {"keys.log_path", &before->public_key()}};
  EXPECT_THAT(CheckRestored(config, one_is_old), IsEmpty()) << "no backup was restored";
  for (const bool is_settled : {false, true}) {
    ASSERT_TRUE(
        WriteRestoreMark(config.data_dir, {kNow, {before->public_key().spki_sha256()}, is_settled})
            .ok());

    const Findings findings = CheckRestored(config, one_is_old);

    ASSERT_THAT(findings, ElementsAre(Is(Health::kFault, "restored folder")));
    EXPECT_EQ(findings[0].found.English(),
              "of a backup of 2026-11-24T00:00:00Z, and these keys may have signed since: "
              "keys.log_path");
    EXPECT_THAT(CheckRestored(config, std::span(one_is_old).first(1)),
                ElementsAre(Is(Health::kSound, "restored folder")));
  }
}

TEST(CheckRestored, AMarkThatCannotBeReadIsNotTakenForNone) {
  const TestCertificates files;
  NodeConfig config = Config();
  config.data_dir = files.folder();
  WriteTestFile(config.data_dir + "/" + kRestoreMarkFile, "something else");

  EXPECT_THAT(CheckRestored(config, {}), ElementsAre(Is(Health::kFault, "restored folder")));
}

TEST(CheckCertificates, WhatIsLeftIsMeasuredByTheCertificatesOwnTime) {
  TestCertificates files;
  NodeConfig config = Config();
  const auto own = files.Leaf("delta.example", "node", "/node/log-1");
  config.own_certificate.certificate_pem = own.certificate_pem;
  const auto certificate = *ParsePemCertificates(own.certificate_pem);
  const absl::Time begin = certificate.front().not_before();
  const absl::Duration whole = certificate.front().not_after() - begin;

  const auto judged = [&](double share) {
    return CheckCertificates(config, begin + whole * share).front().health;
  };

  EXPECT_EQ(judged(0.5), Health::kSound);
  EXPECT_EQ(judged(0.8), Health::kSoon);
  EXPECT_EQ(judged(0.95), Health::kFault);
}

}  // namespace
}  // namespace mrg
