// What a member's node that keeps to no rule but its own does with disputes at another's: it has
// its certificate, its log and its word, and nothing else.

#include <functional>
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
using dispute::v1::ListDisputesRequest;
using dispute::v1::ListDisputesResponse;

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
  static std::string Receipt() { return Receipt(Asked("31", "50", 1)); }

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

  // What waits in the queue of Chongqing.
  static std::vector<std::string> Queue() {
    ListDisputesRequest request;
    request.set_page_size(100);
    std::vector<std::string> names;
    do {
      ListDisputesResponse page;
      EXPECT_TRUE(Call<DisputeService>(federation().Api(kChuanyu, "worker-intake-50"),
                                       &DisputeService::Stub::ListDisputes, request, &page)
                      .ok());
      for (const auto& dispute : page.disputes()) names.push_back(dispute.name());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return names;
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
  const std::string receipt = Receipt();
  RelayedDispute due(receipt, Sha256("due"));
  ASSERT_EQ(Deliver(due.Transfer(kChuanyu, "issuer-50")), "OK");
  AcceptDisputeRequest accept;
  accept.set_request_id(NewRequestId());
  accept.set_dispute(due.id());
  AcceptDisputeResponse accepted;
  ASSERT_EQ(ReasonIn(Call<DisputeQueueService>(federation().Api(kChuanyu, "worker-intake-50"),
                                               &DisputeQueueService::Stub::AcceptDispute, accept,
                                               &accepted)),
            "OK");
  EXPECT_TRUE(federation().WaitForVersion(kChuanyu, kChuanyu, "status", status + 1));
  EXPECT_EQ(StatusVersion(), status + 1);
}

TEST_F(Threat, D06_H4_TrueReceiptCarriesNothingButWhatFilingWouldHaveMadeOfIt) {
  const std::string receipt = Receipt();
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
  EXPECT_EQ(Deliver(to_chuanyu(RelayedDispute(Receipt(Asked("50", "31", 1)), Sha256("tag")))),
            "RECEIPT_CHECKPOINT_INVALID")
      << "of the other member's log";

  EXPECT_EQ(Queue(), queue);
  EXPECT_EQ(StatusVersion(), status);
}

TEST_F(Threat, D06_H4_HundredsOfFilingsFillNoStoreAndAnHonestOneStillComesThrough) {
  const std::string receipt = Receipt();
  int taken = 0;
  int refused = 0;
  const absl::Time begun = RealClock().Now();
  for (int i = 0; i < 300; ++i) {
    RelayedDispute dispute(receipt, Sha256(absl::StrCat("tag ", i)));
    const std::string answer = Deliver(dispute.Transfer(kChuanyu, "issuer-50"));
    taken += answer == "OK" ? 1 : 0;
    refused += answer == "DISPUTES_TOO_MANY" ? 1 : 0;
  }
  EXPECT_EQ(taken + refused, 300);
  EXPECT_LE(taken, 61 + absl::ToDoubleSeconds(RealClock().Now() - begun));

  const gateway::v1::RecognizeRequest asked = Asked("31", "50", 2);
  FileDisputeRequest request;
  request.set_request_id(NewRequestId());
  request.set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
  request.set_receipt(Receipt(asked));
  request.set_document(asked.presentation().detached().document());
  request.set_description("住址有误");
  FileDisputeResponse filed;
  ASSERT_EQ(ReasonIn(Call<DisputeService>(federation().Api(kDelta, "platform-31"),
                                          &DisputeService::Stub::FileDispute, request, &filed)),
            "OK");
  EXPECT_TRUE(WaitUntil([&] { return IsInQueue(filed.dispute().name()); }));
}

}  // namespace
}  // namespace mrg
