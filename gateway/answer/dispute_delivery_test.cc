#include "gateway/answer/dispute_delivery.h"

#include <string>

#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/test_node.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

// Sichuan-Chongqing's node, which follows the Delta.
class DisputeDeliveryTest : public ::testing::Test {
 protected:
  DisputeDeliveryTest() {
    domains_.Replace({{"delta.example", Member(kDelta)}});
    for (const std::string& event : routed_.history().bytes()) request_.add_events(event);
    request_.set_dispute(routed_.history().id().value());
  }

  absl::StatusOr<dispute::v1::DeliverResponse> DeliverAs(const std::string& identity) {
    return DeliverEvents(domains_, &chuanyu_.inbound,
                         {*SpiffeId::Parse(identity), "mrg.dispute.v1.DisputeRelayService/Deliver"},
                         request_, SampleStart() + absl::Minutes(1));
  }

  // Filed at the Delta's node, transferred to Chuanyu's.
  HistoryBuilder routed_ = HistoryBuilder(kDelta, true).Transfer(kChuanyu);
  MemberDomains domains_;
  TestNode chuanyu_{kChuanyu};
  dispute::v1::DeliverRequest request_;
};

TEST_F(DisputeDeliveryTest, EventsOfAFollowedMembersNodeAreTaken) {
  const auto answer = DeliverAs("spiffe://delta.example/node/log-1");

  ASSERT_TRUE(answer.ok()) << answer.status();
  // Taking the dispute over is an event of its own, the third.
  EXPECT_EQ(answer->next_sequence(), 4u);
}

TEST_F(DisputeDeliveryTest, WhoeverElseHasACertificateOfAMemberOrOfAStrangerDeliversNothing) {
  const std::string before = chuanyu_.memory.Dump();
  for (const char* identity :
       {"spiffe://delta.example/operator/node", "spiffe://delta.example/nodes/log-1",
        "spiffe://stranger.example/node/log-1"}) {
    EXPECT_EQ(ReasonOf(DeliverAs(identity).status()), Reason::kIdentityNotListed) << identity;
  }
  EXPECT_EQ(chuanyu_.memory.Dump(), before);
}

}  // namespace
}  // namespace mrg
