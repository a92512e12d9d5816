#include "gateway/recognition/examination.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/testing/ids.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

LicenceQuestion Question() { return AskAbout(Sample("50-driving-licence"), "31"); }

Examination Examined(const SnapshotFixture& fixture, const LicenceQuestion& question) {
  // The result borrows from the snapshot.
  static auto* const snapshots = new std::vector<std::unique_ptr<RecognitionSnapshot>>();
  snapshots->push_back(std::make_unique<RecognitionSnapshot>(fixture.Build()));
  return ExamineQuestion(*snapshots->back(), question);
}

TEST(Examination, RulePacksAndContentOfACoveredLicence) {
  const Examination examination = Examined(SnapshotFixture(), Question());

  EXPECT_EQ(examination.selection.no_rule, std::nullopt);
  EXPECT_EQ(examination.selection.no_pack, std::nullopt);
  ASSERT_TRUE(examination.selection.agreement.has_value());
  EXPECT_EQ(examination.selection.agreement->agreement->id(), "cross-region-sample");
  ASSERT_NE(examination.selection.source_pack, nullptr);
  EXPECT_EQ(examination.selection.source_pack->pack->standard(), "cq-sample");
  ASSERT_NE(examination.selection.target_pack, nullptr);
  EXPECT_EQ(examination.selection.target_pack->pack->standard(), "delta-reply");
  EXPECT_EQ(examination.selection.target_standard, "delta-reply");
  EXPECT_TRUE(examination.content.has_value());
  EXPECT_FALSE(examination.malformed);
  EXPECT_EQ(examination.normalised_number, "50010319000101001X");
  EXPECT_EQ(examination.selection.issuing->id, AsJurisdiction("50"));
  EXPECT_EQ(examination.selection.using_side->id, AsJurisdiction("31"));
}

TEST(Examination, NumberIsNormalised) {
  LicenceQuestion question = Question();
  question.EditDocument("\"certificateNumber\": \"50010319000101001X\"",
                        "\"certificateNumber\": \" ５００１０３１９０００１０１００１x\"");

  EXPECT_EQ(Examined(SnapshotFixture(), question).normalised_number, "50010319000101001X");
}

TEST(Examination, B01_NumberOfNothingButSpacesOrWithAnUnknownCharacterIsNone) {
  for (const char* written : {" \u3000", "\uFEFF50010319000101001X", "500103\u201119000101001X"}) {
    LicenceQuestion question = Question();
    question.EditDocument("\"certificateNumber\": \"50010319000101001X\"",
                          absl::StrCat("\"certificateNumber\": \"", written, "\""));

    EXPECT_EQ(Examined(SnapshotFixture(), question).normalised_number, std::nullopt) << written;
  }
}

TEST(Examination, MalformedDocumentHasNoContent) {
  LicenceQuestion question = Question();
  question.Sign("{");

  const Examination examination = Examined(SnapshotFixture(), question);

  EXPECT_TRUE(examination.malformed);
  EXPECT_FALSE(examination.content.has_value());
  EXPECT_EQ(examination.normalised_number, std::nullopt);
}

TEST(Examination, UnknownJurisdictionAndTypeAreNoRule) {
  SnapshotFixture unknown;
  unknown.jurisdictions.at("50").in_force = false;
  unknown.known_jurisdictions.erase("50");
  EXPECT_EQ(Examined(unknown, Question()).selection.no_rule, Reason::kJurisdictionUnknown);

  SnapshotFixture no_type;
  no_type.Type("50", kDrivingLicenceType).set_type_code("11100000XX0000019L009");
  const Examination examination = Examined(no_type, Question());
  EXPECT_EQ(examination.selection.no_rule, Reason::kTypeUnknown);
  EXPECT_FALSE(examination.selection.agreement.has_value());
  EXPECT_FALSE(examination.content.has_value());
}

// The agreement of a jurisdiction may be in force before its catalogue is here.
TEST(Examination, SideWhoseListsAreMissingHasAnAgreementButNoPacks) {
  for (const char* missing : {"50", "31"}) {
    SnapshotFixture fixture;
    fixture.jurisdictions.at(missing).in_force = false;

    const Examination examination = Examined(fixture, Question());

    EXPECT_EQ(examination.selection.no_rule, std::nullopt) << missing;
    EXPECT_TRUE(examination.selection.agreement.has_value()) << missing;
    EXPECT_EQ(examination.selection.no_pack, Reason::kTrustMissing) << missing;
    EXPECT_EQ(examination.selection.source_pack, nullptr) << missing;
    EXPECT_EQ(examination.selection.target_pack, nullptr) << missing;
    EXPECT_FALSE(examination.content.has_value()) << missing;
  }
}

