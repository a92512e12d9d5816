// What a member's node that keeps to no rule but its own does with disputes at another's: it has
// its certificate, its log and its word, and nothing else.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/dispute/v1/dispute_queue.grpc.pb.h"
#include "mrg/dispute/v1/dispute_relay.grpc.pb.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/relayed_dispute.h"

namespace mrg {
namespace {

using dispute::v1::AcceptDisputeRequest;
using dispute::v1::AcceptDisputeResponse;
using dispute::v1::ClaimDisputesRequest;
using dispute::v1::ClaimDisputesResponse;
using dispute::v1::CompleteDisputeRequest;
using dispute::v1::CompleteDisputeResponse;
using dispute::v1::DeliverRequest;
using dispute::v1::DeliverResponse;
using dispute::v1::DisputeFiled;
using dispute::v1::DisputeQueueService;
using dispute::v1::DisputeRelayService;
using dispute::v1::DisputeService;
using dispute::v1::FileDisputeRequest;
using dispute::v1::FileDisputeResponse;
using dispute::v1::GetDisputeRequest;
using dispute::v1::GetDisputeResponse;
using dispute::v1::HeartbeatDisputeRequest;
using dispute::v1::HeartbeatDisputeResponse;
using dispute::v1::ListDisputesRequest;
using dispute::v1::ListDisputesResponse;
using dispute::v1::RefuseDisputeRequest;
using dispute::v1::RefuseDisputeResponse;
using dispute::v1::ReleaseDisputeRequest;
using dispute::v1::ReleaseDisputeResponse;
using dispute::v1::WatchDisputeRequest;
using dispute::v1::WatchDisputeResponse;

constexpr char kNoReceipt[] = "this is no receipt";

class DisputeThreats : public FederationSuite {
 protected:
  static void SetUpTestSuite() { StartOnce(); }

  // A licence that is sound, and what was asked about it in `using_side`.
  static gateway::v1::RecognizeRequest Asked(absl::string_view using_side,
                                             absl::string_view issuing, int sequence) {
    return Question(
        using_side, issuing,
        SignedBy(*IssuerKey(federation(), "issuer", issuing), DrivingLicence(issuing, sequence)));
  }
  static std::string Receipt(const gateway::v1::RecognizeRequest& asked) {
    gateway::v1::RecognizeResponse answer;
    const std::string& using_side = asked.using_jurisdiction();
    EXPECT_TRUE(
        Recognize(federation().Api(MemberOf(using_side), absl::StrCat("platform-", using_side)),
                  asked, &answer)
            .ok());
    return CanonicalBytes(answer.receipt());
  }
  // The same as a dispute cites it.
  static std::string Cited(const gateway::v1::RecognizeRequest& asked) {
    gateway::v1::Receipt receipt;
    EXPECT_TRUE(receipt.ParseFromString(Receipt(asked)));
    receipt.clear_salt();
    return CanonicalBytes(receipt);
  }
  static std::string Cited() { return Cited(Asked("31", "50", 1)); }

  // Delivers to Chuanyu's node, as the Delta's. Result: "OK" or the reason.
  static std::string Deliver(const DeliverRequest& request, uint64_t* next = nullptr) {
    DeliverResponse response;
    const std::string reason = ReasonIn(
        Call<DisputeRelayService>(federation().FederationListener(kChuanyu, "yangtze-delta/node"),
                                  &DisputeRelayService::Stub::Deliver, request, &response));
    if (next != nullptr) *next = response.next_sequence();
    return reason;
  }
  static std::string Deliver(const RelayedDispute& dispute) { return Deliver(dispute.Request()); }

  // Event 1 alone, changed by `change`.
  static RelayedDispute Changed(const std::string& receipt,
                                const std::function<void(DisputeFiled*)>& change) {
    RelayedDispute dispute(receipt, Sha256("tag"));
    change(dispute.first().mutable_filed());
    return dispute;
  }

  static int64_t StatusVersion() { return federation().VersionAt(kChuanyu, kChuanyu, "status"); }

