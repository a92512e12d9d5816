// The record of a decision: whole, canonical, the same each time, and without the holder.

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/digest.h"
#include "gateway/recognition/decide.h"
#include "gateway/recognition/record_facts.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::DecisionRecord;
using ::testing::ElementsAre;

// The sample questions whose records are looked at: a yes, a yes with conditions, every kind of no.
std::vector<std::pair<SnapshotFixture, LicenceQuestion>> Cases() {
  std::vector<std::pair<SnapshotFixture, LicenceQuestion>> cases;
  for (const char* name : {"31-identity-card", "32-driving-licence", "32-business-licence",
                           "50-identity-card", "50-driving-licence", "51-business-licence"}) {
    for (const char* using_jurisdiction : {"31", "50"}) {
      cases.emplace_back(SnapshotFixture(), AskAbout(Sample(name), using_jurisdiction));
      cases.back().second.request.expected_holder_name = Sample(name).holder_name;
      cases.back().second.request.expected_holder_code = Sample(name).holder_code;
    }
  }
  const LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  const auto add = [&]() -> std::pair<SnapshotFixture, LicenceQuestion>& {
    cases.emplace_back(SnapshotFixture(), question);
    return cases.back();
  };
  add().first.jurisdictions.at("50").statuses = {StatusOf(
      Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE, FixtureNow())};
  add().first.jurisdictions.at("50").statuses = {StatusOf(
      Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, FixtureNow())};
  add().first.Role(kDeltaMember, "timestamp").expires = FixtureNow();
  add().first.Repeal("31", "cross-region-sample", FixtureNow());
  add().second.epoch_keys.clear();
  add().second.request.expected_holder_name = "样例甲";
  add().second.request.requested_elements = {"face.driver.address"};
  add().second.detached().set_signature("x");
  add().second.detached().set_public_key("x");
  add().second.Sign("{");
  add().second.EditDocument("\"xb\": \"1\"", "\"xb\": \"7\"");
  add().first.jurisdictions.at("50").in_force = false;
  return cases;
}

TEST(DecideRecord, DecidingTwiceGivesTheSameBytesAndTheSameAnswer) {
  for (const auto& [fixture, question] : Cases()) {
    const Decision first = Answer(fixture.Build(), question);
    const Decision second = Answer(fixture.Build(), question);

    EXPECT_EQ(CanonicalBytes(first.record), CanonicalBytes(second.record));
    EXPECT_EQ(first.document, second.document);
    EXPECT_EQ(first.target_standard, second.target_standard);
    ASSERT_EQ(first.reports.size(), second.reports.size());
    for (size_t i = 0; i < first.reports.size(); ++i) {
      EXPECT_EQ(CanonicalBytes(first.reports[i]), CanonicalBytes(second.reports[i]));
    }
  }
}

TEST(DecideRecord, RecordIsCanonicalAndFitsALeaf) {
  for (const auto& [fixture, question] : Cases()) {
    const std::string bytes = CanonicalBytes(Answer(fixture.Build(), question).record);

    const auto record = ParseCanonical<DecisionRecord>(bytes, Reason::kReceiptMalformed);

    ASSERT_TRUE(record.ok());
    EXPECT_EQ(CanonicalBytes(*record), bytes);
    EXPECT_LT(bytes.size(), 65536u);
  }
}

TEST(DecideRecord, RecordNamesTheQuestionAndTheRules) {
  const LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  SnapshotFixture fixture;

  const DecisionRecord record = Answer(fixture.Build(), question).record;

  EXPECT_EQ(record.schema(), kRecordSchema);
  EXPECT_EQ(record.rules_version(), kRulesVersion);
  EXPECT_EQ(record.log_origin(), "yangtze-delta/log-1");
  EXPECT_EQ(record.decided_at_us(), absl::ToUnixMicros(FixtureNow()));
  EXPECT_EQ(record.using_jurisdiction(), "31");
  EXPECT_EQ(record.issuing_jurisdiction(), "50");
  EXPECT_EQ(record.type_code(), kDrivingLicenceType);
  EXPECT_EQ(record.scenario(), "government-service");
  EXPECT_EQ(record.caller_spiffe_id(), question.request.caller.value());
  EXPECT_EQ(record.algorithm(), "sm2-sm3");
  EXPECT_EQ(record.form(), "detached");
  EXPECT_EQ(record.signing_time_kind(), audit::v1::SIGNING_TIME_KIND_CLAIMED);
  EXPECT_EQ(record.epoch(), kFixtureEpoch);
  EXPECT_EQ(record.issuer_entry_sha256(), Sha256(CanonicalBytes(fixture.Issuer("50"))));
}

TEST(DecideRecord, DocumentThatWasNotReadClaimsNoSigningTime) {
  LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  question.Sign("{");

  const DecisionRecord record = Answer(SnapshotFixture().Build(), question).record;

  EXPECT_EQ(record.form(), "detached");
  EXPECT_EQ(record.signing_time_kind(), audit::v1::SIGNING_TIME_KIND_NONE);
}

