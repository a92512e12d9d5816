#include "gateway/snapshot/snapshot_builder.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/testing/ids.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::SizeIs;

std::shared_ptr<const RecognitionSnapshot> Built(const TrustLists& lists) {
  auto built = BuildFromSets(lists.Sets(), lists);
  EXPECT_TRUE(built.ok()) << built.status();
  return built.ok() ? built->snapshot : nullptr;
}

audit::v1::Outcome OutcomeIn(const RecognitionSnapshot& snapshot, const char* sample,
                             const char* using_jurisdiction) {
  return Answer(snapshot, AskAbout(Sample(sample), using_jurisdiction)).outcome;
}

TEST(SnapshotBuilder, EverythingThatIsPublishedIsInForce) {
  TrustLists lists;

  const auto snapshot = Built(lists);

  EXPECT_EQ(snapshot->id(), SnapshotId(ToManifest(lists.Sets())));
  EXPECT_EQ(snapshot->hub(), AsMember(kHubMember));
  EXPECT_EQ(snapshot->dictionary().version(), 1u);
  EXPECT_EQ(snapshot->dictionary_target().path, "canonical/1");
  EXPECT_THAT(
      snapshot->jurisdictions(),
      ElementsAre(Key(AsJurisdiction("31")), Key(AsJurisdiction("32")), Key(AsJurisdiction("33")),
                  Key(AsJurisdiction("34")), Key(AsJurisdiction("50")), Key(AsJurisdiction("51"))));
  EXPECT_EQ(snapshot->FindJurisdiction(AsJurisdiction("50"))->member, AsMember(kSichuanMember));
  EXPECT_EQ(snapshot->FindJurisdiction(AsJurisdiction("50"))->issuers->size(), 2u);
  EXPECT_EQ(snapshot->FindJurisdiction(AsJurisdiction("50"))->issuers_target.path, "50/issuers");
  EXPECT_THAT(*snapshot->FindRoles(AsMember(kHubMember)), SizeIs(5));
  EXPECT_THAT(*snapshot->FindRoles(AsMember(kSichuanMember)), SizeIs(7));
  for (const InForceTarget& target : lists.Set(kDeltaMember).targets) {
    if (target.path.find("/packs/") == std::string::npos) continue;
    ASSERT_NE(snapshot->FindPack(target.sha256), nullptr) << target.path;
    EXPECT_EQ(snapshot->FindPack(target.sha256)->target.path, target.path);
  }
}

TEST(SnapshotBuilder, SnapshotDecidesAsItsPartsSay) {
  const auto snapshot = Built(TrustLists());

  for (const char* sample : {"31-identity-card", "32-driving-licence", "32-business-licence",
                             "50-identity-card", "50-driving-licence", "51-business-licence"}) {
    for (const char* using_jurisdiction : {"31", "50"}) {
      EXPECT_EQ(OutcomeIn(*snapshot, sample, using_jurisdiction), audit::v1::OUTCOME_RECOGNIZED);
    }
  }
}

TEST(SnapshotBuilder, OrderOfSetsRolesAndTargetsDoesNotMatter) {
  const TrustLists lists;
  std::vector<InForceSet> reversed = lists.Sets();
  std::reverse(reversed.begin(), reversed.end());
  for (InForceSet& set : reversed) {
    std::reverse(set.roles.begin(), set.roles.end());
    std::reverse(set.targets.begin(), set.targets.end());
  }

  const auto other = BuildFromSets(reversed, lists);

  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->snapshot->id(), Built(lists)->id());
  EXPECT_EQ(AnswersOf(*other->snapshot), AnswersOf(*Built(lists)));
}

TEST(SnapshotBuilder, JurisdictionWaitsUntilItHasIssuersCatalogueAndStatus) {
  for (const char* part : {"50/issuers", "50/catalogue", "50/status/licences"}) {
    TrustLists lists;
    lists.Drop(kSichuanMember, part);

    const auto snapshot = Built(lists);

    EXPECT_EQ(snapshot->FindJurisdiction(AsJurisdiction("50")), nullptr) << part;
    EXPECT_NE(snapshot->FindJurisdiction(AsJurisdiction("51")), nullptr) << part;
    EXPECT_TRUE(snapshot->IsKnownJurisdiction(AsJurisdiction("50"))) << part;
    EXPECT_EQ(OutcomeIn(*snapshot, "50-driving-licence", "31"), audit::v1::OUTCOME_STALE_TRUST)
        << part;
  }
}

