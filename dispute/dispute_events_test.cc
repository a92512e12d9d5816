#include "dispute/dispute_events.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "dispute/dispute_limits.h"
#include "dispute/testing/sample_dispute.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::DisputeEvent;

using Change = std::function<void(DisputeEvent*)>;

DisputeEvent Filed() { return HistoryBuilder(kDelta).history().events().front(); }

DisputeEvent Transferred() {
  return HistoryBuilder(kDelta, true).Transfer(kChuanyu).history().events().back();
}

DisputeEvent Resolved() {
  return HistoryBuilder(kDelta).Accept().Resolve().history().events().back();
}

void ExpectRefused(DisputeEvent event, const std::vector<Change>& changes) {
  ASSERT_TRUE(CheckEvent(event).ok());
  for (size_t i = 0; i < changes.size(); ++i) {
    DisputeEvent changed = event;
    changes[i](&changed);
    EXPECT_EQ(ReasonOf(CheckEvent(changed)), Reason::kDisputeEventRefused) << "change " << i;
  }
}

TEST(CheckEvent, FieldsOfEveryEventHaveBounds) {
  ExpectRefused(Filed(), {
                             [](DisputeEvent* e) { e->set_dispute("yangtze-delta/1"); },
                             [](DisputeEvent* e) { e->set_sequence(0); },
                             [](DisputeEvent* e) { e->set_owner_member("Delta"); },
                             [](DisputeEvent* e) { e->set_owner_epoch(0); },
                             [](DisputeEvent* e) { e->set_actor("nobody"); },
                             [](DisputeEvent* e) { e->clear_at(); },
                             [](DisputeEvent* e) { e->mutable_at()->set_nanos(1); },
                             [](DisputeEvent* e) { e->mutable_at()->set_nanos(-1000); },
                             [](DisputeEvent* e) { e->mutable_at()->set_nanos(1000000000); },
                             [](DisputeEvent* e) { e->mutable_at()->set_seconds(7258118400); },
                             [](DisputeEvent* e) { e->clear_body(); },
                         });
}

TEST(CheckEvent, FieldsOfFiledHaveBounds) {
  ExpectRefused(
      Filed(),
      {
          [](DisputeEvent* e) { e->mutable_filed()->clear_kind(); },
          [](DisputeEvent* e) {
            e->mutable_filed()->set_kind(static_cast<dispute::v1::DisputeKind>(99));
          },
          [](DisputeEvent* e) { e->mutable_filed()->clear_receipt(); },
          [](DisputeEvent* e) { e->mutable_filed()->set_receipt("another"); },
          [](DisputeEvent* e) {
            e->mutable_filed()->set_receipt(std::string(kDisputeReceiptBytesMax + 1, 'r'));
            e->mutable_filed()->set_receipt_sha256(Sha256(e->filed().receipt()));
          },
          [](DisputeEvent* e) { e->mutable_filed()->set_licence_tag("short"); },
          [](DisputeEvent* e) { e->mutable_filed()->set_epoch(0); },
          [](DisputeEvent* e) { e->mutable_filed()->set_issuing_jurisdiction("5"); },
          [](DisputeEvent* e) { e->mutable_filed()->set_using_jurisdiction(""); },
          [](DisputeEvent* e) { e->mutable_filed()->set_type_code("x"); },
          [](DisputeEvent* e) { e->mutable_filed()->clear_description(); },
          [](DisputeEvent* e) { e->mutable_filed()->set_description(std::string(4001, 'd')); },
          [](DisputeEvent* e) { e->mutable_filed()->set_queue("A queue"); },
          [](DisputeEvent* e) { e->mutable_filed()->set_priority(10); },
          [](DisputeEvent* e) {
            e->mutable_filed()->clear_queue();
            e->mutable_filed()->set_priority(1);
          },
      });
}

TEST(CheckEvent, FieldsOfATransferHaveBounds) {
  ExpectRefused(
      Transferred(),
      {
          [](DisputeEvent* e) { e->mutable_transferred()->set_from_member("?"); },
          [](DisputeEvent* e) { e->mutable_transferred()->set_from_member(e->owner_member()); },
          [](DisputeEvent* e) { e->mutable_transferred()->clear_queue(); },
          [](DisputeEvent* e) { e->mutable_transferred()->set_priority(10); },
      });
}

TEST(CheckEvent, FieldsOfADecisionHaveBounds) {
  ExpectRefused(
      Resolved(),
      {
          [](DisputeEvent* e) { e->mutable_resolved()->clear_decision(); },
          [](DisputeEvent* e) {
            e->mutable_resolved()->set_decision(static_cast<dispute::v1::DisputeDecision>(9));
          },
          [](DisputeEvent* e) { e->mutable_resolved()->clear_explanation_zh(); },
          [](DisputeEvent* e) {
            e->mutable_resolved()->set_explanation_en(std::string(2001, 'e'));
          },
      });
  ExpectRefused(
      HistoryBuilder(kDelta).Refuse().history().events().back(),
      {
          [](DisputeEvent* e) { e->mutable_refused()->clear_explanation_zh(); },
          [](DisputeEvent* e) { e->mutable_refused()->set_explanation_zh(std::string(2001, 'e')); },
      });
}

