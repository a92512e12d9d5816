#include "dispute/dispute_reader.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dispute/dispute_limits.h"
#include "dispute/event_writes.h"
#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/test_node.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DisputeReaderTest : public ::testing::Test {
 protected:
  // Files one dispute a minute after the one before. Result: its name.
  std::string File(absl::string_view queue = kQueue, absl::string_view platform = "portal") {
    FilingOrder order = SampleOrder(absl::StrCat("r", ++filed_), kChuanyu);
    order.filer = Platform(platform);
    order.destination.queue = std::string(queue);
    return node_.filing.File(order, SampleStart() + absl::Minutes(filed_))->name();
  }
  static SpiffeId Platform(absl::string_view name) {
    return Spiffe(kDelta, absl::StrCat("jurisdiction/31/platform/", name));
  }
  // Result: the names of all pages; fails the test when a page is not as long as asked for.
  std::vector<std::string> ListAll(DisputeQuery query) {
    std::vector<std::string> names;
    do {
      const auto page = node_.reader.List(query, SampleStart());
      EXPECT_TRUE(page.ok()) << page.status();
      for (const auto& one : page->disputes) names.push_back(one.name());
      query.page_token = page->next_page_token;
      EXPECT_LE(query.page_token.size(), kDisputePageTokenBytesMax);
    } while (!query.page_token.empty());
    return names;
  }

  int filed_ = 0;
  TestNode node_{kChuanyu};
};

using Threat = DisputeReaderTest;

TEST_F(DisputeReaderTest, GetGivesTheDisputeAndItsEvents) {
  const std::string name = File();

  const auto view = node_.reader.Get(name, nullptr, SampleStart());

  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->dispute.name(), name);
  EXPECT_EQ(view->events, node_.History(*DisputeId::Parse(name)).bytes());
}

TEST_F(DisputeReaderTest, WhatIsNotThereOrNotVisibleIsNotFoundAlike) {
  const std::string name = File();
  const DisputeVisible nobody = [](const dispute::v1::Dispute&) { return false; };
  const absl::Status hidden = node_.reader.Get(name, nobody, SampleStart()).status();
  const absl::Status absent =
      node_.reader.Get(DisputeId::Make(Member(kChuanyu), {}).value(), nobody, SampleStart())
          .status();

  EXPECT_EQ(ReasonOf(hidden), Reason::kDisputeNotFound);
  EXPECT_EQ(hidden, absent);
  EXPECT_EQ(ReasonOf(node_.reader.Get("../x", nullptr, SampleStart()).status()),
            Reason::kDisputeNotFound);
}

TEST_F(DisputeReaderTest, ListGivesOldestFilingFirstPageByPage) {
  std::vector<std::string> filed;
  for (int i = 0; i < 7; ++i) filed.push_back(File());
  DisputeQuery query;
  for (int page_size : {1, 2, 3, 7, 8, 0}) {
    query.page_size = page_size;
    EXPECT_THAT(ListAll(query), ElementsAreArray(filed)) << page_size;
  }
}

TEST_F(DisputeReaderTest, FullLastPageHasNoToken) {
  File();
  File();
  DisputeQuery query;
  query.page_size = 2;

  EXPECT_EQ(node_.reader.List(query, SampleStart())->next_page_token, "");
}

TEST_F(DisputeReaderTest, ListOfAQueueHoldsItsClosedDisputesToo) {
  const std::string in_queue = File();
  File("issuer-51");
  ASSERT_TRUE(node_.ruling
                  .Refuse({SampleWorker(kChuanyu), *RequestId::Parse("f1"),
                           *DisputeId::Parse(in_queue), std::nullopt},
                          SampleExplanation(), SampleStart())
                  .ok());
  DisputeQuery query;
  query.queue = kQueue;

  EXPECT_THAT(ListAll(query), ElementsAre(in_queue));
}