TEST(Threat, N11_TypeAndScenarioThatNoListKnowsAreNotRecorded) {
  const std::string canary = "310101199001011234";
  LicenceQuestion of_scenario = AskAbout(Sample("50-driving-licence"), "31");
  of_scenario.request.scenario = *ScenarioId::Parse(canary);
  LicenceQuestion of_type = AskAbout(Sample("50-driving-licence"), "31");
  of_type.request.type_code = *LicenceTypeCode::Parse(canary + "000");

  const DecisionRecord scenario_record = Answer(SnapshotFixture().Build(), of_scenario).record;
  const DecisionRecord type_record = Answer(SnapshotFixture().Build(), of_type).record;

  EXPECT_EQ(scenario_record.outcome(), audit::v1::OUTCOME_NO_RULE);
  EXPECT_EQ(scenario_record.scenario(), "");
  EXPECT_EQ(scenario_record.type_code(), kDrivingLicenceType);
  EXPECT_EQ(type_record.outcome(), audit::v1::OUTCOME_NO_RULE);
  EXPECT_EQ(type_record.type_code(), "");
  EXPECT_EQ(type_record.scenario(), "government-service");
  EXPECT_EQ(CanonicalBytes(scenario_record).find(canary), std::string::npos);
  EXPECT_EQ(CanonicalBytes(type_record).find(canary), std::string::npos);
}

TEST(DecideRecord, RecordNamesEveryTargetThatWasUsed) {
  const DecisionRecord record =
      Answer(SnapshotFixture().Build(), AskAbout(Sample("50-driving-licence"), "31")).record;

  std::vector<std::string> paths;
  for (const auto& target : record.targets_used()) paths.push_back(target.path());
  EXPECT_THAT(paths, ElementsAre("31/agreements/cross-region-sample/1", "31/catalogue",
                                 "31/packs/11100000XX0000019L003/delta-reply/1",
                                 "50/agreements/cross-region-sample/1", "50/catalogue",
                                 "50/issuers", "50/packs/11100000XX0000019L003/cq-sample/1",
                                 "50/status/licences", "canonical/1"));
  EXPECT_EQ(record.rests_on_size(), 17);
  EXPECT_EQ(record.targets_used(0).sha256(), Sha256(ShippedAgreementText("cross-region-sample")));
}

TEST(DecideRecord, CommitmentsOpenWithTheSaltAndTheBytes) {
  LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  const Decision decision = Answer(SnapshotFixture().Build(), question);

  EXPECT_EQ(decision.record.salt_digest(), Sha256(question.salt));
  EXPECT_EQ(decision.record.licence_commitment(),
            Commitment(question.salt, Sample("50-driving-licence").document));
  EXPECT_EQ(decision.record.elements_commitment().size(), 32u);
}

TEST(DecideRecord, ElementsCommitmentIsOfTheReleasedElementsOnly) {
  const RecognitionSnapshot snapshot = SnapshotFixture().Build();
  LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  question.request.requested_elements = {"face.driver.fileNumber"};

  gateway::v1::CanonicalLicence released;
  gateway::v1::Element* element = released.add_elements();
  element->set_id("face.driver.fileNumber");
  element->add_values()->set_text("500103000001");
  EXPECT_EQ(Answer(snapshot, question).record.elements_commitment(),
            Commitment(question.salt, CanonicalBytes(released)));
}

TEST(DecideRecord, AnotherSaltLeavesNothingOfTheLicenceComparable) {
  LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  const DecisionRecord first = Answer(SnapshotFixture().Build(), question).record;
  question.salt = std::string(32, 't');
  const DecisionRecord second = Answer(SnapshotFixture().Build(), question).record;

  EXPECT_NE(first.licence_commitment(), second.licence_commitment());
  EXPECT_NE(first.elements_commitment(), second.elements_commitment());
  EXPECT_NE(first.salt_digest(), second.salt_digest());
}

// R19 as far as the record goes: nothing in it can be looked up or guessed without the salt.
TEST(Threat, R19_RecordHoldsNoHolderNumberDocumentTagOrSalt) {
  for (const auto& [fixture, question] : Cases()) {
    const std::string bytes = CanonicalBytes(Answer(fixture.Build(), question).record);
    const auto& detached = question.presentation.detached();
    for (const char* name : {"31-identity-card", "32-driving-licence", "32-business-licence",
                             "50-identity-card", "50-driving-licence", "51-business-licence"}) {
      const SampleLicence& sample = Sample(name);
      const std::string tag = TagOf(sample.jurisdiction, sample.type_code, sample.number);
      for (const std::string& secret :
           {sample.holder_name, sample.holder_code, sample.number, tag, absl::BytesToHexString(tag),
            Sha256(sample.number), Sha256(sample.document)}) {
        EXPECT_FALSE(absl::StrContains(bytes, secret)) << name;
      }
    }
    EXPECT_FALSE(absl::StrContains(bytes, question.salt));
    // No eight bytes of the document in a row, but for the codes that the request names itself.
    for (size_t i = 0; i + 8 <= detached.document().size(); ++i) {
      const std::string piece = detached.document().substr(i, 8);
      if (absl::StrContains("\"" + question.request.type_code.value() + "\"", piece)) continue;
      EXPECT_FALSE(absl::StrContains(bytes, piece)) << piece;
    }
    if (detached.signature().size() > 8) {
      EXPECT_FALSE(absl::StrContains(bytes, detached.signature().substr(4, 32)));
    }
  }
}

TEST(DecideRecord, ExpectedHolderIsComparedAndNotRecorded) {
  LicenceQuestion question = AskAbout(Sample("50-driving-licence"), "31");
  question.request.expected_holder_name = "某某某";
  question.request.expected_holder_code = "110101190001010019";

  const Decision decision = Answer(SnapshotFixture().Build(), question);

  const std::string bytes = CanonicalBytes(decision.record);
  EXPECT_EQ(VerdictOn(decision, "holder"), Failed(Reason::kHolderMismatch));
  EXPECT_FALSE(absl::StrContains(bytes, "某某某"));
  EXPECT_FALSE(absl::StrContains(bytes, "110101190001010019"));
}

}  // namespace
}  // namespace mrg
