#include "gateway/answer/dispute_work.h"

#include "dispute/testing/test_node.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::AcceptDisputeRequest;
using dispute::v1::ClaimDisputesRequest;
using dispute::v1::CompleteDisputeRequest;
using dispute::v1::HeartbeatDisputeRequest;
using dispute::v1::ReleaseDisputeRequest;

class DisputeWorkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(node_.filing.File(SampleOrder("r1", kDelta), SampleStart()).ok());
  }

  static ClaimDisputesRequest Claim(const std::string& queue = kQueue) {
    ClaimDisputesRequest request;
    request.set_queue(queue);
    request.mutable_lease_duration()->set_seconds(600);
    return request;
  }

  TestNode node_{kDelta};
  const DisputeWork work_{&node_.queue, &node_.ruling};
  const SpiffeId worker_ = SampleWorker(kDelta).id;
  const SpiffeId platform_ = SampleOrder("r1", kDelta).filer;
};

TEST_F(DisputeWorkTest, WorkerClaimsProlongsAcceptsAndReleases) {
  const auto claimed = work_.Claim(worker_, Claim(), SampleStart());
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->disputes_size(), 1);
  const dispute::v1::Lease lease = claimed->disputes(0).lease();
  HeartbeatDisputeRequest heartbeat;
  *heartbeat.mutable_lease() = lease;
  heartbeat.mutable_lease_duration()->set_seconds(3600);
  AcceptDisputeRequest accept;
  accept.set_request_id("r2");
  accept.set_dispute(lease.dispute());
  *accept.mutable_lease() = lease;
  ReleaseDisputeRequest release;
  *release.mutable_lease() = lease;

  const auto prolonged = work_.Heartbeat(worker_, heartbeat, SampleStart());
  const auto accepted = work_.Accept(worker_, accept, SampleStart());
  const auto released = work_.Release(worker_, release, SampleStart());

  ASSERT_TRUE(prolonged.ok()) << prolonged.status();
  EXPECT_GT(prolonged->lease().expires_at().seconds(), lease.expires_at().seconds());
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->dispute().state(), dispute::v1::DISPUTE_STATE_VERIFYING);
  EXPECT_TRUE(released.ok()) << released.status();
}

TEST_F(DisputeWorkTest, WhoIsNoWorkerHasNoQueue) {
  EXPECT_EQ(ReasonOf(work_.Claim(platform_, Claim(), SampleStart()).status()),
            Reason::kIdentityNotListed);
  EXPECT_EQ(ReasonOf(work_.Accept(platform_, {}, SampleStart()).status()),
            Reason::kIdentityNotListed);
  EXPECT_EQ(ReasonOf(work_.Release(platform_, {}, SampleStart()).status()),
            Reason::kIdentityNotListed);
}

TEST_F(DisputeWorkTest, WorkerHasItsOwnQueueOnly) {
  EXPECT_EQ(ReasonOf(work_.Claim(worker_, Claim("another"), SampleStart()).status()),
            Reason::kIdentityNotListed);
}

TEST_F(DisputeWorkTest, BadFieldsAreNamed) {
  ClaimDisputesRequest without_duration = Claim();
  without_duration.clear_lease_duration();
  AcceptDisputeRequest of_another;
  of_another.set_request_id("r2");
  of_another.set_dispute(node_.OnlyDispute().value());
  of_another.mutable_lease()->set_dispute(
      DisputeId::Make(Member(kDelta), SampleStart() + absl::Seconds(1)).value());
  CompleteDisputeRequest undecided;
  undecided.set_request_id("r3");
  undecided.mutable_lease()->set_dispute(node_.OnlyDispute().value());

  EXPECT_EQ(FieldOf(work_.Claim(worker_, Claim("Q!"), SampleStart()).status()), "queue");
  EXPECT_EQ(FieldOf(work_.Claim(worker_, without_duration, SampleStart()).status()),
            "lease_duration");
  EXPECT_EQ(FieldOf(work_.Accept(worker_, of_another, SampleStart()).status()), "lease.dispute");
  EXPECT_EQ(ReasonOf(work_.Complete(worker_, undecided, SampleStart()).status()),
            Reason::kEnumUnspecified);
}

}  // namespace
}  // namespace mrg
