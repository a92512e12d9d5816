// Of two bodies under one request id that come at the same moment one is taken and the other
// refused, and the same body twice at once is one effect and one answer, for every call that names
// a request id; by calls to running nodes.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/translation/testing/shipped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/dispute/v1/dispute_queue.grpc.pb.h"
#include "mrg/dispute/v1/dispute_service.grpc.pb.h"
#include "mrg/gateway/v1/status.grpc.pb.h"
#include "tests/federation/every_method.h"
#include "tests/federation/licences.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/at_once.h"
#include "tests/scenario/request_race_suite.h"

namespace mrg {
namespace {

using dispute::v1::DisputeQueueService;
using dispute::v1::DisputeService;
using gateway::v1::RecognizeRequest;
using gateway::v1::StatusService;
using testing::UnorderedElementsAre;

constexpr int kRounds = 20;

// Two bodies under one request id, and how often either of them took effect.
struct Round {
  std::function<Outcome()> one;
  std::function<Outcome()> other;
  std::function<int()> effects;
};

using Prepare = std::function<Round(const std::string& request_id)>;

class Cases : public RequestRaces {
 public:
  // Of each method that names a request id: its name and a round of it.
  static std::map<std::string, Prepare> All() {
    return {
        {"mrg.gateway.v1.RecognitionService/Recognize", PrepareRecognize},
        {"mrg.gateway.v1.StatusService/SetLicenceStatus", PrepareStatus},
        {"mrg.dispute.v1.DisputeService/FileDispute", PrepareFiling},
        {"mrg.dispute.v1.DisputeQueueService/AcceptDispute", PrepareAccept},
        {"mrg.dispute.v1.DisputeQueueService/RefuseDispute", PrepareRefuse},
        {"mrg.dispute.v1.DisputeQueueService/CompleteDispute", PrepareComplete},
    };
  }

 private:
  void TestBody() override {}

  static Round PrepareRecognize(const std::string& id) {
    const auto ask = [id](int sequence) {
      RecognizeRequest request = Asked("32", sequence);
      request.set_request_id(id);
      return [request] {
        gateway::v1::RecognizeResponse response;
        const grpc::Status status = Recognize(Platform(), request, &response);
        return Outcome{ReasonIn(status), CanonicalBytes(response)};
      };
    };
    const uint64_t before = federation().LogSize(kDelta);
    return {ask(Next()), ask(Next()),
            [before] { return static_cast<int>(federation().LogSize(kDelta) - before); }};
  }

  static Round PrepareStatus(const std::string& id) {
    const std::pair<int, int> sequences = {Next(), Next()};
    const auto revoke = [id](int sequence) {
      gateway::v1::SetLicenceStatusRequest request;
      request.set_request_id(id);
      request.set_jurisdiction("32");
      request.set_type_code(kDrivingLicenceType);
      request.set_licence_number(LicenceNumber("32", sequence));
      request.set_action(gateway::v1::LICENCE_STATUS_ACTION_REVOKE);
      return [request] {
        return Ask<StatusService, gateway::v1::SetLicenceStatusRequest,
                   gateway::v1::SetLicenceStatusResponse>(
            federation().Api(kDelta, "authority-32"), &StatusService::Stub::SetLicenceStatus,
            request, [](const auto& response) { return absl::StrCat(response.status_version()); });
      };
    };
    return {revoke(sequences.first), revoke(sequences.second), [sequences] {
              int revoked = 0;
              for (const int sequence : {sequences.first, sequences.second}) {
                const std::string answer = AnswerTo(Platform(), Asked("32", sequence));
                revoked += answer == "NOT_RECOGNIZED LICENCE_REVOKED" ? 1 : 0;
              }
              return revoked;
            }};
  }