TEST_F(DisputeReaderTest, ListByStateSeesLeases) {
  const std::string verified = File();
  const std::string accepted = File();
  const std::string submitted = File();
  for (const std::string& name : {verified, accepted}) {
    ASSERT_TRUE(node_.ruling
                    .Accept({SampleWorker(kChuanyu), *RequestId::Parse(name.substr(18)),
                             *DisputeId::Parse(name), std::nullopt},
                            SampleStart())
                    .ok());
  }
  // The queue gives `submitted` first, which is due earlier.
  ASSERT_THAT(*node_.queue.Claim(SampleWorker(kChuanyu), 2, absl::Minutes(1), SampleStart()),
              SizeIs(2));
  const auto in_state = [&](dispute::v1::DisputeState state) {
    DisputeQuery query;
    query.state = state;
    return ListAll(query);
  };

  EXPECT_THAT(in_state(dispute::v1::DISPUTE_STATE_VERIFYING), ElementsAre(verified));
  EXPECT_THAT(in_state(dispute::v1::DISPUTE_STATE_ACCEPTED), ElementsAre(accepted));
  EXPECT_THAT(in_state(dispute::v1::DISPUTE_STATE_SUBMITTED), ElementsAre(submitted));
  EXPECT_THAT(in_state(dispute::v1::DISPUTE_STATE_CLOSED), IsEmpty());
}

TEST_F(DisputeReaderTest, PageIsBoundedAlsoWhenNothingMatches) {
  for (size_t i = 0; i < kDisputesExaminedMax + 5; ++i) File();
  DisputeQuery query;
  query.visible = [](const dispute::v1::Dispute&) { return false; };

  const auto page = node_.reader.List(query, SampleStart());

  EXPECT_THAT(page->disputes, IsEmpty());
  EXPECT_NE(page->next_page_token, "");
  EXPECT_THAT(ListAll(query), IsEmpty());
}

TEST_F(DisputeReaderTest, BadPageSizeOrTokenIsRefused) {
  File();
  DisputeQuery query;
  for (int page_size : {-1, 101}) {
    query.page_size = page_size;
    EXPECT_EQ(FieldOf(node_.reader.List(query, SampleStart()).status()), "page_size");
  }
  query.page_size = 1;
  for (const std::string& token :
       {std::string("%"), std::string("AAAA"), std::string(513, 'A'), std::string(512, 'A')}) {
    query.page_token = token;
    const absl::Status refused = node_.reader.List(query, SampleStart()).status();
    EXPECT_EQ(ReasonOf(refused), Reason::kFieldMalformed) << token;
    EXPECT_EQ(FieldOf(refused), "page_token");
  }
}

TEST_F(DisputeReaderTest, AListOfAFilersHoldsItsOwnFilingsOnly) {
  const std::string mine = File(kQueue, "mine");
  const std::string other = File(kQueue, "other");
  DisputeQuery query;
  query.filer = Platform("mine");

  EXPECT_THAT(ListAll(query), ElementsAre(mine));
  query.queue = kQueue;  // also when it names a queue
  EXPECT_THAT(ListAll(query), ElementsAre(mine));
  query.queue = "issuer-51";
  EXPECT_THAT(ListAll(query), IsEmpty());
  // A filer whose name begins with another's has another index.
  query.queue.clear();
  query.filer = Platform("min");
  EXPECT_THAT(ListAll(query), IsEmpty());
}

TEST_F(Threat, D07_PageTokenOfAnotherListOpensNothing) {
  File(kQueue, "other");
  File(kQueue, "other");
  const std::string mine = File(kQueue, "mine");
  DisputeQuery others;
  others.filer = Platform("other");
  others.page_size = 1;
  DisputeQuery query;
  query.filer = Platform("mine");
  query.page_token = node_.reader.List(others, SampleStart())->next_page_token;
  ASSERT_NE(query.page_token, "");

  const auto page = node_.reader.List(query, SampleStart());

  ASSERT_THAT(page->disputes, SizeIs(1));
  EXPECT_EQ(page->disputes[0].name(), mine);
}

TEST_F(DisputeReaderTest, WhatIsNotVisibleIsInNoList) {
  File("issuer-51");
  const std::string mine = File();
  DisputeQuery query;
  query.visible = [](const dispute::v1::Dispute& one) { return one.queue() == kQueue; };

  EXPECT_THAT(ListAll(query), ElementsAre(mine));
}

