#include "gateway/answer/testing/answering_node.h"

#include <utility>

#include "gateway/base/testing/ids.h"
#include "gateway/witness/testing/decision_logs.h"
#include "gtest/gtest.h"

namespace mrg {

Caller PlatformCaller(const std::string& method) {
  return {*SpiffeId::Parse("spiffe://delta.example/jurisdiction/31/platform/portal"), method};
}

AnsweringNode::AnsweringNode()
    : log_key(NewLogSigner()),
      log(OpenLogOfTests(&store, log_key.get())),
      committer(std::make_unique<GroupCommitter>(log.get())),
      receipts(std::make_unique<ReceiptIssuer>(committer.get(), &store)) {
  ListLogKey(*log_key, &log_keys);
  EXPECT_TRUE(epoch_keys
                  .SetForeign(AsJurisdiction("50"), AsMember(kSichuanMember),
                              {kFixtureEpoch, kFixtureEpochKey})
                  .ok());
  authorization.emplace(*Authorization::Create(
      {{"spiffe://delta.example/jurisdiction/*/platform/*",
        {"mrg.gateway.v1.RecognitionService/*", "mrg.gateway.v1.TranslationService/*",
         "mrg.dispute.v1.DisputeService/*"},
        {},
        {}}},
      {*JurisdictionId::Parse("31"), *JurisdictionId::Parse("32")}));
  PutInForce(SnapshotFixture());
  recognise = std::make_unique<Recognise>(Recognise::Parts{
      &*authorization, [this] { return is_ready; }, &snapshots,
      [this](absl::string_view) -> absl::StatusOr<std::shared_ptr<const RecognitionSnapshot>> {
        return snapshots.Current();
      },
      &epoch_keys, receipts.get(), &stale_lists, &metrics, std::string(32, 'i'), kAnsweringOrigin});
}

void AnsweringNode::PutInForce(const SnapshotFixture& fixture) {
  snapshots.Publish(std::make_shared<const RecognitionSnapshot>(fixture.Build()));
}

Recognise::Answer AnsweringNode::Ask(const Caller& caller,
                                     const gateway::v1::RecognizeRequest& request) {
  std::optional<Recognise::Answer> answer;
  recognise->Ask(caller, std::make_shared<const gateway::v1::RecognizeRequest>(request),
                 FixtureNow(), [&answer](Recognise::Answer given) {
                   EXPECT_FALSE(answer.has_value()) << "answered twice";
                   answer.emplace(std::move(given));
                 });
  committer->CommitGroup();
  EXPECT_TRUE(answer.has_value()) << "never answered";
  return *std::move(answer);
}

Recognise::Answer AnsweringNode::Ask(const gateway::v1::RecognizeRequest& request) {
  return Ask(PlatformCaller("mrg.gateway.v1.RecognitionService/Recognize"), request);
}

gateway::v1::RecognizeRequest DrivingLicenceRequest(const std::string& request_id) {
  const LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  gateway::v1::RecognizeRequest request;
  request.set_request_id(request_id);
  request.set_using_jurisdiction(question.request.using_jurisdiction.value());
  request.set_issuing_jurisdiction(question.request.issuing_jurisdiction.value());
  request.set_type_code(question.request.type_code.value());
  request.set_document_standard(question.request.document_standard.value());
  request.set_scenario(question.request.scenario.value());
  *request.mutable_presentation() = question.presentation;
  return request;
}

}  // namespace mrg