  // Result: the disputes that the platform filed.
  static int Filed() {
    int filed = 0;
    dispute::v1::ListDisputesRequest request;
    request.set_page_size(100);
    do {
      dispute::v1::ListDisputesResponse page;
      EXPECT_TRUE(
          Call<DisputeService>(Platform(), &DisputeService::Stub::ListDisputes, request, &page)
              .ok());
      filed += page.disputes_size();
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return filed;
  }
  static Round PrepareFiling(const std::string& id) {
    const auto file = [id](const std::string& description) {
      dispute::v1::FileDisputeRequest request = Filing(description);
      request.set_request_id(id);
      return [request] { return File(request); };
    };
    const int before = Filed();
    return {file("住址有误"), file("姓名有误"), [before] { return Filed() - before; }};
  }

  static int EventsOf(const std::string& dispute) {
    dispute::v1::GetDisputeRequest request;
    request.set_dispute(dispute);
    dispute::v1::GetDisputeResponse response;
    EXPECT_TRUE(
        Call<DisputeService>(Platform(), &DisputeService::Stub::GetDispute, request, &response)
            .ok());
    return response.events_size();
  }
  // A decision on either of two disputes, whose effect is an event.
  static Round RoundOn(const std::pair<std::string, std::string>& disputes,
                       const std::function<std::function<Outcome()>(const std::string&)>& decide) {
    const int before = EventsOf(disputes.first) + EventsOf(disputes.second);
    return {decide(disputes.first), decide(disputes.second), [disputes, before] {
              return EventsOf(disputes.first) + EventsOf(disputes.second) - before;
            }};
  }
  static Round PrepareAccept(const std::string& id) {
    return RoundOn(TwoFiled(), [id](const std::string& dispute) {
      return [id, dispute] { return Accept(id, dispute); };
    });
  }

  static Round PrepareRefuse(const std::string& id) {
    return RoundOn(TwoFiled(), [id](const std::string& dispute) {
      dispute::v1::RefuseDisputeRequest request;
      request.set_request_id(id);
      request.set_dispute(dispute);
      request.set_explanation_zh("不予受理");
      return [request] {
        return Ask<DisputeQueueService, dispute::v1::RefuseDisputeRequest,
                   dispute::v1::RefuseDisputeResponse>(
            Worker("intake"), &DisputeQueueService::Stub::RefuseDispute, request,
            StateIn<dispute::v1::RefuseDisputeResponse>);
      };
    });
  }

  static Round PrepareComplete(const std::string& id) {
    const std::pair<std::string, std::string> disputes = TwoFiled();
    for (const std::string& dispute : {disputes.first, disputes.second}) {
      EXPECT_EQ(Accept(NewRequestId(), dispute).reason, "OK");
    }
    const std::map<std::string, dispute::v1::Lease> leases = LeasesOf(disputes);
    return RoundOn(disputes, [id, &leases](const std::string& dispute) {
      dispute::v1::CompleteDisputeRequest request;
      request.set_request_id(id);
      *request.mutable_lease() = leases.at(dispute);
      request.set_decision(dispute::v1::DISPUTE_DECISION_UPHELD);
      request.set_explanation_zh("记录无误");
      return [request] {
        return Ask<DisputeQueueService, dispute::v1::CompleteDisputeRequest,
                   dispute::v1::CompleteDisputeResponse>(
            Worker("case"), &DisputeQueueService::Stub::CompleteDispute, request,
            StateIn<dispute::v1::CompleteDisputeResponse>);
      };
    });
  }
};

// What a call that names no request id rests on instead, when it comes twice. Reads change nothing;
// the others are raced in race_without_request_id_test.cc.
constexpr char kRead[] = "reads";
const std::map<std::string, std::string>& WithoutRequestId() {
  static const auto* const methods = new std::map<std::string, std::string>{
      {"mrg.audit.v1.AuditService/GetCheckpoint", kRead},
      {"mrg.audit.v1.AuditService/GetConsistencyProof", kRead},
      {"mrg.audit.v1.AuditService/GetInclusionProof", kRead},
      {"mrg.audit.v1.AuditService/ListRecords", kRead},
      {"mrg.dispute.v1.DisputeQueueService/ClaimDisputes", "each case under one lease: D02"},
      {"mrg.dispute.v1.DisputeQueueService/HeartbeatDispute", "the lease that it names: D02"},
      {"mrg.dispute.v1.DisputeQueueService/ReleaseDispute", "the lease that it names: D02"},
      {"mrg.dispute.v1.DisputeRelayService/Deliver", "dispute and sequence: D09"},
      {"mrg.dispute.v1.DisputeService/GetDispute", kRead},
      {"mrg.dispute.v1.DisputeService/ListDisputes", kRead},
      {"mrg.dispute.v1.DisputeService/WatchDispute", kRead},
      {"mrg.gateway.v1.AdminService/EraseSalt", "the record that it names: R19"},
      {"mrg.gateway.v1.AdminService/GetTrustState", kRead},
      {"mrg.gateway.v1.AdminService/ImportBundle", "versions of signed files: T14"},
      {"mrg.gateway.v1.AdminService/LiftDisputeMark", "the first decision stays: mark_lift"},
      {"mrg.gateway.v1.AdminService/ListForkEvidence", kRead},
      {"mrg.gateway.v1.AdminService/Publish", "versions of signed files: T14"},
      {"mrg.gateway.v1.AdminService/RepinPublisher", "each decision is kept, by time: repin"},
      {"mrg.gateway.v1.AdminService/ResumePublisher", "the fork that it names: S3"},
      {"mrg.gateway.v1.AdminService/UploadContent", "content by its digest"},
      {"mrg.gateway.v1.CatalogueService/CheckCoverage", kRead},
      {"mrg.gateway.v1.CatalogueService/GetCredentialType", kRead},
      {"mrg.gateway.v1.CatalogueService/ListAgreements", kRead},
      {"mrg.gateway.v1.CatalogueService/ListCredentialTypes", kRead},
      {"mrg.gateway.v1.CatalogueService/ListScenarios", kRead},
      {"mrg.gateway.v1.TranslationService/Translate", kRead},
      {"mrg.trustlist.v1.FederationKeyService/GetEpochKey", kRead},
      {"mrg.trustlist.v1.TrustRepositoryService/ExchangeHeads", "a larger checkpoint stays"},
      {"mrg.trustlist.v1.TrustRepositoryService/GetMetadata", kRead},
      {"mrg.trustlist.v1.TrustRepositoryService/GetTarget", kRead},
      {"mrg.trustlist.v1.TrustRepositoryService/GetTreeNodes", kRead},
      {"mrg.trustlist.v1.TrustRepositoryService/ListTimestamps", kRead},
      {"mrg.trustlist.v1.TrustRepositoryService/Watch", kRead},
  };
  return *methods;
}

class Threat : public RequestRaces, public testing::WithParamInterface<std::string> {
 protected:
  static Round Prepared(const std::string& id) { return Cases::All().at(GetParam())(id); }
};

TEST_P(Threat, M3_OfTwoBodiesUnderOneRequestIdAtOnceOneIsTakenAndTheOtherRefused) {
  for (int i = 0; i < kRounds; ++i) {
    const Round round = Prepared(NewRequestId());

    const auto [one, other] = AtOnce(round.one, round.other);

    EXPECT_THAT((std::vector{one.reason, other.reason}),
                UnorderedElementsAre("OK", "REQUEST_ID_REUSED"));
    EXPECT_EQ(round.effects(), 1);
    const bool is_one = one.reason == "OK";
    const Outcome again = is_one ? round.one() : round.other();
    EXPECT_EQ(again.reason, "OK");
    EXPECT_EQ(again.answer, is_one ? one.answer : other.answer);
  }
}

TEST_P(Threat, M3_TheSameBodyTwiceAtOnceIsOneEffectAndOneAnswer) {
  for (int i = 0; i < kRounds; ++i) {
    const Round round = Prepared(NewRequestId());

    const auto [first, second] = AtOnce(round.one, round.one);

    EXPECT_EQ(first.reason, "OK");
    EXPECT_EQ(second.reason, "OK");
    EXPECT_EQ(first.answer, second.answer);
    EXPECT_EQ(round.effects(), 1);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryCall, Threat, testing::ValuesIn([] {
                           std::vector<std::string> methods;
                           for (const auto& [method, prepare] : Cases::All())
                             methods.push_back(method);
                           return methods;
                         }()),
                         [](const auto& info) {
                           return info.param.substr(info.param.find('/') + 1);
                         });

TEST(RequestRaceCases, M3_AreOfEveryMethodThatNamesARequestIdAndEveryOtherIsHarmlessTwice) {
  std::set<std::string> with_cases;
  std::set<std::string> others;
  for (const google::protobuf::MethodDescriptor* method : EveryMethod()) {
    const std::string name = absl::StrCat(method->service()->full_name(), "/", method->name());
    const bool names_one = method->input_type()->FindFieldByName("request_id") != nullptr;
    (names_one ? with_cases : others).insert(name);
  }
  std::set<std::string> cases;
  for (const auto& [method, prepare] : Cases::All()) cases.insert(method);
  std::set<std::string> stated;
  for (const auto& [method, why] : WithoutRequestId()) stated.insert(method);

  EXPECT_EQ(cases, with_cases);
  EXPECT_EQ(stated, others);
}

}  // namespace
}  // namespace mrg
