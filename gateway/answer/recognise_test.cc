#include "gateway/answer/recognise.h"

#include <utility>
#include <variant>

#include "gateway/answer/testing/answering_node.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/receipt/kept_salts.h"
#include "gateway/receipt/receipt_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;

class RecogniseTest : public ::testing::Test {
 protected:
  // Asks what has not been asked before. Fails the test on a refusal.
  RecognizeResponse Answered(const RecognizeRequest& request) {
    Recognise::Answer answer = node_.Ask(request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    if (!answer.ok() || !std::holds_alternative<RecognizeResponse>(*answer)) return {};
    return std::get<RecognizeResponse>(*std::move(answer));
  }

  AnsweringNode node_;
};

TEST_F(RecogniseTest, LicenceIsRecognisedAndTheReceiptProvesTheRecord) {
  const RecognizeResponse response = Answered(DrivingLicenceRequest("a"));

  EXPECT_EQ(response.outcome(), audit::v1::OUTCOME_RECOGNIZED);
  EXPECT_FALSE(response.translated().document().empty());
  const auto record = CheckReceipt(CanonicalBytes(response.receipt()),
                                   node_.log_keys.KeysOf(*MemberId::Parse("yangtze-delta")));
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->outcome(), audit::v1::OUTCOME_RECOGNIZED);
  EXPECT_EQ(record->epoch(), kFixtureEpoch);
  EXPECT_EQ(node_.metrics.recognitions.Value({{"outcome", "RECOGNIZED"}, {"reason", "NONE"}}), 1.0);
}

TEST_F(RecogniseTest, RevokedLicenceIsNotRecognisedUnderTheKeyOfItsEntry) {
  SnapshotFixture fixture;
  fixture.jurisdictions.at("50").statuses.push_back(
      StatusOf(Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED,
               FixtureNow() - absl::Hours(1)));
  node_.PutInForce(fixture);

  const RecognizeResponse response = Answered(DrivingLicenceRequest("a"));

  EXPECT_EQ(response.outcome(), audit::v1::OUTCOME_NOT_RECOGNIZED);
  ASSERT_EQ(response.reasons_size(), 1);
  EXPECT_EQ(response.reasons(0).reason(), "LICENCE_REVOKED");
}

TEST_F(RecogniseTest, WithoutAKeyTheStatusIsUnavailable) {
  AnsweringNode fresh;
  EpochKeyring none(&fresh.store, std::string(32, 'n'));
  const Recognise recognise(Recognise::Parts{&*fresh.authorization, [] { return true; },
                                             &fresh.snapshots, nullptr, &none, fresh.receipts.get(),
                                             &fresh.stale_lists, &fresh.metrics,
                                             std::string(32, 'i'), kAnsweringOrigin});
  RecognizeResponse response;

  recognise.Ask(PlatformCaller("mrg.gateway.v1.RecognitionService/Recognize"),
                std::make_shared<const RecognizeRequest>(DrivingLicenceRequest("a")), FixtureNow(),
                [&response](Recognise::Answer answer) {
                  ASSERT_TRUE(answer.ok()) << answer.status();
                  response = std::get<RecognizeResponse>(*std::move(answer));
                });
  fresh.committer->CommitGroup();

  EXPECT_EQ(response.outcome(), audit::v1::OUTCOME_STALE_TRUST);
  ASSERT_EQ(response.reasons_size(), 1);
  EXPECT_EQ(response.reasons(0).reason(), "STATUS_UNAVAILABLE");
}

TEST_F(RecogniseTest, AnAnswerThatIsStaleSaysWhoseListItWasAndUntilWhenItHeld) {
  const absl::Time end = FixtureNow() - absl::Hours(1);
  SnapshotFixture fixture;
  fixture.Role(kSichuanMember, "timestamp").expires = end;
  node_.PutInForce(fixture);
  const RecognizeRequest request = DrivingLicenceRequest("a");

  const RecognizeResponse response = Answered(request);

  EXPECT_EQ(response.outcome(), audit::v1::OUTCOME_STALE_TRUST);
  EXPECT_EQ(response.stale_list().publisher(), kSichuanMember);
  EXPECT_EQ(response.stale_list().role(), "timestamp");
  EXPECT_EQ(ToTime(response.stale_list().held_until()), end);
  EXPECT_THAT(node_.events.Take(),
              testing::ElementsAre(testing::HasSubstr("\"event\":\"trust_stale\"")));
  node_.PutInForce(SnapshotFixture());
  EXPECT_FALSE(Answered(DrivingLicenceRequest("b")).has_stale_list());
}

TEST_F(RecogniseTest, BadFieldIsRefusedAndNothingIsLogged) {
  RecognizeRequest request = DrivingLicenceRequest("a");
  request.set_scenario(std::string(200, 'x'));

  const Recognise::Answer answer = node_.Ask(request);

  EXPECT_EQ(ReasonOf(answer.status()), Reason::kFieldMalformed);
  EXPECT_EQ(FieldOf(answer.status()), "scenario");
  EXPECT_EQ(node_.log->size(), 0u);
}

