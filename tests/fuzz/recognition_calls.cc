#include <memory>
#include <string>

#include "dispute/filing.h"
#include "gateway/answer/audit_answers.h"
#include "gateway/answer/catalogue_answers.h"
#include "gateway/answer/dispute_filing.h"
#include "gateway/answer/salt_erasure.h"
#include "gateway/answer/testing/answering_node.h"
#include "gateway/answer/translate.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "mrg/audit/v1/audit.pb.h"
#include "mrg/dispute/v1/dispute_service.pb.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "mrg/gateway/v1/catalogue_service.pb.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "mrg/gateway/v1/translation.pb.h"
#include "tests/fuzz/request_calls.h"

namespace mrg {
namespace {

class NoBlobs : public BlobReader {
 public:
  absl::StatusOr<std::string> ReadBlob(absl::string_view) const override {
    return MakeError(Reason::kTreeNodeNotFound, "no blobs here");
  }
};

class RecognitionCalls : public CallableNode {
 public:
  RecognitionCalls() {
    AddQuestions();
    AddCatalogue();
    AddAudit();
    Add<gateway::v1::EraseSaltRequest>("mrg.gateway.v1.AdminService/EraseSalt", [this](
                                                                                    const auto&
                                                                                        request) {
      return DecideSaltErasure({kAnsweringOrigin, &node_.store, &events_}, request, FixtureNow());
    });
  }

 private:
  void AddQuestions() {
    AddMessage<gateway::v1::RecognizeRequest>(
        "mrg.gateway.v1.RecognitionService/Recognize", [this](const auto& request) {
          return node_.Ask(PlatformCaller("mrg.gateway.v1.RecognitionService/Recognize"), request)
              .status();
        });
    Add<gateway::v1::TranslateRequest>(
        "mrg.gateway.v1.TranslationService/Translate", [this](const auto& request) {
          return Translate(node_.snapshots.Current().get(), *node_.authorization,
                           PlatformCaller("mrg.gateway.v1.TranslationService/Translate"), request,
                           FixtureNow());
        });
    Add<dispute::v1::FileDisputeRequest>(
        "mrg.dispute.v1.DisputeService/FileDispute", [this](const auto& request) {
          return dispute_filing_.File(PlatformCaller("mrg.dispute.v1.DisputeService/FileDispute"),
                                      request, FixtureNow());
        });
  }

  void AddCatalogue() {
    Add<gateway::v1::ListCredentialTypesRequest>(
        "mrg.gateway.v1.CatalogueService/ListCredentialTypes", [this](const auto& request) {
          return ListCredentialTypes(*node_.snapshots.Current(), request);
        });
    Add<gateway::v1::GetCredentialTypeRequest>(
        "mrg.gateway.v1.CatalogueService/GetCredentialType", [this](const auto& request) {
          return GetCredentialType(*node_.snapshots.Current(), request);
        });
    Add<gateway::v1::ListAgreementsRequest>(
        "mrg.gateway.v1.CatalogueService/ListAgreements", [this](const auto& request) {
          return ListAgreements(*node_.snapshots.Current(), request, FixtureNow());
        });
    Add<gateway::v1::ListScenariosRequest>(
        "mrg.gateway.v1.CatalogueService/ListScenarios",
        [this](const auto& request) { return ListScenarios(*node_.snapshots.Current(), request); });
    Add<gateway::v1::CheckCoverageRequest>(
        "mrg.gateway.v1.CatalogueService/CheckCoverage", [this](const auto& request) {
          return CheckCoverage(*node_.snapshots.Current(), request, FixtureNow());
        });
  }

  void AddAudit() {
    Add<audit::v1::GetCheckpointRequest>("mrg.audit.v1.AuditService/GetCheckpoint",
                                         [this](const auto&) { return GetCheckpoint(*node_.log); });
    Add<audit::v1::GetInclusionProofRequest>(
        "mrg.audit.v1.AuditService/GetInclusionProof",
        [this](const auto& request) { return GetInclusionProof(*node_.log, request); });
    Add<audit::v1::GetConsistencyProofRequest>(
        "mrg.audit.v1.AuditService/GetConsistencyProof",
        [this](const auto& request) { return GetConsistencyProof(*node_.log, request); });
    Add<audit::v1::ListRecordsRequest>(
        "mrg.audit.v1.AuditService/ListRecords",
        [this](const auto& request) { return ListRecords(*node_.log, request); });
  }

  AnsweringNode node_;
  KeptEvents events_;
  NoBlobs blobs_;
  PacksByDigest packs_{&blobs_};
  Filing filing_{
      DisputeNode{*MemberId::Parse(kDeltaMember),
                  *SpiffeId::Parse("spiffe://delta.example/node/log-1"),
                  {*JurisdictionId::Parse("31")},
                  [](const JurisdictionId&) { return MemberId::Parse(kSichuanMember).value(); },
                  [] { return nullptr; }},
      &node_.store, nullptr};
  const DisputeFiling dispute_filing_{{*MemberId::Parse(kDeltaMember), *MemberId::Parse(kHubMember),
                                       &*node_.authorization, [] { return true; }, &node_.snapshots,
                                       &node_.log_keys, &node_.epoch_keys, &packs_, &filing_,
                                       std::string(32, 'i')}};
};

}  // namespace

std::unique_ptr<CallableNode> NewRecognitionCalls() { return std::make_unique<RecognitionCalls>(); }

}  // namespace mrg
