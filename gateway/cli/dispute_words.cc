#include "gateway/cli/dispute_words.h"

#include <string>

#include "absl/strings/strip.h"
#include "gateway/base/proto_time.h"

namespace mrg {
namespace {

using dispute::v1::Dispute;
using dispute::v1::DisputeState;

const char* StateInChinese(DisputeState state) {
  switch (state) {
    case dispute::v1::DISPUTE_STATE_SUBMITTED:
      return "提出";
    case dispute::v1::DISPUTE_STATE_ROUTED:
      return "转办";
    case dispute::v1::DISPUTE_STATE_ACCEPTED:
      return "受理";
    case dispute::v1::DISPUTE_STATE_VERIFYING:
      return "核实";
    case dispute::v1::DISPUTE_STATE_CLOSED:
      return "办结";
    case dispute::v1::DISPUTE_STATE_REFUSED:
      return "不予受理";
    default:
      return "未知";
  }
}

std::string KindToken(dispute::v1::DisputeKind kind) {
  return std::string(absl::StripPrefix(dispute::v1::DisputeKind_Name(kind), "DISPUTE_KIND_"));
}

const char* BodyName(const dispute::v1::DisputeEvent& event) {
  switch (event.body_case()) {
    case dispute::v1::DisputeEvent::kFiled:
      return "filed 提出";
    case dispute::v1::DisputeEvent::kTransferred:
      return "transferred 转办";
    case dispute::v1::DisputeEvent::kReceived:
      return "received 接收";
    case dispute::v1::DisputeEvent::kAccepted:
      return "accepted 受理";
    case dispute::v1::DisputeEvent::kRefused:
      return "refused 不予受理";
    case dispute::v1::DisputeEvent::kResolved:
      return "resolved 办结";
    default:
      return "unknown";
  }
}

}  // namespace

std::string StateToken(DisputeState state) {
  return std::string(absl::StripPrefix(dispute::v1::DisputeState_Name(state), "DISPUTE_STATE_"));
}

void PrintDispute(const Dispute& dispute, Display& out) {
  out << "dispute 异议 " << dispute.name() << "\n  kind 类型: " << KindToken(dispute.kind())
      << "\n  about 事项: " << dispute.type_code() << ", issued in "
      << dispute.issuing_jurisdiction() << " 签发, used in " << dispute.using_jurisdiction()
      << " 使用\n  filed 提出: " << ToTime(dispute.filed_at());
  if (!dispute.filer().empty()) out << " by " << dispute.filer();
  out << "\n";
  if (!dispute.description().empty()) out << "  words 陈述: " << dispute.description() << "\n";
  out << "  state 状态: " << StateToken(dispute.state()) << " " << StateInChinese(dispute.state())
      << "\n  owner 责任方: " << dispute.owner_member() << ", epoch " << dispute.owner_epoch()
      << ", queue " << dispute.queue() << "\n";
  if (dispute.has_accepted_at()) {
    out << "  accepted 受理: " << ToTime(dispute.accepted_at()) << "\n";
  }
  if (dispute.has_closed_at()) {
    out << "  ended 结束: " << ToTime(dispute.closed_at()) << "\n";
  }
  if (dispute.has_due_at()) {
    out << "  due 期限: " << ToTime(dispute.due_at())
        << OwnWords(dispute.due_provisional() ? " (provisional 暂定)" : "") << "\n";
  }
  if (dispute.decision() != dispute::v1::DISPUTE_DECISION_UNSPECIFIED) {
    out << "  decision 决定: "
        << absl::StripPrefix(dispute::v1::DisputeDecision_Name(dispute.decision()),
                             "DISPUTE_DECISION_")
        << "\n";
  }
  if (!dispute.explanation_zh().empty()) {
    out << "  explanation 说明: " << dispute.explanation_zh();
    if (!dispute.explanation_en().empty()) out << " / " << dispute.explanation_en();
    out << "\n";
  }
}

void PrintDisputeEvent(const dispute::v1::DisputeEvent& event, Display& out) {
  out << "    " << event.sequence() << " " << ToTime(event.at()) << " " << OwnWords(BodyName(event))
      << ", owner " << event.owner_member() << " epoch " << event.owner_epoch() << ", by "
      << event.actor() << "\n";
}

}  // namespace mrg
