#include "gateway/answer/dispute_views.h"

#include <string>
#include <vector>

#include "dispute/testing/test_node.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
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
  const SpiffeId auditor_ = Spiffe(kDelta, "auditor/demo");
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

// Result: the names of the fields that say something.
std::vector<std::string> FieldsOf(const dispute::v1::Dispute& dispute) {
  std::vector<const google::protobuf::FieldDescriptor*> set;
  dispute.GetReflection()->ListFields(dispute, &set);
  std::vector<std::string> names;
  for (const auto* field : set) names.push_back(field->name());
  return names;
}

TEST_F(Threat, D07_AnAuditorSeesHowEachCaseGoesAndNothingThatPeopleWrote) {
  const auto claimed = node_.queue.Claim(SampleWorker(kDelta), 1, absl::Minutes(10), SampleStart());
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  const RulingOrder order = {SampleWorker(kDelta), *RequestId::Parse("r2"), node_.OnlyDispute(),
                             claimed->at(0).token};
  ASSERT_TRUE(node_.ruling.Accept(order, SampleStart()).ok());
  RulingOrder last = order;
  last.request_id = *RequestId::Parse("r3");
  const auto decided = node_.ruling.Complete(last, dispute::v1::DISPUTE_DECISION_PARTLY,
                                             SampleExplanation(), SampleStart() + absl::Minutes(1));
  ASSERT_TRUE(decided.ok()) << decided.status();
  GetDisputeRequest one;
  one.set_dispute(id_);

  const auto got = GetDispute(shelf_, auditor_, one, SampleStart());
  const auto listed = ListDisputes(shelf_, auditor_, {}, SampleStart());

  ASSERT_TRUE(got.ok()) << got.status();
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->disputes_size(), 1);
  EXPECT_EQ(listed->disputes(0).SerializeAsString(), got->dispute().SerializeAsString());
  EXPECT_EQ(got->events_size(), 0) << "words and receipts stand in them";
  EXPECT_THAT(
      FieldsOf(got->dispute()),
      testing::ElementsAre("name", "kind", "state", "owner_member", "owner_epoch", "queue",
                           "type_code", "issuing_jurisdiction", "using_jurisdiction", "filed_at",
                           "accepted_at", "closed_at", "decision", "last_sequence"));
  EXPECT_EQ(got->dispute().decision(), dispute::v1::DISPUTE_DECISION_PARTLY);
  const auto filers = GetDispute(shelf_, filer_, one, SampleStart());
  ASSERT_TRUE(filers.ok()) << filers.status();
  EXPECT_THAT(FieldsOf(filers->dispute()),
              testing::IsSupersetOf(
                  {"filer", "receipt_sha256", "description", "explanation_en", "explanation_zh"}));
}

TEST_F(Threat, D07_OnlyThePathOfAnAuditorIsAnAuditorsAndItWatchesNothing) {
  WatchDisputeRequest watch;
  watch.set_dispute(id_);

  EXPECT_EQ(ReasonOf(WatchDispute(shelf_, auditor_, watch, SampleStart()).status()),
            Reason::kDisputeNotFound);
  for (const char* path : {"auditor/demo/x", "operator/demo", "jurisdiction/31/auditor/demo",
                           "worker/auditor/demo", "auditors/demo"}) {
    EXPECT_EQ(ReasonOf(Get(Spiffe(kDelta, path))), Reason::kDisputeNotFound) << path;
    EXPECT_EQ(Listed(Spiffe(kDelta, path)), 0) << path;
  }
  EXPECT_EQ(Listed(auditor_, "another"), 0);
  EXPECT_EQ(Listed(auditor_, kQueue), 1);
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
