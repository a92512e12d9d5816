// T07 on nodes that have never met: the hub's list and the own side's agreement must name the same
// first root before a node begins to trust another member (ADR-0018).

#include <memory>
#include <string>
#include <utility>

#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "tests/federation/federation.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;

constexpr char kUnconfirmed[] = "MEMBER_ROOT_UNCONFIRMED";

class Threat : public ::testing::Test {
 protected:
  void SetUp() override {
    FederationOptions options;
    options.every_config = "poll_period { seconds: 1 }";
    auto federation = Federation::LayOut(std::move(options));
    ASSERT_TRUE(federation.ok()) << federation.status();
    federation_ = *std::move(federation);
    list_ = ReadTestFile(federation_->Path(kHub, "repository/targets/federation"));
  }

  void HubPublishes(const trustlist::v1::Federation& list) {
    ASSERT_TRUE(federation_->Stage(kHub, {"--federation"}, list.DebugString()).ok());
    ASSERT_TRUE(federation_->Sign(kHub, "targets").ok());
    ASSERT_TRUE(federation_->Publish(kHub).ok());
  }
  trustlist::v1::Federation TrueList() const {
    trustlist::v1::Federation list;
    EXPECT_TRUE(list.ParseFromString(list_));
    return list;
  }
  void StartRegions() {
    for (const char* region : {kDelta, kChuanyu}) {
      ASSERT_TRUE(federation_->StartNode(region).ok());
      ASSERT_TRUE(federation_->WaitForVersion(region, kHub, "timestamp", 1));
    }
  }
  bool IsUnconfirmedAtDelta() const {
    return federation_->LastRefusalAt(kDelta, kChuanyu) == kUnconfirmed &&
           federation_->VersionAt(kDelta, kChuanyu, "timestamp") == 0;
  }
  std::string AnswerInDelta() const {
    return AnswerTo(
        federation_->Api(kDelta, "platform-31"),
        Question("31", "50",
                 SignedBy(*IssuerKey(*federation_, "issuer", "50"), DrivingLicence("50"))));
  }

  std::unique_ptr<Federation> federation_;
  std::string list_;  // as it was laid out
};

TEST_F(Threat, T07_AHubThatNamesAnotherFirstRootIsNotBelievedByANodeThatNeverMetTheMember) {
  trustlist::v1::Federation list = TrueList();
  for (auto& member : *list.mutable_members()) {
    if (member.member() == kChuanyu) member.set_first_root_sha256(std::string(32, 'x'));
  }
  ASSERT_TRUE(federation_->StartNode(kHub).ok());
  HubPublishes(list);
  StartRegions();
  for (const char* region : {kDelta, kChuanyu}) ASSERT_TRUE(federation_->Publish(region).ok());

  const std::string alarm = "mrg_trust_root_conflict{publisher=\"sichuan-chongqing\"} ";
  EXPECT_TRUE(WaitUntil(
      [&] { return federation_->Metrics(kDelta).find(alarm + "1") != std::string::npos; }));
  EXPECT_TRUE(WaitUntil([this] { return IsUnconfirmedAtDelta(); }));
  EXPECT_THAT(federation_->LogOf(kDelta), HasSubstr("\"event\":\"member_root_conflict\""));
  EXPECT_NE(AnswerInDelta(), "RECOGNIZED");

  // Each way of learning of the member is closed: the relay has its lists by now, but no say.
  ASSERT_TRUE(federation_->StopNode(kDelta) == 0 && federation_->StartNode(kDelta).ok());
  EXPECT_TRUE(WaitUntil([this] { return IsUnconfirmedAtDelta(); }));

  HubPublishes(TrueList());
  EXPECT_TRUE(federation_->WaitForVersion(kDelta, kChuanyu, "timestamp", 1));
  EXPECT_THAT(federation_->Metrics(kDelta), HasSubstr(alarm + "0"));
}

TEST_F(Threat, T07_AMemberThatNoAgreementOfTheOwnSideNamesIsNotTrustedBecauseTheHubListsIt) {
  ASSERT_TRUE(federation_->StartNode(kHub).ok());
  ASSERT_TRUE(federation_->Publish(kHub).ok());
  StartRegions();
  ASSERT_TRUE(federation_->Publish(kChuanyu).ok());

  // The Delta has published nothing, so it has no agreement.
  EXPECT_TRUE(WaitUntil([this] { return IsUnconfirmedAtDelta(); }));
  EXPECT_THAT(federation_->LogOf(kDelta), HasSubstr(kUnconfirmed));

  ASSERT_TRUE(federation_->Publish(kDelta).ok());
  EXPECT_TRUE(federation_->WaitForVersion(kDelta, kChuanyu, "timestamp", 1));
}

}  // namespace
}  // namespace mrg
