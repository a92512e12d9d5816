#include "gateway/answer/publisher_decisions.h"

#include <optional>
#include <string>

#include "gateway/base/reason.h"
#include "gateway/federation/testing/following_parts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/fork/fork_evidence.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using gateway::v1::RepinPublisherRequest;
using gateway::v1::ResumePublisherRequest;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// The Delta follows the hub, of whose root its operator decides alone.
class PublisherDecisionsTest : public ::testing::Test {
 protected:
  PublisherDecisionsTest() {
    MetadataStore metadata(&node_.desk.store);
    EXPECT_TRUE(InitTrust(hub_, before_.root(1), std::nullopt, &metadata).ok());
  }

  RepinPublisherRequest RepinRequest() const {
    RepinPublisherRequest request;
    request.set_publisher("hub");
    request.set_root(after_.root(1));
    request.set_root_sha256(*RootDigest(after_.root(1)));
    request.set_because("keys lost");
    return request;
  }
  trustlist::v1::ForkEvidence Fork(const std::string& second) {
    trustlist::v1::ForkEvidence evidence;
    evidence.set_publisher("hub");
    evidence.add_roots("root");
    evidence.set_role("timestamp");
    evidence.set_first("a");
    evidence.set_second(second);
    EXPECT_TRUE(node_.forks.Keep(evidence, {}).ok());
    return evidence;
  }
  static ResumePublisherRequest ResumeRequest(const trustlist::v1::ForkEvidence& fork) {
    ResumePublisherRequest request;
    request.set_publisher("hub");
    request.set_id(ForkEvidenceId(fork));
    request.set_because("by mail");
    return request;
  }

  const MemberId own_ = *MemberId::Parse("yangtze-delta");
  const MemberId hub_ = *MemberId::Parse("hub");
  RepositorySimulator before_{kNow}, after_{kNow};
  FollowingParts node_{
      own_, {{hub_, "127.0.0.1:1", "hub.example", "", before_.root(1), "", true, false}}, kNow};
  RepositoryPublisher publisher_{PublisherOptions{own_}, {}, &node_.desk.store, nullptr};
  const RepinDesk repins_{
      own_,
      hub_,
      &node_.peers,
      {&node_.desk.store, &publisher_, &node_.list, &node_.turns, &node_.desk.events}};
};

TEST_F(PublisherDecisionsTest, ARepinIsAnsweredWithTheDecisionAsItIsKept) {
  const auto answer = DecideRepin(repins_, RepinRequest(), kNow);

  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->repin().old_root_sha256(), *RootDigest(before_.root(1)));
  EXPECT_EQ(answer->repin().new_root_sha256(), *RootDigest(after_.root(1)));
  EXPECT_EQ(answer->repin().old_root_version(), 1);
  EXPECT_EQ(answer->repin().new_root_version(), 1);
  EXPECT_EQ(answer->repin().because(), "keys lost");
  EXPECT_EQ(answer->repin().repinned_at().seconds(), absl::ToUnixSeconds(kNow));
}

TEST_F(PublisherDecisionsTest, BadFieldsAreNamedAndNothingIsDecided) {
  RepinPublisherRequest nobody = RepinRequest();
  nobody.set_publisher("Nobody at all");
  RepinPublisherRequest short_digest = RepinRequest();
  short_digest.set_root_sha256("short");
  RepinPublisherRequest no_root = RepinRequest();
  no_root.clear_root();
  RepinPublisherRequest no_words = RepinRequest();
  no_words.clear_because();
  ResumePublisherRequest long_words = ResumeRequest(Fork("b"));
  long_words.set_because(std::string(1025, 'x'));

  EXPECT_EQ(FieldOf(DecideRepin(repins_, nobody, kNow).status()), "publisher");
  EXPECT_EQ(FieldOf(DecideRepin(repins_, short_digest, kNow).status()), "root_sha256");
  EXPECT_EQ(FieldOf(DecideRepin(repins_, no_root, kNow).status()), "root");
  EXPECT_EQ(FieldOf(DecideRepin(repins_, no_words, kNow).status()), "because");
  EXPECT_EQ(FieldOf(DecideResume(&node_.fork_gate, node_.forks, long_words, kNow).status()),
            "because");
  EXPECT_THAT(*repins_.DecisionsOf(hub_), IsEmpty());
  EXPECT_TRUE(*node_.forks.IsFrozen(hub_));
}

TEST_F(PublisherDecisionsTest, APublisherIsHeldUntilEveryForkIsAnswered) {
  const auto first = Fork("b"), second = Fork("c");

  const auto after_one = DecideResume(&node_.fork_gate, node_.forks, ResumeRequest(first), kNow);
  const auto after_two = DecideResume(&node_.fork_gate, node_.forks, ResumeRequest(second), kNow);

  ASSERT_TRUE(after_one.ok() && after_two.ok()) << after_one.status() << after_two.status();
  EXPECT_TRUE(after_one->frozen());
  EXPECT_FALSE(after_two->frozen());
  EXPECT_THAT(node_.desk.events.Take(), Contains(HasSubstr("publisher_resumed")).Times(2));
}

TEST_F(PublisherDecisionsTest, AForkThatIsNotKeptCannotBeAnswered) {
  ResumePublisherRequest request = ResumeRequest(Fork("b"));
  request.set_id(std::string(32, 'x'));

  EXPECT_EQ(ReasonOf(DecideResume(&node_.fork_gate, node_.forks, request, kNow).status()),
            Reason::kForkEvidenceNotFound);
  EXPECT_TRUE(*node_.forks.IsFrozen(hub_));
}

}  // namespace
}  // namespace mrg