  // What the caller may see.
  static std::vector<std::string> List(const std::shared_ptr<grpc::Channel>& caller) {
    ListDisputesRequest request;
    request.set_page_size(100);
    std::vector<std::string> names;
    do {
      ListDisputesResponse page;
      EXPECT_TRUE(
          Call<DisputeService>(caller, &DisputeService::Stub::ListDisputes, request, &page).ok());
      for (const auto& dispute : page.disputes()) names.push_back(dispute.name());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return names;
  }
  static std::shared_ptr<grpc::Channel> Intake() {
    return federation().Api(kChuanyu, "worker-intake-50");
  }
  // What is in the queue of Chongqing.
  static std::vector<std::string> Queue() { return List(Intake()); }
  static std::string Get(const std::shared_ptr<grpc::Channel>& caller, const std::string& dispute,
                         GetDisputeResponse* response) {
    GetDisputeRequest request;
    request.set_dispute(dispute);
    return ReasonIn(
        Call<DisputeService>(caller, &DisputeService::Stub::GetDispute, request, response));
  }
  static std::string Get(const std::shared_ptr<grpc::Channel>& caller, const std::string& dispute) {
    GetDisputeResponse response;
    return Get(caller, dispute, &response);
  }
  // Result: "OK" or the reason.
  static std::string Accept(const std::string& dispute) { return Accept(dispute, Intake()); }
  static std::string Accept(const std::string& dispute,
                            const std::shared_ptr<grpc::Channel>& worker) {
    AcceptDisputeRequest request;
    request.set_request_id(NewRequestId());
    request.set_dispute(dispute);
    AcceptDisputeResponse response;
    return ReasonIn(Call<DisputeQueueService>(worker, &DisputeQueueService::Stub::AcceptDispute,
                                              request, &response));
  }
  // Files as the portal of Shanghai, over what it `asked`. Result: the dispute.
  static std::string File(const gateway::v1::RecognizeRequest& asked) {
    FileDisputeRequest request;
    request.set_request_id(NewRequestId());
    request.set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
    request.set_receipt(Receipt(asked));
    request.set_document(asked.presentation().detached().document());
    request.set_description("住址有误");
    FileDisputeResponse filed;
    EXPECT_EQ(ReasonIn(Call<DisputeService>(federation().Api(kDelta, "platform-31"),
                                            &DisputeService::Stub::FileDispute, request, &filed)),
              "OK");
    return filed.dispute().name();
  }
  // What Shanghai says now of the licence that was asked about.
  static std::string AnswerNow(gateway::v1::RecognizeRequest asked) {
    asked.set_request_id(NewRequestId());
    return AnswerTo(federation().Api(kDelta, "platform-31"), asked);
  }
  static bool IsInQueue(const std::string& dispute) {
    return testing::Value(Queue(), testing::Contains(dispute));
  }
};

using Threat = DisputeThreats;

TEST_F(Threat, D06_H4_NodeThatCitesNoReceiptMarksNoLicenceAndLeavesNothing) {
  const int64_t status = StatusVersion();
  const std::vector<std::string> queue = Queue();

  RelayedDispute owned = Changed(kNoReceipt, [](auto* filed) { filed->set_queue("issuer-50"); });
  EXPECT_EQ(Deliver(owned.Accept()), "RECEIPT_MALFORMED");
  RelayedDispute waiting(kNoReceipt, Sha256("tag"));
  EXPECT_EQ(Deliver(waiting.Accept()), "RECEIPT_MALFORMED");
  RelayedDispute transferred(kNoReceipt, Sha256("tag"));
  EXPECT_EQ(Deliver(transferred.Transfer(kChuanyu, "issuer-50")), "RECEIPT_MALFORMED");

  EXPECT_EQ(Queue(), queue);
  // What had been taken would be published by now: a later mark that is due is.
  const std::string receipt = Cited();
  RelayedDispute due(receipt, Sha256("due"));
  ASSERT_EQ(Deliver(due.Transfer(kChuanyu, "issuer-50")), "OK");
  ASSERT_EQ(Accept(due.id()), "OK");
  EXPECT_TRUE(federation().WaitForVersion(kChuanyu, kChuanyu, "status", status + 1));
  EXPECT_EQ(StatusVersion(), status + 1);
  EXPECT_EQ(Deliver(Changed(receipt, [](auto*) {}).Transfer(kChuanyu, "issuer-50")),
            "DISPUTE_EVENT_REFUSED")
      << "of another licence than the first over this receipt";
}

TEST_F(Threat, D06_H4_TrueReceiptCarriesNothingButWhatFilingWouldHaveMadeOfIt) {
  const std::string receipt = Cited();
  const int64_t status = StatusVersion();
  const std::vector<std::string> queue = Queue();
  const auto refused = [&](absl::string_view what, const RelayedDispute& dispute) {
    EXPECT_EQ(Deliver(dispute), "DISPUTE_EVENT_REFUSED") << what;
  };
  const auto to_chuanyu = [](RelayedDispute dispute) {
    return dispute.Transfer(kChuanyu, "issuer-50");
  };
  // Who may own it is for the agreement to say.
  refused("owned by who filed",
          Changed(receipt, [](auto* filed) { filed->set_queue("issuer-50"); }).Accept());
  refused("owned by who filed, without queue", Changed(receipt, [](auto*) {}).Accept());
  refused("owned by the hub", Changed(receipt, [](auto*) {}).Transfer(kHub, "hub"));
  refused("another queue", Changed(receipt, [](auto*) {}).Transfer(kChuanyu, "issuer-51"));
  refused("before all others",
          Changed(receipt, [](auto*) {}).Transfer(kChuanyu, "issuer-50", /*priority=*/9));
  // What it is about, for the receipt.
  refused("another province's licence",
          to_chuanyu(Changed(receipt, [](auto* filed) { filed->set_issuing_jurisdiction("51"); })));
  refused("another type", to_chuanyu(Changed(receipt, [](auto* filed) {
            filed->set_type_code("11100000XX0000019L002");
          })));
  refused("another place of use",
          to_chuanyu(Changed(receipt, [](auto* filed) { filed->set_using_jurisdiction("33"); })));
  refused("an epoch without a key",
          to_chuanyu(Changed(receipt, [](auto* filed) { filed->set_epoch(7); })));
  RelayedDispute early(receipt, Sha256("tag"));
  early.first().mutable_at()->set_seconds(early.first().at().seconds() - 86400);
  refused("filed before the decision", to_chuanyu(early));
  EXPECT_EQ(
      Deliver(to_chuanyu(Changed(
          receipt, [](auto* filed) { filed->set_kind(dispute::v1::DISPUTE_KIND_DUPLICATE); }))),
      "NOT_IN_THIS_VERSION");
  // Whose receipt it is, for the log.
  std::string bent = receipt;
  bent.back() ^= 1;
  EXPECT_NE(Deliver(to_chuanyu(RelayedDispute(bent, Sha256("tag")))), "OK");
  EXPECT_EQ(Deliver(to_chuanyu(RelayedDispute(Cited(Asked("50", "31", 1)), Sha256("tag")))),
            "RECEIPT_CHECKPOINT_INVALID")
      << "of the other member's log";

  EXPECT_EQ(Queue(), queue);
  EXPECT_EQ(StatusVersion(), status);
}

TEST_F(Threat, D06_H4_HundredsOfFilingsFillNoStoreAndAnHonestOneStillComesThrough) {
  const std::string receipt = Cited();
  int taken = 0;
  int refused = 0;
  const absl::Time begun = RealClock().Now();
  for (int i = 0; i < 300; ++i) {
    RelayedDispute dispute(receipt, Sha256("tag"));
    const std::string answer = Deliver(dispute.Transfer(kChuanyu, "issuer-50"));
    taken += answer == "OK" ? 1 : 0;
    refused += answer == "DISPUTES_TOO_MANY" ? 1 : 0;
  }
  EXPECT_EQ(taken + refused, 300);
  EXPECT_LE(taken, 61 + absl::ToDoubleSeconds(RealClock().Now() - begun));

  const std::string honest = File(Asked("31", "50", 2));
  EXPECT_TRUE(WaitUntil([&] { return IsInQueue(honest); }));
}

TEST_F(Threat, H4_MarksThatComeTogetherArePublishedTogether) {
  for (int i = 0; i < 40; ++i) {
    RelayedDispute dispute(Cited(), Sha256(absl::StrCat("together ", i)));
    Deliver(dispute.Transfer(kChuanyu, "issuer-50"));  // its bound may be used up already
  }
  const gateway::v1::RecognizeRequest asked = Asked("31", "50", 3);
  const std::string last = File(asked);
  ASSERT_TRUE(WaitUntil([&] { return IsInQueue(last); }));
  const int64_t before = StatusVersion();
  const absl::Time begun = RealClock().Now();
  int accepted = 0;
  for (const std::string& dispute : Queue()) {
    if (dispute != last) accepted += Accept(dispute) == "OK" ? 1 : 0;
  }
  EXPECT_GE(accepted, 40);

  ASSERT_EQ(Accept(last), "OK");

  ASSERT_TRUE(WaitUntil([&] {
    return AnswerNow(asked) == "RECOGNIZED_WITH_CONDITIONS UNDER_DISPUTE";
  })) << AnswerNow(asked);
  // One at once, then at most one a second.
  EXPECT_LE(StatusVersion() - before, 2 + absl::ToDoubleSeconds(RealClock().Now() - begun));

  // The issuing side need not wait for the owner's decision.
  const Ran lifted =
      federation().Mrgctl({"dispute", "lift-mark", "--address",
                           absl::StrCat("unix:", federation().Path(kChuanyu, "run/admin.sock")),
                           "--dispute", last, "--because", "filed without cause"});
  EXPECT_EQ(lifted.code, 0) << lifted.err;
  EXPECT_TRUE(WaitUntil([&] { return AnswerNow(asked) == "RECOGNIZED"; })) << AnswerNow(asked);
  EXPECT_THAT(federation().LogOf(kChuanyu), testing::HasSubstr("dispute_mark_lifted"));
}

// What a caller who has no part in a case, and yet its name and the lease of its worker, gets from
// each call: "<call> <OK or reason>".
std::vector<std::string> MeddleIn(const dispute::v1::Lease& lease,
                                  const std::shared_ptr<grpc::Channel>& caller) {
  std::vector<std::string> answers;
  const auto note = [&](absl::string_view call, const grpc::Status& status) {
    answers.push_back(absl::StrCat(call, " ", ReasonIn(status)));
  };
  ClaimDisputesRequest claim;
  claim.set_queue("issuer-50");
  claim.mutable_lease_duration()->set_seconds(60);
  ClaimDisputesResponse claimed;
  note("claim", Call<DisputeQueueService>(caller, &DisputeQueueService::Stub::ClaimDisputes, claim,
                                          &claimed));
  HeartbeatDisputeRequest heartbeat;
  *heartbeat.mutable_lease() = lease;
  heartbeat.mutable_lease_duration()->set_seconds(60);
  HeartbeatDisputeResponse prolonged;
  note("heartbeat", Call<DisputeQueueService>(caller, &DisputeQueueService::Stub::HeartbeatDispute,
                                              heartbeat, &prolonged));
  AcceptDisputeRequest accept;
  accept.set_request_id(NewRequestId());
  accept.set_dispute(lease.dispute());
  *accept.mutable_lease() = lease;
  AcceptDisputeResponse accepted;
  note("accept", Call<DisputeQueueService>(caller, &DisputeQueueService::Stub::AcceptDispute,
                                           accept, &accepted));
  RefuseDisputeRequest refuse;
  refuse.set_request_id(NewRequestId());
  refuse.set_dispute(lease.dispute());
  *refuse.mutable_lease() = lease;
  refuse.set_explanation_zh("不受理");
  RefuseDisputeResponse refused;
  note("refuse", Call<DisputeQueueService>(caller, &DisputeQueueService::Stub::RefuseDispute,
                                           refuse, &refused));
  CompleteDisputeRequest complete;
  complete.set_request_id(NewRequestId());
  *complete.mutable_lease() = lease;
  complete.set_decision(dispute::v1::DISPUTE_DECISION_UPHELD);
  complete.set_explanation_zh("维持");
  CompleteDisputeResponse completed;
  note("complete", Call<DisputeQueueService>(caller, &DisputeQueueService::Stub::CompleteDispute,
                                             complete, &completed));
  ReleaseDisputeRequest release;
  *release.mutable_lease() = lease;
  ReleaseDisputeResponse released;
  note("release", Call<DisputeQueueService>(caller, &DisputeQueueService::Stub::ReleaseDispute,
                                            release, &released));
  WatchDisputeRequest watch;
  watch.set_dispute(lease.dispute());
  grpc::ClientContext context;
  PrepareCall(&context);
  const auto stub = DisputeService::NewStub(caller);
  const auto reader = stub->WatchDispute(&context, watch);
  WatchDisputeResponse shown;
  EXPECT_FALSE(reader->Read(&shown));
  note("watch", reader->Finish());
  ListDisputesRequest list;
  list.set_queue("issuer-50");
  ListDisputesResponse listed;
  const grpc::Status status =
      Call<DisputeService>(caller, &DisputeService::Stub::ListDisputes, list, &listed);
  for (const auto& one : listed.disputes()) EXPECT_NE(one.name(), lease.dispute());
  note("list", status);
  return answers;
}

TEST_F(Threat, D06_D07_WhoHasNoPartInACaseWorksItByNoCallEvenUnderItsTrueLease) {
  const std::string dispute = File(Asked("31", "50", 6));
  ASSERT_TRUE(WaitUntil([&] { return IsInQueue(dispute); }));
  const auto worker = federation().Api(kChuanyu, "worker-case-50");
  dispute::v1::Lease lease;
  while (lease.dispute() != dispute) {
    ClaimDisputesRequest claim;
    claim.set_queue("issuer-50");
    claim.mutable_lease_duration()->set_seconds(600);
    ClaimDisputesResponse claimed;
    ASSERT_EQ(ReasonIn(Call<DisputeQueueService>(worker, &DisputeQueueService::Stub::ClaimDisputes,
                                                 claim, &claimed)),
              "OK");
    ASSERT_GT(claimed.disputes_size(), 0) << "the case is in the queue";
    for (const auto& one : claimed.disputes()) {
      if (one.dispute().name() == dispute) lease = one.lease();
    }
  }
  GetDisputeResponse before;
  ASSERT_EQ(Get(worker, dispute, &before), "OK");

  for (const auto& [member, identity] :
       std::vector<std::pair<std::string, std::string>>{{kDelta, "platform-32"},
                                                        {kDelta, "worker-case-31"},
                                                        {kDelta, "worker-case-32"},
                                                        {kChuanyu, "platform-50"},
                                                        {kChuanyu, "worker-case-51"},
                                                        {kHub, "worker-hub"}}) {
    for (const std::string& answer : MeddleIn(lease, federation().Api(member, identity))) {
      // A list may be asked for; that nothing of another's is in it has been seen.
      if (answer == "list OK") continue;
      EXPECT_THAT(answer, testing::Not(testing::EndsWith(" OK"))) << identity;
    }
  }
  EXPECT_EQ(Accept(dispute, federation().Api(kDelta, "platform-31")), "IDENTITY_NOT_LISTED")
      << "who filed it may look";

  GetDisputeResponse after;
  ASSERT_EQ(Get(worker, dispute, &after), "OK");
  EXPECT_THAT(after.events(), testing::ElementsAreArray(before.events()));
  HeartbeatDisputeRequest heartbeat;
  *heartbeat.mutable_lease() = lease;
  heartbeat.mutable_lease_duration()->set_seconds(60);
  HeartbeatDisputeResponse prolonged;
  EXPECT_EQ(ReasonIn(Call<DisputeQueueService>(worker, &DisputeQueueService::Stub::HeartbeatDispute,
                                               heartbeat, &prolonged)),
            "OK")
      << "the lease is still its worker's";
}

TEST_F(Threat, D09_AnOldOwnerThatGoesOnAfterItsTransferChangesNothing) {
  const RelayedDispute filed(Cited(), Sha256("old owner"));
  const RelayedDispute dispute = RelayedDispute(filed).Transfer(kChuanyu, "issuer-50");
  std::string taken;
  // The bound of what one member may file may be used up by others' attacks; it fills again.
  ASSERT_TRUE(WaitUntil([&] {
    taken = Deliver(dispute);
    return taken != "DISPUTES_TOO_MANY";
  }));
  ASSERT_EQ(taken, "OK");
  GetDisputeResponse before;
  ASSERT_EQ(Get(Intake(), dispute.id(), &before), "OK");

  // With all that it was told since.
  RelayedDispute known = dispute;
  known.GoOnFrom(before.events());
  EXPECT_NE(Deliver(RelayedDispute(known).Accept()), "OK") << "it decides still";
  EXPECT_NE(Deliver(RelayedDispute(known).Transfer(kHub, "hub")), "OK") << "it gives it to another";
  EXPECT_NE(Deliver(RelayedDispute(filed).Transfer(kHub, "hub")), "OK") << "another history";
  EXPECT_NE(Deliver(RelayedDispute(filed).Accept()), "OK") << "it never was transferred";

  GetDisputeResponse after;
  ASSERT_EQ(Get(Intake(), dispute.id(), &after), "OK");
  EXPECT_THAT(after.events(), testing::ElementsAreArray(before.events()));
  EXPECT_EQ(Accept(dispute.id()), "OK") << "the owner goes on";
}

TEST_F(Threat, D06_D07_CaseIsSeenAndWorkedByItsQueueAndItsFilerAlone) {
  const std::string dispute = File(Asked("31", "50", 4));
  ASSERT_TRUE(WaitUntil([&] { return IsInQueue(dispute); }));

  EXPECT_EQ(Get(federation().Api(kDelta, "platform-31"), dispute), "OK");
  EXPECT_EQ(Get(federation().Api(kChuanyu, "worker-intake-50"), dispute), "OK");
  for (const auto& [member, identity] :
       std::vector<std::pair<std::string, std::string>>{{kDelta, "platform-32"},
                                                        {kDelta, "worker-intake-31"},
                                                        {kChuanyu, "platform-50"},
                                                        {kChuanyu, "worker-intake-51"}}) {
    const auto channel = federation().Api(member, identity);
    EXPECT_EQ(Get(channel, dispute), "DISPUTE_NOT_FOUND") << identity;
    EXPECT_THAT(List(channel), testing::Not(testing::Contains(dispute))) << identity;
  }
  EXPECT_NE(Accept(dispute, federation().Api(kChuanyu, "worker-intake-51")), "OK");
  EXPECT_NE(Accept(dispute, federation().Api(kDelta, "worker-intake-31")), "OK");
  EXPECT_EQ(Accept(dispute), "OK") << "none of them took it up";
}

TEST_F(Threat, D09_FilingWhileTheOwnerIsDownArrivesOnceAndAgainChangesNothing) {
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  const std::string dispute = File(Asked("31", "50", 5));
  const absl::Status started = federation().StartReady(kChuanyu);
  ASSERT_TRUE(started.ok()) << started;
  ASSERT_TRUE(WaitUntil([&] { return IsInQueue(dispute); }));
  ASSERT_EQ(Accept(dispute), "OK");
  // Until the filer's node has the owner's events, too.
  GetDisputeResponse held;
  ASSERT_TRUE(WaitUntil([&] {
    return Get(federation().Api(kDelta, "platform-31"), dispute, &held) == "OK" &&
           held.events_size() == 4;
  }));

  // Doubled, and the later one first.
  DeliverRequest second;
  second.set_dispute(dispute);
  second.add_events(held.events(1));
  DeliverRequest both = second;
  both.clear_events();
  both.add_events(held.events(0));
  both.add_events(held.events(1));
  for (const DeliverRequest& request : {second, both}) {
    uint64_t next = 0;
    EXPECT_EQ(Deliver(request, &next), "OK");
    EXPECT_EQ(next, 5u);
  }
  GetDisputeResponse after;
  EXPECT_EQ(Get(federation().Api(kChuanyu, "worker-intake-50"), dispute, &after), "OK");
  EXPECT_THAT(after.events(), testing::ElementsAreArray(held.events()));
}

}  // namespace
}  // namespace mrg
