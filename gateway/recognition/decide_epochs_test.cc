// Decisions while the epoch of the licence-tag key changes: what stands under any epoch counts, and
// an epoch whose key is not held is never passed over (ADR-0017).

#include "gateway/base/canonical_proto.h"
#include "gateway/recognition/decide.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using audit::v1::OUTCOME_NOT_RECOGNIZED;
using audit::v1::OUTCOME_RECOGNIZED;
using audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS;
using audit::v1::OUTCOME_STALE_TRUST;
using gateway::v1::LicenceStatusEntry;
using gateway::v1::LicenceStatusKind;
using ::testing::ElementsAre;

constexpr uint32_t kNextEpoch = kFixtureEpoch + 1;
constexpr char kNextEpochKey[] = "next epoch key of the fixture...";

// A Chongqing driving licence, asked about in Shanghai once the next epoch is in use.
class DecideEpochsTest : public ::testing::Test {
 protected:
  DecideEpochsTest() {
    question_.epoch_keys[kNextEpoch] = kNextEpochKey;
    question_.epoch = kNextEpoch;
  }

  static LicenceStatusEntry Earlier(LicenceStatusKind kind) {
    return StatusOf(Sample("50-driving-licence"), kind, FixtureNow());
  }
  static LicenceStatusEntry Next(LicenceStatusKind kind) {
    const SampleLicence& sample = Sample("50-driving-licence");
    LicenceStatusEntry entry = Earlier(kind);
    entry.set_epoch(kNextEpoch);
    entry.set_tag(TagOf(sample.jurisdiction, sample.type_code, sample.number, kNextEpochKey));
    return entry;
  }

  void List(std::vector<LicenceStatusEntry> entries) {
    fixture_.jurisdictions.at("50").statuses = std::move(entries);
  }
  Decision Decided() const { return Answer(fixture_.Build(), question_); }

  SnapshotFixture fixture_;
  LicenceQuestion question_ = AskAbout(Sample("50-driving-licence"), "31");
};

TEST_F(DecideEpochsTest, RevocationUnderAnEarlierEpochStands) {
  List({Earlier(gateway::v1::LICENCE_STATUS_KIND_REVOKED)});

  const Decision decision = Decided();

  EXPECT_EQ(decision.outcome, OUTCOME_NOT_RECOGNIZED);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kLicenceRevoked));
  EXPECT_EQ(decision.record.epoch(), kNextEpoch) << "the epoch in use, not the entry's";
}

TEST_F(DecideEpochsTest, RevocationUnderALaterEpochThanTheOneInUseStands) {
  question_.epoch = kFixtureEpoch;  // a clock that is behind the issuing side's
  List({Next(gateway::v1::LICENCE_STATUS_KIND_REVOKED)});

  EXPECT_THAT(Decided().reasons, ElementsAre(Reason::kLicenceRevoked));
}

TEST_F(DecideEpochsTest, OfTwoEpochsTheGravestActIsReportedAndTheMarkOfEitherHolds) {
  List({Earlier(gateway::v1::LICENCE_STATUS_KIND_SUSPENDED),
        Next(gateway::v1::LICENCE_STATUS_KIND_REVOKED)});
  EXPECT_THAT(Decided().reasons, ElementsAre(Reason::kLicenceRevoked));

  List({Earlier(gateway::v1::LICENCE_STATUS_KIND_REVOKED),
        Next(gateway::v1::LICENCE_STATUS_KIND_SUSPENDED)});
  EXPECT_THAT(Decided().reasons, ElementsAre(Reason::kLicenceRevoked));

  List({Earlier(gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE)});
  EXPECT_EQ(Decided().outcome, OUTCOME_RECOGNIZED_WITH_CONDITIONS);
  EXPECT_EQ(VerdictOn(Decided(), "dispute_mark"), Conditional(Reason::kUnderDispute));
}

TEST_F(DecideEpochsTest, EpochOfTheListWithoutAKeyIsStaleAndNoEpochIsRecorded) {
  question_.epoch_keys.erase(kFixtureEpoch);
  LicenceStatusEntry of_another = Earlier(gateway::v1::LICENCE_STATUS_KIND_REVOKED);
  of_another.set_tag(std::string(32, 't'));
  List({of_another});

  const Decision decision = Decided();

  EXPECT_EQ(decision.outcome, OUTCOME_STALE_TRUST);
  EXPECT_THAT(decision.reasons, ElementsAre(Reason::kStatusUnavailable));
  EXPECT_EQ(decision.record.epoch(), 0u) << "or it could not be decided again alike";
}

TEST_F(DecideEpochsTest, EpochInUseThatTheListDoesNotKnowYetNeedsNoEntry) {
  List({});
  EXPECT_EQ(Decided().outcome, OUTCOME_RECOGNIZED);
  EXPECT_EQ(Decided().record.epoch(), kNextEpoch);
}

TEST_F(DecideEpochsTest, KeysThatTheListDoesNotNeedChangeNoByteOfTheRecord) {
  List({Earlier(gateway::v1::LICENCE_STATUS_KIND_UNDER_DISPUTE)});
  const Decision first = Decided();

  question_.epoch_keys[kNextEpoch + 1] = "epoch key that was fetched later";

  EXPECT_EQ(CanonicalBytes(Decided().record), CanonicalBytes(first.record));
}

}  // namespace
}  // namespace mrg
