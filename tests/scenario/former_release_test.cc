// A node is upgraded while its peers are not: nodes of this release and of the one before it
// federate, in a folder that the release before laid out, and an upgraded node goes on with the
// data that the older one wrote. `./tests/run --former-release` builds that release and runs this.

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/receipt/receipt_check.h"
#include "gtest/gtest.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"
#include "tests/federation/federation.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

using dispute::v1::DisputeService;

class FormerRelease : public testing::Test {
 protected:
  void SetUp() override {
    const char* const release = std::getenv("MRG_FORMER_RELEASE");
    ASSERT_NE(release, nullptr) << "run by ./tests/run --former-release";
    former_ = release;
  }

  // A federation whose nodes of `members` are of the release before.
  void Start(const std::vector<std::string>& members) {
    FederationOptions options;
    options.laid_out_by = former_;
    for (const std::string& member : members) options.programs[member] = FormerNode();
    auto started = Federation::Start(std::move(options));
    ASSERT_TRUE(started.ok()) << started.status();
    federation_ = *std::move(started);
  }
  // Stops the member's node and starts one of this release in its folder.
  void Upgrade(const std::string& member) {
    const int64_t version = federation_->VersionAt(member, member, "snapshot");
    ASSERT_EQ(federation_->StopNode(member), 0) << federation_->LogOf(member);
    federation_->RunWith(member, "");
    ASSERT_TRUE(federation_->StartReady(member).ok()) << federation_->LogOf(member);
    EXPECT_GE(federation_->VersionAt(member, member, "snapshot"), version);
  }

  // A sound licence of `issuing`, asked about in `using_side`; its receipt holds.
  std::string Asked(const std::string& using_side, const std::string& issuing) {
    const std::string member = MemberOf(using_side);
    const auto platform = federation_->Api(member, absl::StrCat("platform-", using_side));
    question_ = Question(using_side, issuing,
                         SignedBy(*IssuerKey(*federation_, "issuer", issuing),
                                  DrivingLicence(issuing, ++sequence_)));
    const grpc::Status status = Recognize(platform, question_, &answer_);
    if (!status.ok()) return ReasonIn(status);
    EXPECT_TRUE(CheckReceipt(CanonicalBytes(answer_.receipt()), federation_->LogKeys(member)).ok());
    return InWords(answer_);
  }
  // Files a dispute over the last question in Shanghai. Result: whether it comes to Chongqing.
  bool DisputeArrives() {
    dispute::v1::FileDisputeRequest request;
    request.set_request_id(NewRequestId());
    request.set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
    request.set_receipt(CanonicalBytes(answer_.receipt()));
    request.set_document(question_.presentation().detached().document());
    request.set_description("住址有误");
    dispute::v1::FileDisputeResponse filed;
    const grpc::Status status =
        Call<DisputeService>(federation_->Api(kDelta, "platform-31"),
                             &DisputeService::Stub::FileDispute, request, &filed);
    EXPECT_TRUE(status.ok()) << ReasonIn(status);
    dispute::v1::GetDisputeRequest asked;
    asked.set_dispute(filed.dispute().name());
    return WaitUntil([&] {
      dispute::v1::GetDisputeResponse response;
      return Call<DisputeService>(federation_->Api(kChuanyu, "worker-intake-50"),
                                  &DisputeService::Stub::GetDispute, asked, &response)
          .ok();
    });
  }
  // Publishes the jurisdiction's list anew. Result: whether the other region and the hub follow it.
  bool NewListIsFollowed(const std::string& jurisdiction) {
    const std::string member = MemberOf(jurisdiction);
    const std::string role = absl::StrCat("j-", jurisdiction);
    const int64_t next = federation_->VersionAt(member, member, role) + 1;
    gateway::v1::IssuerList list;
    *list.add_entries() = ListingOf(*federation_, "issuer", jurisdiction);
    *list.add_entries() = ListingOf(*federation_, "unlisted", jurisdiction);
    EXPECT_TRUE(StageIssuers(*federation_, jurisdiction, list).ok());
    const absl::Status published = federation_->Publish(member);
    EXPECT_TRUE(published.ok()) << published;
    for (const char* follower : {kHub, kDelta, kChuanyu}) {
      if (!federation_->WaitForVersion(follower, member, role, next)) return false;
    }
    return true;
  }

  void ExpectAllWork() {
    EXPECT_EQ(Asked("50", "32"), "RECOGNIZED");
    EXPECT_EQ(Asked("31", "50"), "RECOGNIZED");
    EXPECT_TRUE(DisputeArrives());
  }

  std::string FormerNode() const { return absl::StrCat(former_, "/gateway/daemon/mrgd"); }
  Federation& federation() { return *federation_; }

 private:
  std::string former_;
  std::unique_ptr<Federation> federation_;
  gateway::v1::RecognizeRequest question_;
  gateway::v1::RecognizeResponse answer_;
  int sequence_ = 0;
};

TEST_F(FormerRelease, AnUpgradedRegionFederatesWithAHubAndARegionThatAreNot) {
  Start({kHub, kChuanyu});
  ExpectAllWork();
  EXPECT_TRUE(NewListIsFollowed("31"));
  EXPECT_TRUE(NewListIsFollowed("50"));
}

TEST_F(FormerRelease, ARegionThatIsNotUpgradedFederatesWithAHubAndARegionThatAre) {
  Start({kDelta});
  ExpectAllWork();
  EXPECT_TRUE(NewListIsFollowed("31"));
  EXPECT_TRUE(NewListIsFollowed("50"));
}

TEST_F(FormerRelease, ANodeIsUpgradedWithItsDataAndGoesOn) {
  Start({kHub, kDelta, kChuanyu});
  ExpectAllWork();
  const uint64_t logged = federation().LogSize(kDelta);
  for (const char* member : {kDelta, kHub, kChuanyu}) {
    Upgrade(member);
    ExpectAllWork();
  }
  EXPECT_GE(federation().LogSize(kDelta), logged + 3);
  EXPECT_TRUE(NewListIsFollowed("31"));
  EXPECT_TRUE(NewListIsFollowed("50"));
}

}  // namespace
}  // namespace mrg