TEST_F(DisputeReaderTest, QueueFiguresCountFreeLeasedAndOverdueCases) {
  for (int i = 0; i < 4; ++i) File();
  File("issuer-51");
  ASSERT_TRUE(node_.queue.Claim(SampleWorker(kChuanyu), 1, absl::Minutes(1), SampleStart()).ok());
  const absl::Time due = node_.reader.CountQueue(kQueue, 100, SampleStart())->first_due_at;

  const QueueFigures now = *node_.reader.CountQueue(kQueue, 100, SampleStart());
  const QueueFigures later = *node_.reader.CountQueue(kQueue, 100, due);

  EXPECT_EQ(now.ready, 3u);
  EXPECT_EQ(now.leased, 1u);
  EXPECT_EQ(now.overdue, 0u);
  EXPECT_EQ(now.oldest_filed_at, SampleStart() + absl::Minutes(2));
  EXPECT_TRUE(now.is_complete);
  EXPECT_EQ(later.ready, 4u);  // the lease has ended
  EXPECT_EQ(later.leased, 0u);
  EXPECT_EQ(later.overdue, 3u);
}

TEST_F(DisputeReaderTest, FiguresOfAllQueuesAreCountedTogether) {
  for (int i = 0; i < 3; ++i) File();
  File("issuer-51");
  File("appeals");
  ASSERT_TRUE(node_.queue.Claim(SampleWorker(kChuanyu), 1, absl::Minutes(1), SampleStart()).ok());

  const QueueFigures all = *node_.reader.CountQueue("", 100, SampleStart());

  EXPECT_EQ(all.ready, 4u);
  EXPECT_EQ(all.leased, 1u);
  EXPECT_EQ(all.oldest_filed_at, SampleStart() + absl::Minutes(2));
  EXPECT_EQ(node_.reader.CountQueue("no-such", 100, SampleStart())->ready, 0u);
}

TEST_F(DisputeReaderTest, QueueFiguresSayWhenTheyEndAtTheLimit) {
  for (int i = 0; i < 4; ++i) File();

  EXPECT_TRUE(node_.reader.CountQueue(kQueue, 4, SampleStart())->is_complete);
  const QueueFigures cut = *node_.reader.CountQueue(kQueue, 3, SampleStart());
  EXPECT_EQ(cut.ready, 3u);
  EXPECT_FALSE(cut.is_complete);
}

TEST_F(DisputeReaderTest, EmptyQueueHasNoOldestCase) {
  const QueueFigures figures = *node_.reader.CountQueue(kQueue, 3, SampleStart());

  EXPECT_EQ(figures.ready, 0u);
  EXPECT_EQ(figures.oldest_filed_at, absl::InfiniteFuture());
}

TEST_F(DisputeReaderTest, OutboxFiguresCountEntriesByPeer) {
  TestNode delta(kDelta);
  ASSERT_TRUE(delta.filing.File(SampleOrder("r1", kHubMember), SampleStart()).ok());

  const OutboxFigures all = *delta.reader.CountOutbox(100);

  EXPECT_THAT(all.entries, ElementsAre(std::pair<const std::string, size_t>("hub", 2),
                                       std::pair<const std::string, size_t>(kChuanyu, 2)));
  EXPECT_TRUE(all.is_complete);
  EXPECT_EQ(all.marks, 0u);
  EXPECT_FALSE(delta.reader.CountOutbox(3)->is_complete);
}

TEST_F(DisputeReaderTest, OutboxFiguresCountMarksApart) {
  TestNode chuanyu(kChuanyu);
  WriteSet writes;
  PutEvents(chuanyu.info, HistoryBuilder(kChuanyu).Accept().Resolve().history(), 0, &writes);
  ASSERT_TRUE(chuanyu.memory.Commit(writes).committed());

  const OutboxFigures all = *chuanyu.reader.CountOutbox(100);

  EXPECT_THAT(all.entries, IsEmpty());
  EXPECT_EQ(all.marks, 2u);
  EXPECT_FALSE(chuanyu.reader.CountOutbox(1)->is_complete);
}

}  // namespace
}  // namespace mrg
