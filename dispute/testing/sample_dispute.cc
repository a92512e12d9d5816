#include "dispute/testing/sample_dispute.h"

#include <map>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/crypto/digest.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::DisputeEvent;

std::set<std::string> JurisdictionsOf(absl::string_view member) {
  if (member == kDelta) return {"31", "32", "33", "34"};
  if (member == kChuanyu) return {"50", "51"};
  return {};
}

std::optional<MemberId> MemberOf(const JurisdictionId& jurisdiction) {
  for (const char* member : {kDelta, kChuanyu}) {
    if (JurisdictionsOf(member).count(jurisdiction.value()) > 0) return Member(member);
  }
  return std::nullopt;
}

}  // namespace

absl::Time SampleStart() { return absl::FromUnixSeconds(1789696800); }

MemberId Member(absl::string_view name) { return *MemberId::Parse(name); }

SpiffeId Spiffe(absl::string_view member, absl::string_view path) {
  return *SpiffeId::Parse(absl::StrCat("spiffe://", member, ".example/", path));
}

WorkingCalendar SampleCalendar() {
  WorkingCalendar calendar;
  EXPECT_TRUE(calendar
                  .AddText("year: 2026 notice: 'sample' "
                           "off { name: '中秋节' first_day: '2026-09-25' last_day: '2026-09-27' } "
                           "off { name: '国庆节' first_day: '2026-10-01' last_day: '2026-10-07' } "
                           "work_days: '2026-09-20' work_days: '2026-10-10'")
                  .ok());
  return calendar;
}

DisputeNode SampleNode(absl::string_view member) {
  DisputeNode node{Member(member), Spiffe(member, "node/log-1"), {}, MemberOf, nullptr};
  for (const std::string& code : JurisdictionsOf(member)) {
    node.jurisdictions.insert(*JurisdictionId::Parse(code));
  }
  node.calendar = [calendar = std::make_shared<const WorkingCalendar>(SampleCalendar())] {
    return calendar;
  };
  return node;
}

Worker SampleWorker(absl::string_view member, absl::string_view name, absl::string_view queue) {
  return {Spiffe(member, absl::StrCat("worker/", queue, "/", name)), std::string(queue)};
}

FilingOrder SampleOrder(absl::string_view request_id, absl::string_view destination) {
  return {Spiffe(kDelta, "jurisdiction/31/platform/portal"),
          *RequestId::Parse(request_id),
          Sha256(request_id),
          dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR,
          "receipt",
          Sha256("licence"),
          1,
          *JurisdictionId::Parse("50"),
          *JurisdictionId::Parse("31"),
          *LicenceTypeCode::Parse("11100000XX0000019L003"),
          "姓名有误",
          {Member(destination), kQueue, 0}};
}

Explanation SampleExplanation() { return {"the source data were wrong", "源数据有误"}; }

HistoryBuilder::HistoryBuilder(absl::string_view member, bool transferred)
    : history_(DisputeId::Make(Member(member), SampleStart())) {
  const FilingOrder order = SampleOrder("sample", member);
  DisputeEvent event;
  event.set_dispute(history_.id().value());
  event.set_sequence(1);
  event.set_owner_member(std::string(member));
  event.set_owner_epoch(1);
  event.set_actor(order.filer.value());
  *event.mutable_at() = ToTimestamp(SampleStart());
  auto* filed = event.mutable_filed();
  filed->set_kind(order.kind);
  filed->set_receipt_sha256(Sha256(order.receipt));
  filed->set_receipt(order.receipt);
  filed->set_licence_tag(order.licence_tag);
  filed->set_epoch(order.epoch);
  filed->set_issuing_jurisdiction(order.issuing_jurisdiction.value());
  filed->set_using_jurisdiction(order.using_jurisdiction.value());
  filed->set_type_code(order.type_code.value());
  filed->set_description(order.description);
  if (!transferred) filed->set_queue(kQueue);
  Append(event);
}

HistoryBuilder& HistoryBuilder::Append(const DisputeEvent& event) {
  const absl::Status appended = history_.Append(CanonicalBytes(event));
  EXPECT_TRUE(appended.ok()) << appended;
  return *this;
}

DisputeEvent HistoryBuilder::Next() const {
  return history_.Next(Spiffe(history_.owner(), "node/log-1"), now_);
}

HistoryBuilder& HistoryBuilder::Later(absl::Duration step) {
  now_ += step;
  return *this;
}

HistoryBuilder& HistoryBuilder::Transfer(absl::string_view to) {
  DisputeEvent event = Next();
  event.mutable_transferred()->set_from_member(event.owner_member());
  event.mutable_transferred()->set_queue(kQueue);
  event.set_owner_member(std::string(to));
  event.set_owner_epoch(event.owner_epoch() + 1);
  return Append(event);
}

HistoryBuilder& HistoryBuilder::Receive() {
  DisputeEvent event = Next();
  event.mutable_received();
  return Append(event);
}

HistoryBuilder& HistoryBuilder::Accept() {
  DisputeEvent event = Next();
  event.mutable_accepted();
  return Append(event);
}

HistoryBuilder& HistoryBuilder::Refuse() {
  DisputeEvent event = Next();
  event.mutable_refused()->set_explanation_en(SampleExplanation().en);
  event.mutable_refused()->set_explanation_zh(SampleExplanation().zh);
  return Append(event);
}

HistoryBuilder& HistoryBuilder::Resolve() {
  DisputeEvent event = Next();
  event.mutable_resolved()->set_decision(dispute::v1::DISPUTE_DECISION_CORRECTED);
  event.mutable_resolved()->set_explanation_en(SampleExplanation().en);
  event.mutable_resolved()->set_explanation_zh(SampleExplanation().zh);
  return Append(event);
}

}  // namespace mrg
