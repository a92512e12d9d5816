#include "gateway/federation/move_bounds.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

class MoveBoundsTest : public testing::Test {
 protected:
  // More than any bound, so that a lost one is an answer and not a loop.
  static constexpr int kFar = 100;

  // Result: how many moves are counted before one must wait.
  int MovesAtOnce() {
    int moves = 0;
    for (; moves < kFar && bounds_.MayMove(restless_, now_); ++moves) {
      bounds_.Count(restless_, now_);
    }
    return moves;
  }

  const MemberId restless_ = *MemberId::Parse("sichuan-chongqing");
  absl::Duration now_ = absl::Hours(100);
  MoveBounds bounds_;
};

TEST_F(MoveBoundsTest, AMemberMovesAFewTimesAtOnceAndThenSeldom) {
  EXPECT_EQ(MovesAtOnce(), 6);

  now_ += absl::Minutes(9);
  EXPECT_FALSE(bounds_.MayMove(restless_, now_));
  EXPECT_TRUE(bounds_.MayMove(*MemberId::Parse("pearl-river"), now_));
  now_ += absl::Minutes(2);
  EXPECT_EQ(MovesAtOnce(), 1);
  now_ += absl::Hours(1000);
  EXPECT_EQ(MovesAtOnce(), 6) << "no more is saved up";
}

TEST_F(MoveBoundsTest, MovesThatWereNotAskedForAreNoDebt) {
  for (int i = 0; i < kFar; ++i) bounds_.Count(restless_, now_);
  EXPECT_FALSE(bounds_.MayMove(restless_, now_));

  now_ += MoveBounds::kMovePeriod;

  EXPECT_EQ(MovesAtOnce(), 1);
}

}  // namespace
}  // namespace mrg
