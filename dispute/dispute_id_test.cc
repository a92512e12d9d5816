#include "dispute/dispute_id.h"

#include <string>

#include "dispute/testing/sample_dispute.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kValid[] = "yangtze-delta/01923f5e-7b2c-7def-8abc-0123456789ab";

TEST(DisputeId, IsMemberAndUuidV7) {
  const auto id = DisputeId::Parse(kValid);

  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(id->filing_member(), Member(kDelta));
  EXPECT_EQ(id->value(), kValid);
}

TEST(DisputeId, OtherFormsAreRefused) {
  for (const char* text : {
           "",
           "yangtze-delta",
           "yangtze-delta/",
           "/01923f5e-7b2c-7def-8abc-0123456789ab",
           "Yangtze/01923f5e-7b2c-7def-8abc-0123456789ab",
           "yangtze-delta/01923F5E-7B2C-7DEF-8ABC-0123456789AB",
           "yangtze-delta/01923f5e-7b2c-4def-8abc-0123456789ab",
           "yangtze-delta/01923f5e-7b2c-7def-cabc-0123456789ab",
           "yangtze-delta/01923f5e-7b2c-7def-8abc-0123456789ab/",
           "yangtze-delta/01923f5e-7b2c-7def-8abc-0123456789a",
           "yangtze-delta/01923f5e7b2c7def8abc0123456789ab",
           "a/b/01923f5e-7b2c-7def-8abc-0123456789ab",
           "../01923f5e-7b2c-7def-8abc-0123456789ab",
       }) {
    EXPECT_EQ(ReasonOf(DisputeId::Parse(text).status()), Reason::kFieldMalformed) << text;
  }
}

TEST(DisputeId, NewOnesAreWellFormedAndDiffer) {
  const DisputeId a = DisputeId::Make(Member(kDelta), SampleStart());
  const DisputeId b = DisputeId::Make(Member(kDelta), SampleStart());

  EXPECT_TRUE(DisputeId::Parse(a.value()).ok()) << a.value();
  EXPECT_NE(a, b);
  EXPECT_LE(DisputeId::Make(Member(std::string(63, 'm')), SampleStart()).value().size(), 100u);
}

TEST(DisputeId, LaterOnesSortAfterEarlierOnesOfAMember) {
  const DisputeId early = DisputeId::Make(Member(kDelta), SampleStart());
  const DisputeId late = DisputeId::Make(Member(kDelta), SampleStart() + absl::Milliseconds(1));

  EXPECT_LT(early, late);
}

TEST(QueueName, IsLowerCaseDigitsAndDashes) {
  EXPECT_TRUE(IsQueueName("issuer-50"));
  EXPECT_TRUE(IsQueueName(std::string(64, 'q')));
  for (const std::string& name : {std::string(), std::string("Issuer"), std::string("a/b"),
                                  std::string("a b"), std::string(65, 'q')}) {
    EXPECT_FALSE(IsQueueName(name)) << name;
  }
}

}  // namespace
}  // namespace mrg
