#include "gateway/answer/fork_answers.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/fork/fork_evidence.h"

namespace mrg {
namespace {

using gateway::v1::ListForkEvidenceRequest;

trustlist::v1::ForkEvidence Evidence(const std::string& publisher, const std::string& second) {
  trustlist::v1::ForkEvidence evidence;
  evidence.set_publisher(publisher);
  evidence.add_roots("root");
  evidence.set_role("timestamp");
  evidence.set_first("a");
  evidence.set_second(second);
  return evidence;
}

class ForkAnswersTest : public ::testing::Test {
 protected:
  MemoryStore memory_;
  ForkStore forks_{&memory_};
};

TEST_F(ForkAnswersTest, ForksAreListedWithWhatAnOperatorSaid) {
  const auto evidence = Evidence("yangtze-delta", "b");
  ASSERT_TRUE(forks_.Keep(evidence, {}).ok());
  ASSERT_TRUE(forks_.Keep(Evidence("hub", "b"), {}).ok());
  ASSERT_TRUE(forks_
                  .Resume(*MemberId::Parse("yangtze-delta"), ForkEvidenceId(evidence), "by mail",
                          absl::FromUnixSeconds(1795478400))
                  .ok());
  ListForkEvidenceRequest of_delta;
  of_delta.set_publisher("yangtze-delta");

  const auto all = ListForkEvidence(forks_, {});
  const auto one = ListForkEvidence(forks_, of_delta);

  ASSERT_TRUE(all.ok() && one.ok());
  EXPECT_EQ(all->forks_size(), 2);
  ASSERT_EQ(one->forks_size(), 1);
  EXPECT_EQ(one->forks(0).id(), ForkEvidenceId(evidence));
  EXPECT_EQ(one->forks(0).resumed_because(), "by mail");
  EXPECT_TRUE(one->forks(0).has_resumed_at());
  EXPECT_FALSE(one->truncated());
}

TEST_F(ForkAnswersTest, WhatDoesNotFitIsSaidToBeMissing) {
  for (const char* second : {"b", "c", "d"}) {
    ASSERT_TRUE(forks_.Keep(Evidence("hub", second + std::string(size_t{7} << 20, 'x')), {}).ok());
  }

  const auto answer = ListForkEvidence(forks_, {});

  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->forks_size(), 2);
  EXPECT_TRUE(answer->truncated());
}

TEST_F(ForkAnswersTest, PublisherThatIsNoMemberIdIsNamed) {
  ListForkEvidenceRequest request;
  request.set_publisher("No Member");

  EXPECT_EQ(FieldOf(ListForkEvidence(forks_, request).status()), "publisher");
}

}  // namespace
}  // namespace mrg
