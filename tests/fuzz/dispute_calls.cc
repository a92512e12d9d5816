#include <memory>

#include "dispute/mark_lift.h"
#include "dispute/testing/sample_dispute.h"
#include "dispute/testing/test_node.h"
#include "gateway/answer/dispute_delivery.h"
#include "gateway/answer/dispute_views.h"
#include "gateway/answer/dispute_work.h"
#include "gateway/answer/mark_decision.h"
#include "gateway/base/testing/kept_events.h"
#include "mrg/dispute/v1/dispute_queue.pb.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "tests/fuzz/request_calls.h"

namespace mrg {
namespace {

using namespace dispute::v1;  // NOLINT: the requests of three services

// One dispute waits in the queue of the Delta's node. Its name is drawn when it is filed; what is
// known of it before stands in the corpus as what a stranger could send.
class DisputeCalls : public CallableNode {
 public:
  DisputeCalls() {
    Require(node_.filing.File(SampleOrder("r1", kDelta), SampleStart()).ok(), "a dispute is filed");
    domains_.Replace({{"chuanyu.example", Member(kChuanyu)}});
    AddWork();
    AddViews();
    Add<DeliverRequest>("mrg.dispute.v1.DisputeRelayService/Deliver", [this](const auto& request) {
      return DeliverEvents(domains_, &node_.inbound,
                           {*SpiffeId::Parse("spiffe://chuanyu.example/node/log-1"),
                            "mrg.dispute.v1.DisputeRelayService/Deliver"},
                           request, SampleStart());
    });
    Add<gateway::v1::LiftDisputeMarkRequest>(
        "mrg.gateway.v1.AdminService/LiftDisputeMark", [this](const auto& request) {
          return DecideMarkLift(&mark_lift_, &events_, request, SampleStart());
        });
  }

 private:
  void AddWork() {
    Add<AcceptDisputeRequest>(
        "mrg.dispute.v1.DisputeQueueService/AcceptDispute",
        [this](const auto& request) { return work_.Accept(worker_, request, SampleStart()); });
    Add<RefuseDisputeRequest>(
        "mrg.dispute.v1.DisputeQueueService/RefuseDispute",
        [this](const auto& request) { return work_.Refuse(worker_, request, SampleStart()); });
    Add<ClaimDisputesRequest>(
        "mrg.dispute.v1.DisputeQueueService/ClaimDisputes",
        [this](const auto& request) { return work_.Claim(worker_, request, SampleStart()); });
    Add<HeartbeatDisputeRequest>(
        "mrg.dispute.v1.DisputeQueueService/HeartbeatDispute",
        [this](const auto& request) { return work_.Heartbeat(worker_, request, SampleStart()); });
    Add<CompleteDisputeRequest>(
        "mrg.dispute.v1.DisputeQueueService/CompleteDispute",
        [this](const auto& request) { return work_.Complete(worker_, request, SampleStart()); });
    Add<ReleaseDisputeRequest>(
        "mrg.dispute.v1.DisputeQueueService/ReleaseDispute",
        [this](const auto& request) { return work_.Release(worker_, request, SampleStart()); });
  }

  void AddViews() {
    Add<GetDisputeRequest>("mrg.dispute.v1.DisputeService/GetDispute", [this](const auto& request) {
      return GetDispute(shelf_, platform_, request, SampleStart());
    });
    Add<ListDisputesRequest>("mrg.dispute.v1.DisputeService/ListDisputes",
                             [this](const auto& request) {
                               return ListDisputes(shelf_, platform_, request, SampleStart());
                             });
    AddMessage<WatchDisputeRequest>(
        "mrg.dispute.v1.DisputeService/WatchDispute", [this](const auto& request) {
          const absl::Status checked = CheckWatchRequest(request);
          if (!checked.ok()) return checked;
          return WatchDispute(shelf_, platform_, request, SampleStart()).status();
        });
  }

  TestNode node_{kDelta};
  const DisputeWork work_{&node_.queue, &node_.ruling};
  const DisputeShelf shelf_{Member(kDelta), &node_.reader};
  MarkLift mark_lift_{&node_.store, nullptr};
  KeptEvents events_;
  MemberDomains domains_;
  const SpiffeId worker_ = SampleWorker(kDelta).id;
  const SpiffeId platform_ = SampleOrder("r1", kDelta).filer;
};

}  // namespace

std::unique_ptr<CallableNode> NewDisputeCalls() { return std::make_unique<DisputeCalls>(); }

}  // namespace mrg
