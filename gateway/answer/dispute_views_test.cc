#include "gateway/answer/dispute_views.h"

#include <string>

#include "dispute/testing/test_node.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::GetDisputeRequest;
using dispute::v1::ListDisputesRequest;
using dispute::v1::WatchDisputeRequest;

class DisputeViewsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto filed = node_.filing.File(SampleOrder("r1", kDelta), SampleStart());
    ASSERT_TRUE(filed.ok()) << filed.status();
    id_ = filed->name();
  }

  absl::Status Get(const SpiffeId& caller) {
    GetDisputeRequest request;
    request.set_dispute(id_);
    return GetDispute(shelf_, caller, request, SampleStart()).status();
  }

  int Listed(const SpiffeId& caller, const std::string& queue = "") {
    ListDisputesRequest request;
    request.set_queue(queue);
    const auto page = ListDisputes(shelf_, caller, request, SampleStart());
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? page->disputes_size() : -1;
  }

  TestNode node_{kDelta};
  const DisputeShelf shelf_{Member(kDelta), &node_.reader};
  const SpiffeId filer_ = SampleOrder("r1", kDelta).filer;
  const SpiffeId stranger_ = Spiffe(kDelta, "jurisdiction/31/platform/other");
  const SpiffeId worker_ = SampleWorker(kDelta).id;
  const SpiffeId other_worker_ = SampleWorker(kDelta, "w2", "another").id;
  std::string id_;
};

using Threat = DisputeViewsTest;

TEST_F(Threat, D06_D07_FilerAndTheQueuesWorkerSeeADisputeAndNobodyElse) {
  EXPECT_TRUE(Get(filer_).ok());
  EXPECT_TRUE(Get(worker_).ok());
  EXPECT_EQ(ReasonOf(Get(stranger_)), Reason::kDisputeNotFound);
  EXPECT_EQ(ReasonOf(Get(other_worker_)), Reason::kDisputeNotFound);
}

TEST_F(Threat, D06_QueueOfTheSameNameAtAnotherMemberIsAnotherQueue) {
  const DisputeShelf elsewhere{Member(kChuanyu), &node_.reader};
  GetDisputeRequest request;
  request.set_dispute(id_);

  EXPECT_EQ(ReasonOf(GetDispute(elsewhere, worker_, request, SampleStart()).status()),
            Reason::kDisputeNotFound);
}

TEST_F(Threat, D07_ListHoldsWhatTheCallerFiledOrWorksOn) {
  EXPECT_EQ(Listed(filer_), 1);
  EXPECT_EQ(Listed(filer_, kQueue), 1);
  EXPECT_EQ(Listed(stranger_), 0);
  EXPECT_EQ(Listed(worker_), 1);
  EXPECT_EQ(Listed(worker_, "another"), 0);
  EXPECT_EQ(Listed(other_worker_), 0);
}

TEST_F(DisputeViewsTest, BadFieldsAreNamed) {
  ListDisputesRequest list;
  list.set_queue(std::string(65, 'q'));
  WatchDisputeRequest watch;
  watch.set_dispute(std::string(101, 'd'));

  EXPECT_EQ(FieldOf(ListDisputes(shelf_, filer_, list, SampleStart()).status()), "queue");
  EXPECT_EQ(FieldOf(GetDispute(shelf_, filer_, {}, SampleStart()).status()), "dispute");
  EXPECT_EQ(ReasonOf(CheckWatchRequest(watch)), Reason::kFieldTooLong);
}

TEST_F(DisputeViewsTest, WatcherIsToldWhenNothingWillFollow) {
  WatchDisputeRequest request;
  request.set_dispute(id_);
  const auto open = WatchDispute(shelf_, filer_, request, SampleStart());
  const auto refused = node_.ruling.Refuse(
      {SampleWorker(kDelta), *RequestId::Parse("r2"), node_.OnlyDispute(), std::nullopt},
      SampleExplanation(), SampleStart());
  ASSERT_TRUE(refused.ok()) << refused.status();

  const auto over = WatchDispute(shelf_, filer_, request, SampleStart());

  ASSERT_TRUE(open.ok() && over.ok());
  EXPECT_FALSE(open->is_over);
  EXPECT_TRUE(over->is_over);
  EXPECT_EQ(over->shown.dispute().state(), dispute::v1::DISPUTE_STATE_REFUSED);
}

}  // namespace
}  // namespace mrg