TEST(SnapshotBuilder, H1_JurisdictionWaitsWhileARoleBehindItsOwnIsLeftOut) {
  // All that a decision asks for is listed but the repeals, which this role would have listed.
  TrustLists lists;
  lists.Set(kSichuanMember).left_out = {{"j-50", "j-50", "repeals-50", Reason::kMetadataThreshold}};

  const auto snapshot = Built(lists);

  EXPECT_EQ(snapshot->FindJurisdiction(AsJurisdiction("50")), nullptr);
  EXPECT_TRUE(snapshot->IsKnownJurisdiction(AsJurisdiction("50")));
  EXPECT_EQ(OutcomeIn(*snapshot, "50-driving-licence", "31"), audit::v1::OUTCOME_STALE_TRUST);
  EXPECT_EQ(OutcomeIn(*snapshot, "32-driving-licence", "50"), audit::v1::OUTCOME_STALE_TRUST);
  // The fault of one province stops no other.
  EXPECT_EQ(OutcomeIn(*snapshot, "32-driving-licence", "51"), audit::v1::OUTCOME_RECOGNIZED);
}

TEST(SnapshotBuilder, H1_AllOfAMemberWaitsWhileARoleThatIsNoProvincesIsLeftOut) {
  TrustLists lists;
  lists.Set(kSichuanMember).left_out = {
      {"status", "targets", "status", Reason::kMetadataThreshold}};

  const auto snapshot = Built(lists);

  EXPECT_THAT(snapshot->jurisdictions(),
              ElementsAre(Key(AsJurisdiction("31")), Key(AsJurisdiction("32")),
                          Key(AsJurisdiction("33")), Key(AsJurisdiction("34"))));
}

TEST(SnapshotBuilder, WithoutDictionaryAllJurisdictionsWait) {
  TrustLists lists;
  lists.Drop(kHubMember, "canonical/1");

  const auto snapshot = Built(lists);

  EXPECT_THAT(snapshot->jurisdictions(), IsEmpty());
  EXPECT_EQ(snapshot->dictionary_target().path, "");
  EXPECT_TRUE(snapshot->IsKnownJurisdiction(AsJurisdiction("50")));
  EXPECT_EQ(OutcomeIn(*snapshot, "50-driving-licence", "31"), audit::v1::OUTCOME_STALE_TRUST);
}

TEST(SnapshotBuilder, WithoutHubOnlyTheOwnJurisdictionsAreKnown) {
  const TrustLists lists;
  std::vector<InForceSet> sets = lists.Sets();
  std::erase_if(sets, [](const InForceSet& set) { return set.publisher.value() == kHubMember; });

  const auto built = BuildFromSets(sets, lists);

  ASSERT_TRUE(built.ok()) << built.status();
  EXPECT_EQ(built->snapshot->hub(), std::nullopt);
  EXPECT_THAT(built->snapshot->known_jurisdictions(),
              ElementsAre(Key(AsJurisdiction("31")), Key(AsJurisdiction("32")),
                          Key(AsJurisdiction("33")), Key(AsJurisdiction("34"))));
}

TEST(SnapshotBuilder, HighestDictionaryCounts) {
  TrustLists lists;
  std::string tenth = ShippedFile("deploy/packs/canonical/1.textproto");
  tenth.replace(tenth.find("version: 1"), 10, "version: 10");
  lists.PutFile(kHubMember, "canonical/10", tenth);
  tenth.replace(tenth.find("version: 10"), 11, "version: 9");
  absl::StrReplaceAll({{"id: \"certificateCopyCause\"", "id: \"copyCause\""}}, &tenth);
  lists.PutFile(kHubMember, "canonical/9", tenth);

  const auto snapshot = Built(lists);

  EXPECT_EQ(snapshot->dictionary_target().path, "canonical/10");
  EXPECT_EQ(snapshot->dictionary().version(), 10u);
  EXPECT_TRUE(snapshot->IsKnownElement("certificateCopyCause"));
  EXPECT_TRUE(snapshot->IsKnownElement("copyCause")) << "of version 9, in force as well";
  EXPECT_FALSE(snapshot->IsKnownElement("certificateCopyReason"));
}

