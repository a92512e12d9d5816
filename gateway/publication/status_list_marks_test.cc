#include "gateway/publication/status_list_marks.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/base/testing/simulated_clock.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/store/blob_store.h"

namespace mrg {
namespace {

const JurisdictionId kShanghai = *JurisdictionId::Parse("31");
const std::string kTag(32, 't');

// Marks of a node whose repository is empty, so that whatever reaches it is TARGET_NOT_FOUND.
class StatusListMarksTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(keys_.SetOwn(AsJurisdiction("31"), {2, std::string(32, 'k')}).ok());
  }

  SimulatedClock clock_{absl::FromUnixSeconds(1795478400)};
  MemoryStore store_;
  const BlobStore blobs_{&store_};
  RepositoryPublisher publisher_{
      PublisherOptions{*MemberId::Parse("yangtze-delta"), "status", {"31/status/licences"}},
      {nullptr, nullptr, nullptr},
      &store_,
      nullptr};
  LicenceStatusWriter writer_{&publisher_, &blobs_, &store_};
  EpochKeyring keys_{&store_, std::string(32, 'n')};
  StatusListMarks marks_{&writer_, &keys_, &clock_};
};

// An entry under an epoch that has no key would stop every decision about the jurisdiction.
TEST_F(StatusListMarksTest, MarkUnderAnEpochWithoutAKeyIsNotSet) {
  const absl::Time now = clock_.Now();

  const std::vector<absl::Status> made =
      marks_.Change({{kShanghai, 3, kTag, true, now},
                     {*JurisdictionId::Parse("50"), 2, kTag, true, now},
                     {kShanghai, 2, kTag, true, now}});

  ASSERT_EQ(made.size(), 3u);
  EXPECT_EQ(ReasonOf(made[0]), Reason::kEpochKeyUnavailable);
  EXPECT_EQ(ReasonOf(made[1]), Reason::kEpochKeyUnavailable);
  EXPECT_EQ(ReasonOf(made[2]), Reason::kTargetNotFound);
}

TEST_F(StatusListMarksTest, MarkIsLiftedUnderAnEpochWhoseKeyIsGone) {
  const std::vector<absl::Status> made = marks_.Change({{kShanghai, 1, kTag, false, clock_.Now()}});

  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(ReasonOf(made[0]), Reason::kTargetNotFound);
}

}  // namespace
}  // namespace mrg
