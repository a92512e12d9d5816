#include "gateway/answer/relayed_filing.h"

#include <memory>
#include <string>
#include <variant>

#include "dispute/dispute_id.h"
#include "gateway/answer/testing/answering_node.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/crypto/digest.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using dispute::v1::DisputeEvent;

// Chuanyu's node, asked about what the Delta's says it filed.
class RelayedFilingTest : public ::testing::Test {
 protected:
  RelayedFilingTest() {
    EXPECT_TRUE(own_keys_.SetOwn(AsJurisdiction("50"), {kFixtureEpoch, kFixtureEpochKey}).ok());
    const Recognise::Answer answer = node_.Ask(DrivingLicenceRequest("recognition"));
    EXPECT_TRUE(answer.ok()) << answer.status();
    gateway::v1::Receipt receipt = std::get<gateway::v1::RecognizeResponse>(*answer).receipt();
    with_salt_ = CanonicalBytes(receipt);
    receipt.clear_salt();
    event_.set_dispute(DisputeId::Make(*MemberId::Parse(kDeltaMember), FixtureNow()).value());
    event_.set_sequence(1);
    event_.set_owner_member(kDeltaMember);
    event_.set_owner_epoch(1);
    event_.set_actor("spiffe://delta.example/jurisdiction/31/platform/portal");
    *event_.mutable_at() = ToTimestamp(FixtureNow() + absl::Hours(1));
    auto* filed = event_.mutable_filed();
    filed->set_kind(dispute::v1::DISPUTE_KIND_FACE_INFORMATION_ERROR);
    filed->set_licence_tag(Sha256("tag"));
    filed->set_epoch(kFixtureEpoch);
    filed->set_issuing_jurisdiction("50");
    filed->set_using_jurisdiction("31");
    filed->set_type_code("11100000XX0000019L003");
    filed->set_description("姓名有误");
    Cite(CanonicalBytes(receipt));
  }

  void Cite(const std::string& receipt) {
    event_.mutable_filed()->set_receipt(receipt);
    event_.mutable_filed()->set_receipt_sha256(Sha256(receipt));
  }
  absl::StatusOr<std::vector<Destination>> Ask(absl::Time now = FixtureNow() + absl::Hours(1)) {
    DisputeHistory history(*DisputeId::Parse(event_.dispute()));
    const absl::Status appended = history.Append(CanonicalBytes(event_));
    EXPECT_TRUE(appended.ok()) << appended;
    return relayed_.DestinationsOf(history, now);
  }
  void ExpectRefused(Reason reason = Reason::kDisputeEventRefused) {
    const auto destinations = Ask();
    EXPECT_EQ(ReasonOf(destinations.status()), reason) << destinations.status();
  }

  AnsweringNode node_;
  MemoryStore store_;
  EpochKeyring own_keys_{&store_, std::string(32, 'n')};
  MemberDomains domains_;
  const RelayedFiling relayed_{
      {*MemberId::Parse(kHubMember), &node_.snapshots, &node_.log_keys, &own_keys_, &domains_}};
  DisputeEvent event_;
  std::string with_salt_;  // the receipt as the filer has it
};

using Threat = RelayedFilingTest;

TEST_F(RelayedFilingTest, AgreementSaysWhoOwnsWhatTheMembersLogProves) {
  const auto destinations = Ask();

  ASSERT_TRUE(destinations.ok()) << destinations.status();
  for (const Destination& destination : *destinations) {
    EXPECT_EQ(destination.member.value(), kSichuanMember);
    EXPECT_EQ(destination.queue, "issuer-50");
    EXPECT_EQ(destination.priority, 0u);
  }
}

TEST_F(RelayedFilingTest, WithoutAnAgreementItIsTheHubsAndTheOneAtTheDecisionStillCounts) {
  SnapshotFixture fixture;
  fixture.Repeal("50", "cross-region-sample", FixtureNow() + absl::Minutes(30));
  node_.PutInForce(fixture);

  const auto destinations = Ask();

  ASSERT_TRUE(destinations.ok()) << destinations.status();
  EXPECT_EQ(destinations->front().member.value(), kHubMember);
  EXPECT_EQ(destinations->back().member.value(), kSichuanMember);
}

TEST_F(Threat, H4_AnOldDateChoosesNoOwnerThatNoAgreementNames) {
  SnapshotFixture fixture;
  fixture.Repeal("50", "cross-region-sample", FixtureNow() + absl::Minutes(30));
  node_.PutInForce(fixture);

  const auto destinations = Ask(FixtureNow() + absl::Hours(24 * 365));

  ASSERT_TRUE(destinations.ok()) << destinations.status();
  for (const Destination& destination : *destinations) {
    EXPECT_EQ(destination.member.value(), kHubMember) << "what was agreed a year ago is past";
  }
}

TEST_F(Threat, D06_H4_WhatIsNoReceiptOfTheMembersLogIsRefused) {
  const std::string receipt = event_.filed().receipt();
  Cite("this is no receipt");
  ExpectRefused(Reason::kReceiptMalformed);

  Cite(receipt);
  // Another member cites it, which lists no such log.
  event_.set_dispute(DisputeId::Make(*MemberId::Parse(kHubMember), FixtureNow()).value());
  event_.set_owner_member(kHubMember);
  ExpectRefused(Reason::kReceiptCheckpointInvalid);
}

TEST_F(Threat, R19_M12_ReceiptWithASaltIsNotTakenInFromAnotherMember) {
  Cite(with_salt_);

  ExpectRefused(Reason::kReceiptMalformed);
}

TEST_F(Threat, D06_H4_DisputeIsAboutNothingButTheReceiptsLicenceAndUse) {
  const DisputeEvent sound = event_;
  event_.mutable_filed()->set_issuing_jurisdiction("51");
  ExpectRefused();
  event_ = sound;
  event_.mutable_filed()->set_using_jurisdiction("32");
  ExpectRefused();
  event_ = sound;
  event_.mutable_filed()->set_type_code("11100000XX0000019L002");
  ExpectRefused();
  event_ = sound;
  event_.mutable_filed()->set_epoch(kFixtureEpoch + 1);
  ExpectRefused();
}

TEST_F(Threat, S4_FilingBeforeItsDecisionIsRefused) {
  *event_.mutable_at() = ToTimestamp(FixtureNow() - absl::Hours(1));

  ExpectRefused();
}

TEST_F(Threat, D06_H4_MemberFilesForItsOwnJurisdictionsOnly) {
  SnapshotFixture fixture;
  fixture.known_jurisdictions["31"] = kHubMember;
  fixture.jurisdictions.at("31").member = kHubMember;
  node_.PutInForce(fixture);

  ExpectRefused();
}

TEST_F(RelayedFilingTest, NodeWithoutListsAsksToComeAgain) {
  node_.snapshots.Publish(nullptr);

  ExpectRefused(Reason::kNodeNotReady);
}

}  // namespace
}  // namespace mrg