TEST(Examination, RequestedTargetStandardOutweighsTheDefault) {
  SnapshotFixture fixture;
  fixture.Type("31", kDrivingLicenceType).add_standards("cq-sample");
  LicenceQuestion question = Question();
  question.request.target_standard = *StandardId::Parse("cq-sample");

  const Examination examination = Examined(fixture, question);

  EXPECT_EQ(examination.selection.no_pack, std::nullopt);
  EXPECT_EQ(examination.selection.target_standard, "cq-sample");
  EXPECT_EQ(examination.selection.target_pack, examination.selection.source_pack);
}

TEST(Examination, StandardThatASideDoesNotOfferIsUnknown) {
  LicenceQuestion source = Question();
  source.request.document_standard = *StandardId::Parse("delta-reply");
  EXPECT_EQ(Examined(SnapshotFixture(), source).selection.no_pack, Reason::kStandardUnknown);

  LicenceQuestion target = Question();
  target.request.target_standard = *StandardId::Parse("cq-sample");
  EXPECT_EQ(Examined(SnapshotFixture(), target).selection.no_pack, Reason::kStandardUnknown);
}

TEST(Examination, UsingSideWithoutTheTypeHasNoStandardForIt) {
  SnapshotFixture fixture;
  fixture.Type("31", kDrivingLicenceType).set_type_code("11100000XX0000019L009");

  EXPECT_EQ(Examined(fixture, Question()).selection.no_pack, Reason::kStandardUnknown);
}

TEST(Examination, OfferedStandardWithoutAPackInTheAgreementIsNoPack) {
  SnapshotFixture fixture;
  fixture.Type("50", kDrivingLicenceType).add_standards("another-standard");
  LicenceQuestion question = Question();
  question.request.document_standard = *StandardId::Parse("another-standard");

  EXPECT_EQ(Examined(fixture, question).selection.no_pack, Reason::kNoPack);
}

TEST(Examination, SourcePackAloneStillReadsTheDocument) {
  SnapshotFixture fixture;
  fixture.Type("31", kDrivingLicenceType).add_standards("another-standard");
  LicenceQuestion question = Question();
  question.request.target_standard = *StandardId::Parse("another-standard");

  const Examination examination = Examined(fixture, question);

  EXPECT_EQ(examination.selection.no_pack, Reason::kNoPack);
  EXPECT_TRUE(examination.content.has_value());
}

TEST(Threat, M03_PackWithAnotherDigestThanTheAgreementNamesIsNotUsed) {
  for (size_t changed = 0; changed < SnapshotFixture().packs.size(); ++changed) {
    SnapshotFixture fixture;
    std::string& pack = fixture.packs[changed];
    const bool needed = absl::StrContains(pack, kDrivingLicenceType);
    pack += "# another version\n";

    EXPECT_EQ(Examined(fixture, Question()).selection.no_pack,
              needed ? std::optional<Reason>(Reason::kNoPack) : std::nullopt);
  }
}

TEST(Threat, M03_PackThatNoAgreementNamesIsNotUsed) {
  SnapshotFixture fixture;
  fixture.EditAgreement("cross-region-sample", "standard: \"cq-sample\"", "standard: \"other\"");

  const Examination examination = Examined(fixture, Question());

  EXPECT_EQ(examination.selection.no_pack, Reason::kNoPack);
  EXPECT_EQ(examination.selection.source_pack, nullptr);
}

TEST(Threat, M03_DigestOfAPackOfAnotherTypeIsNotUsed) {
  // The agreement names the identity card's pack for driving licences too.
  SnapshotFixture fixture;
  fixture.EditAgreement("cross-region-sample",
                        "0761ab3ae357b35e35aa9bd3af5cb9bdb8e08257ed7e9ce4f3cb0a3579c87560",
                        "6e15647328476add559bc091cfa81d57164dbf1f4de251078a56c9724821907b");

  const Examination examination = Examined(fixture, Question());

  EXPECT_EQ(examination.selection.no_pack, Reason::kNoPack);
  EXPECT_EQ(examination.selection.source_pack, nullptr);
}

}  // namespace
}  // namespace mrg
