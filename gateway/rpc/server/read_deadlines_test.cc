#include "gateway/rpc/server/read_deadlines.h"

#include <optional>

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(ReadDeadlines, CutsWhatWaitsTooLongOnceAndNothingElse) {
  ReadDeadlines deadlines;
  int old_cut = 0, new_cut = 0, done_cut = 0;
  auto old_read = deadlines.Begin(absl::Seconds(1), [&] { ++old_cut; });
  std::optional<ReadDeadlines::Waiting> done =
      deadlines.Begin(absl::Seconds(1), [&] { ++done_cut; });
  auto new_read = deadlines.Begin(absl::Seconds(5), [&] { ++new_cut; });
  done.reset();

  EXPECT_EQ(deadlines.CutOlderThan(absl::Seconds(5)), 1u);
  EXPECT_EQ(deadlines.CutOlderThan(absl::Seconds(5)), 0u);

  EXPECT_EQ(old_cut, 1);
  EXPECT_EQ(new_cut, 0);
  EXPECT_EQ(done_cut, 0) << "its request is there";
  EXPECT_EQ(deadlines.CutOlderThan(absl::Seconds(6)), 1u);
  EXPECT_EQ(new_cut, 1);
}

TEST(ReadDeadlines, AWaitThatMovesIsOneWait) {
  ReadDeadlines deadlines;
  int cut = 0;
  std::optional<ReadDeadlines::Waiting> held;
  {
    ReadDeadlines::Waiting begun = deadlines.Begin(absl::Seconds(1), [&] { ++cut; });
    held.emplace(std::move(begun));
  }
  EXPECT_EQ(deadlines.CutOlderThan(absl::Seconds(2)), 1u);
  held.reset();
  EXPECT_EQ(deadlines.CutOlderThan(absl::Seconds(9)), 0u);
}

}  // namespace
}  // namespace mrg