TEST(SnapshotBuilder, DictionaryOfAnotherPublisherDoesNotCount) {
  TrustLists lists;
  std::string second = ShippedFile("deploy/packs/canonical/1.textproto");
  second.replace(second.find("version: 1"), 10, "version: 2");
  lists.PutFile(kSichuanMember, "canonical/2", second);

  EXPECT_EQ(Built(lists)->dictionary_target().path, "canonical/1");
}

TEST(SnapshotBuilder, TargetsOfOtherKindsArePassedOver) {
  TrustLists lists;
  for (const char* path : {"log-keys", "calendar/2026"}) {
    lists.PutFile(kDeltaMember, path, "anything");
    lists.PutFile(kHubMember, path, "anything");
  }

  EXPECT_EQ(AnswersOf(*Built(lists)), AnswersOf(*Built(TrustLists())));
}

TEST(SnapshotBuilder, RepealCounts) {
  TrustLists lists;
  lists.PutFile(kSichuanMember, "50/repeals/cross-region-sample",
                "agreement_id: \"cross-region-sample\" effective_from { seconds: 1 }");

  EXPECT_EQ(OutcomeIn(*Built(lists), "50-driving-licence", "31"), audit::v1::OUTCOME_NO_RULE);
  EXPECT_EQ(OutcomeIn(*Built(lists), "51-business-licence", "31"), audit::v1::OUTCOME_RECOGNIZED);
}

// The member of another region signs lists of our own jurisdiction: it answers for none of ours.
TEST(Threat, T12_ForeignPublishersTargetsForOurJurisdictionAreIgnored) {
  SnapshotFixture foreign;
  foreign.Issuer("31").set_public_key(IssuerKey("attacker").public_key().spki_der());
  for (const char* publisher : {kSichuanMember, kHubMember}) {
    TrustLists lists;
    lists.PutTree(publisher, "31/issuers", IssuerEntries(foreign.jurisdictions.at("31").issuers));
    lists.PutTree(publisher, "31/catalogue", {});
    lists.PutTree(publisher, "31/status/licences", {});
    lists.PutFile(publisher, "31/agreements/cross-region-sample/1",
                  ShippedAgreementText("cross-region-sample"));
    lists.PutFile(publisher, "31/repeals/cross-region-sample",
                  "agreement_id: \"cross-region-sample\" effective_from { seconds: 1 }");
    lists.PutFile(publisher, "31/packs/11100000XX0000019L003/delta-reply/1", "no pack");

    const auto snapshot = Built(lists);

    EXPECT_EQ(AnswersOf(*snapshot), AnswersOf(*Built(TrustLists()))) << publisher;
    LicenceQuestion question = AskAbout(Sample("31-identity-card"), "50");
    question.Sign(question.detached().document(), IssuerKey("attacker"));
    EXPECT_THAT(Answer(*snapshot, question).reasons, ElementsAre(Reason::kIssuerNotListed));
  }
}

