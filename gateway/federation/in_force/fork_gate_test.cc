#include "gateway/federation/in_force/fork_gate.h"

#include <string>

#include "gateway/base/testing/ids.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/federation/in_force/testing/intake_node.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/storage/testing/interleaving_store.h"
#include "gtest/gtest.h"
#include "trustlist/fork/fork_evidence.h"

namespace mrg {
namespace {

trustlist::v1::ForkEvidence ForkOf(const std::string& second) {
  trustlist::v1::ForkEvidence evidence;
  evidence.set_publisher(kSichuanMember);
  evidence.add_roots("root");
  evidence.set_role("timestamp");
  evidence.set_first("first");
  evidence.set_second(second);
  return evidence;
}

// A node with a set of the publisher in force, and one fork of it that waits for an answer.
class ForkGateTest : public TrustIntakeTest {
 protected:
  void SetUp() override {
    OfferAll(&node_);
    Find("b");
  }

  void Find(const std::string& second) {
    EXPECT_TRUE(*forks_.Keep(ForkOf(second), {}));
    gate_.OnFork(ForkOf(second));
  }
  absl::Status Answer(const std::string& second) {
    return gate_.Resume(publisher_, ForkEvidenceId(ForkOf(second)), "by telephone", FixtureNow());
  }
  bool InForceAsForked() const { return node_.holder.View()->Find(publisher_)->set->forked; }

  const MemberId publisher_ = AsMember(kSichuanMember);
  IntakeNode node_{&store_};
  InterleavingStore interleaving_{&store_};
  ForkStore forks_{&interleaving_};
  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  KeptEvents events_;
  ForkGate gate_{&forks_, &node_.intake, &metrics_, &events_};
};

TEST_F(ForkGateTest, S3_T08_AnAnswerOpensTheGateOnceNoForkWaits) {
  Find("c");
  ASSERT_TRUE(InForceAsForked());

  ASSERT_TRUE(Answer("b").ok());
  EXPECT_TRUE(InForceAsForked());
  ASSERT_TRUE(Answer("c").ok());

  EXPECT_FALSE(InForceAsForked());
}

TEST_F(ForkGateTest, S3_T08_AForkThatComesWhileAnotherIsAnsweredDoesNotRideOnTheAnswer) {
  // Between what is read of the forks and the opening of the gate.
  interleaving_.AfterNextScan([this] { Find("late"); });

  ASSERT_TRUE(Answer("b").ok());

  EXPECT_TRUE(*forks_.IsFrozen(publisher_));
  EXPECT_TRUE(InForceAsForked());
  ASSERT_TRUE(Answer("late").ok());
  EXPECT_FALSE(InForceAsForked());
}

}  // namespace
}  // namespace mrg
