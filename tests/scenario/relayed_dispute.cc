#include "tests/scenario/relayed_dispute.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "dispute/dispute_id.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/digest.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gtest/gtest.h"
#include "tests/federation/federation.h"
#include "tests/federation/licences.h"

namespace mrg {

using dispute::v1::DisputeEvent;

RelayedDispute::RelayedDispute(absl::string_view receipt, absl::string_view licence_tag) {
  const absl::Time now = absl::FromUnixMicros(absl::ToUnixMicros(RealClock().Now()));
  DisputeEvent event;
  event.set_dispute(DisputeId::Make(*MemberId::Parse(kDelta), now).value());
  event.set_sequence(1);
  event.set_owner_member(kDelta);
  event.set_owner_epoch(1);
  event.set_actor("spiffe://yangtze-delta.example/jurisdiction/31/platform/portal");
  *event.mutable_at() = ToTimestamp(now);
  auto* filed = event.mutable_filed();
  filed->set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
  filed->set_receipt_sha256(Sha256(receipt));
  filed->set_receipt(std::string(receipt));
  filed->set_licence_tag(std::string(licence_tag));
  filed->set_epoch(1);
  filed->set_issuing_jurisdiction("50");
  filed->set_using_jurisdiction("31");
  filed->set_type_code(kDrivingLicenceType);
  filed->set_description("住址有误");
  events_.push_back(std::move(event));
}

DisputeEvent& RelayedDispute::Append() {
  const DisputeEvent& last = events_.back();
  DisputeEvent next;
  next.set_dispute(last.dispute());
  next.set_sequence(last.sequence() + 1);
  next.set_owner_member(last.owner_member());
  next.set_owner_epoch(last.owner_epoch());
  next.set_actor(absl::StrCat("spiffe://", last.owner_member(), ".example/node/log-1"));
  *next.mutable_at() = last.at();
  next.set_previous_event_sha256(Sha256(CanonicalBytes(last)));
  events_.push_back(std::move(next));
  return events_.back();
}

RelayedDispute& RelayedDispute::Transfer(absl::string_view to, absl::string_view queue,
                                         uint32_t priority) {
  DisputeEvent& event = Append();
  event.mutable_transferred()->set_from_member(event.owner_member());
  event.mutable_transferred()->set_queue(std::string(queue));
  event.mutable_transferred()->set_priority(priority);
  event.set_owner_member(std::string(to));
  event.set_owner_epoch(event.owner_epoch() + 1);
  return *this;
}

RelayedDispute& RelayedDispute::Receive() {
  Append().mutable_received();
  return *this;
}

RelayedDispute& RelayedDispute::Accept() {
  Append().mutable_accepted();
  return *this;
}

RelayedDispute& RelayedDispute::GoOnFrom(
    const google::protobuf::RepeatedPtrField<std::string>& events) {
  events_.clear();
  for (const std::string& bytes : events) {
    EXPECT_TRUE(events_.emplace_back().ParseFromString(bytes));
  }
  return *this;
}

dispute::v1::DeliverRequest RelayedDispute::Request() const {
  dispute::v1::DeliverRequest request;
  request.set_dispute(id());
  for (const DisputeEvent& event : events_) request.add_events(CanonicalBytes(event));
  return request;
}

}  // namespace mrg