TEST(Threat, R02_RegionCannotRestoreALicenceThatAnotherRevoked) {
  SnapshotFixture fixture;
  fixture.jurisdictions.at("31").statuses = {
      StatusOf(Sample("31-identity-card"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, FixtureNow())};
  TrustLists lists(fixture);
  lists.PutTree(kSichuanMember, "31/status/licences", {});

  EXPECT_EQ(OutcomeIn(*Built(lists), "31-identity-card", "50"), audit::v1::OUTCOME_NOT_RECOGNIZED);
}

TEST(Threat, T07_HubThatGivesOurJurisdictionToAnotherIsNotFollowed) {
  SnapshotFixture fixture;
  fixture.known_jurisdictions["31"] = kSichuanMember;
  TrustLists lists(fixture);
  lists.PutTree(kSichuanMember, "31/issuers", {});

  const auto snapshot = Built(lists);

  EXPECT_EQ(snapshot->FindJurisdiction(AsJurisdiction("31"))->member, AsMember(kDeltaMember));
  EXPECT_EQ(snapshot->known_jurisdictions().at(AsJurisdiction("31")), AsMember(kDeltaMember));
  EXPECT_EQ(OutcomeIn(*snapshot, "31-identity-card", "50"), audit::v1::OUTCOME_RECOGNIZED);
}

// Whatever the hub's list says, lists of a party count from the member that our agreements name.
TEST(Threat, T07_HubThatGivesAnyJurisdictionToAnyMemberIsNotFollowed) {
  for (const auto& [jurisdiction, member] : SnapshotFixture().known_jurisdictions) {
    for (const char* claimed : {kHubMember, kDeltaMember, kSichuanMember}) {
      if (member == claimed) continue;
      SnapshotFixture fixture;
      fixture.known_jurisdictions[jurisdiction] = claimed;
      TrustLists lists(fixture);
      lists.PutTree(claimed, absl::StrCat(jurisdiction, "/issuers"), {});

      const auto snapshot = Built(lists);

      const JurisdictionFacts* facts = snapshot->FindJurisdiction(AsJurisdiction(jurisdiction));
      ASSERT_NE(facts, nullptr) << jurisdiction << " given to " << claimed;
      EXPECT_EQ(facts->member, AsMember(member)) << jurisdiction << " given to " << claimed;
      EXPECT_EQ(snapshot->known_jurisdictions().at(AsJurisdiction(jurisdiction)), AsMember(member));
    }
  }
}

TEST(SnapshotBuilder, FromTheStatedInstantNothingOfAMemberThatLeavesIsRecognised) {
  SnapshotFixture fixture;
  fixture.memberships[kSichuanMember] = {absl::InfinitePast(), FixtureNow()};
  const auto left = Built(TrustLists(fixture));
  EXPECT_THAT(Answer(*left, AskAbout(Sample("50-driving-licence"), "31")).reasons,
              ElementsAre(Reason::kMembershipEnded));
  EXPECT_THAT(Answer(*left, AskAbout(Sample("31-identity-card"), "50")).reasons,
              ElementsAre(Reason::kMembershipEnded));
  EXPECT_EQ(OutcomeIn(*left, "31-identity-card", "32"), audit::v1::OUTCOME_RECOGNIZED);
  EXPECT_EQ(OutcomeIn(*left, "50-driving-licence", "51"), audit::v1::OUTCOME_RECOGNIZED);

  fixture.memberships[kSichuanMember].until += absl::Microseconds(1);
  EXPECT_EQ(OutcomeIn(*Built(TrustLists(fixture)), "50-driving-licence", "31"),
            audit::v1::OUTCOME_RECOGNIZED);
  fixture.memberships[kSichuanMember] = {FixtureNow() + absl::Seconds(1), absl::InfiniteFuture()};
  EXPECT_EQ(OutcomeIn(*Built(TrustLists(fixture)), "50-driving-licence", "31"),
            audit::v1::OUTCOME_NO_RULE);
}

TEST(SnapshotBuilder, JurisdictionThatTheHubDoesNotListIsUnknown) {
  SnapshotFixture fixture;
  fixture.known_jurisdictions.erase("50");

  const auto snapshot = Built(TrustLists(fixture));

  EXPECT_EQ(snapshot->FindJurisdiction(AsJurisdiction("50")), nullptr);
  EXPECT_FALSE(snapshot->IsKnownJurisdiction(AsJurisdiction("50")));
  EXPECT_THAT(Answer(*snapshot, AskAbout(Sample("50-driving-licence"), "31")).reasons,
              ElementsAre(Reason::kJurisdictionUnknown));
}

}  // namespace
}  // namespace mrg