TEST_F(RecogniseTest, CallerOfAnotherProvinceIsRefusedAndNothingIsLogged) {
  Caller caller = PlatformCaller("mrg.gateway.v1.RecognitionService/Recognize");
  caller.identity = *SpiffeId::Parse("spiffe://delta.example/jurisdiction/32/platform/portal");

  const Recognise::Answer answer = node_.Ask(caller, DrivingLicenceRequest("a"));

  EXPECT_EQ(ReasonOf(answer.status()), Reason::kJurisdictionNotAllowed);
  EXPECT_EQ(node_.log->size(), 0u);
}

TEST_F(RecogniseTest, NodeThatIsNotReadyDecidesNothing) {
  node_.is_ready = false;

  EXPECT_EQ(ReasonOf(node_.Ask(DrivingLicenceRequest("a")).status()), Reason::kNodeNotReady);
  EXPECT_EQ(node_.log->size(), 0u);
}

TEST_F(RecogniseTest, RepeatedQuestionGetsTheFirstAnswerWithItsElements) {
  const RecognizeRequest request = DrivingLicenceRequest("a");
  const RecognizeResponse first = Answered(request);

  const Recognise::Answer again = node_.Ask(request);

  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_TRUE(std::holds_alternative<Recognise::Repeated>(*again));
  const auto response = node_.recognise->AnswerAgain(std::get<Recognise::Repeated>(*again));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(CanonicalBytes(*response), CanonicalBytes(first));
  EXPECT_EQ(node_.log->size(), 1u);
  EXPECT_EQ(node_.metrics.repeated.Value({}), 1.0);
}

TEST_F(RecogniseTest, R19_M12_RepeatedQuestionWhoseSaltWasErasedIsNotAnsweredAgain) {
  const RecognizeRequest request = DrivingLicenceRequest("a");
  Answered(request);
  ASSERT_TRUE(EraseSalt(node_.store, kAnsweringOrigin, 0, "because", FixtureNow()).ok());

  const Recognise::Answer again = node_.Ask(request);

  EXPECT_EQ(ReasonOf(again.status()), Reason::kSaltErased) << again.status();
  EXPECT_EQ(node_.log->size(), 1u);
}

TEST_F(RecogniseTest, AnElementThatNoDictionaryKnowsIsRefusedAndNothingIsRecorded) {
  RecognizeRequest request = DrivingLicenceRequest("a");
  request.add_requested_elements("certificateHoldersName");

  const absl::Status status = node_.Ask(request).status();

  EXPECT_EQ(ReasonOf(status), Reason::kFieldMalformed) << status;
  EXPECT_EQ(FieldOf(status), "requested_elements[0]");
  EXPECT_EQ(node_.log->size(), 0u);
}

TEST_F(RecogniseTest, R16_AnAnswerThatWasGivenStaysWhateverTheDictionaryKnowsToday) {
  SnapshotFixture fixture;
  fixture.elements_of_earlier = {"face.driver.oldElement"};
  node_.PutInForce(fixture);
  RecognizeRequest request = DrivingLicenceRequest("a");
  request.add_requested_elements("face.driver.oldElement");
  const RecognizeResponse first = Answered(request);
  RecognizeRequest other = request;
  other.set_request_id(DrivingLicenceRequest("b").request_id());
  node_.PutInForce(SnapshotFixture());

  const Recognise::Answer again = node_.Ask(request);

  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_TRUE(std::holds_alternative<Recognise::Repeated>(*again));
  EXPECT_EQ(CanonicalBytes(std::get<Recognise::Repeated>(*again).before.receipt),
            CanonicalBytes(first.receipt()));
  EXPECT_EQ(ReasonOf(node_.Ask(other).status()), Reason::kFieldMalformed);
  EXPECT_EQ(node_.log->size(), 1u);
}

TEST_F(RecogniseTest, RequestIdWithAnotherBodyIsRefused) {
  RecognizeRequest other = DrivingLicenceRequest("a");
  Answered(other);
  other.add_requested_elements("status");

  EXPECT_EQ(ReasonOf(node_.Ask(other).status()), Reason::kRequestIdReused);
  EXPECT_EQ(node_.log->size(), 1u);
}

TEST_F(RecogniseTest, OtherListsThanThoseOfTheFirstAnswerDoNotPassForIt) {
  const RecognizeRequest request = DrivingLicenceRequest("a");
  Answered(request);
  const Recognise::Answer again = node_.Ask(request);
  ASSERT_TRUE(again.ok()) << again.status();
  SnapshotFixture fixture;
  fixture.Role(kDeltaMember, "status").version += 1;
  node_.PutInForce(fixture);

  const auto response = node_.recognise->AnswerAgain(std::get<Recognise::Repeated>(*again));

  EXPECT_EQ(ReasonOf(response.status()), Reason::kInvariantBroken);
}

}  // namespace
}  // namespace mrg