TEST(ParseEvent, TakesCanonicalBytesOnly) {
  const std::string bytes = CanonicalBytes(Filed());
  const std::string unknown_field = bytes + std::string("\xC0\x3E\x01", 3);

  EXPECT_TRUE(ParseEvent(bytes).ok());
  for (const std::string& other : {std::string(), unknown_field, bytes + bytes,
                                   std::string("\xFF\xFF"), std::string(81921, 'x')}) {
    EXPECT_EQ(ReasonOf(ParseEvent(other).status()), Reason::kDisputeEventRefused);
  }
}

TEST(CheckContinues, NoBitOfAnEarlierEventCanBeChanged) {
  const HistoryBuilder two = HistoryBuilder(kDelta, true).Transfer(kChuanyu);
  const DisputeEvent& next = two.history().events().back();
  const std::string& bytes = two.history().bytes().front();
  int still_an_event = 0;
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto event = ParseEvent(flipped);
    if (!event.ok()) continue;
    ++still_an_event;
    EXPECT_EQ(ReasonOf(CheckContinues(&*event, next)), Reason::kDisputeEventRefused) << bit;
  }
  EXPECT_GT(still_an_event, 100);
}

TEST(CheckContinues, FirstEventIsFiledByTheFilingMember) {
  const DisputeEvent first = Filed();
  EXPECT_TRUE(CheckContinues(nullptr, first).ok());
  const std::vector<Change> changes = {
      [](DisputeEvent* e) { e->set_sequence(2); },
      [](DisputeEvent* e) { e->set_owner_member(kChuanyu); },
      [](DisputeEvent* e) { e->set_owner_epoch(2); },
      [](DisputeEvent* e) { e->set_previous_event_sha256(std::string(32, 'p')); },
      [](DisputeEvent* e) { e->mutable_accepted(); },
  };
  for (const Change& change : changes) {
    DisputeEvent changed = first;
    change(&changed);
    EXPECT_EQ(ReasonOf(CheckContinues(nullptr, changed)), Reason::kDisputeEventRefused);
  }
}

TEST(CheckContinues, NextEventKeepsDisputeChainTimeAndOwner) {
  const HistoryBuilder one(kDelta);
  const DisputeEvent& first = one.history().events().front();
  DisputeEvent next = one.Next();
  next.mutable_accepted();
  ASSERT_TRUE(CheckContinues(&first, next).ok());
  const std::vector<Change> changes = {
      [](DisputeEvent* e) { e->set_dispute(DisputeId::Make(Member(kDelta), {}).value()); },
      [](DisputeEvent* e) { e->set_sequence(1); },
      [](DisputeEvent* e) { e->set_sequence(3); },
      [](DisputeEvent* e) { e->clear_previous_event_sha256(); },
      [](DisputeEvent* e) { e->set_previous_event_sha256(std::string(32, 'p')); },
      [](DisputeEvent* e) { e->mutable_at()->set_seconds(e->at().seconds() - 1); },
      [](DisputeEvent* e) { e->set_owner_member(kChuanyu); },
      [](DisputeEvent* e) { e->set_owner_epoch(2); },
      [](DisputeEvent* e) { *e->mutable_filed() = Filed().filed(); },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    DisputeEvent changed = next;
    changes[i](&changed);
    EXPECT_EQ(ReasonOf(CheckContinues(&first, changed)), Reason::kDisputeEventRefused) << i;
  }
}

TEST(CheckContinues, TransferNamesTheOldOwnerAndRaisesTheEpochByOne) {
  const HistoryBuilder two = HistoryBuilder(kDelta, true).Transfer(kChuanyu);
  const DisputeEvent& first = two.history().events()[0];
  const DisputeEvent& transfer = two.history().events()[1];
  ASSERT_TRUE(CheckContinues(&first, transfer).ok());
  for (uint64_t epoch : {1u, 3u}) {
    DisputeEvent changed = transfer;
    changed.set_owner_epoch(epoch);
    EXPECT_EQ(ReasonOf(CheckContinues(&first, changed)), Reason::kDisputeEventRefused) << epoch;
  }
  DisputeEvent changed = transfer;
  changed.mutable_transferred()->set_from_member(kHubMember);

  EXPECT_EQ(ReasonOf(CheckContinues(&first, changed)), Reason::kDisputeEventRefused);
}

TEST(AppenderOf, IsTheOwnerBeforeTheEvent) {
  EXPECT_EQ(AppenderOf(Filed()), kDelta);
  EXPECT_EQ(AppenderOf(Transferred()), kDelta);
  EXPECT_EQ(
      AppenderOf(
          HistoryBuilder(kDelta, true).Transfer(kChuanyu).Receive().history().events().back()),
      kChuanyu);
}

}  // namespace
}  // namespace mrg
