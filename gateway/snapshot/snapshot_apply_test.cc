// Building on a previous snapshot: what did not change is shared, and nothing else differs from a
// build from nothing.

#include <functional>

#include "gateway/base/testing/ids.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/snapshot/snapshot_builder.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

BuiltSnapshot Built(const TrustLists& lists, const BuiltSnapshot* previous = nullptr) {
  auto built = BuildFromSets(lists.Sets(), lists, previous);
  EXPECT_TRUE(built.ok()) << built.status();
  return *std::move(built);
}

struct Step {
  const char* what;
  std::function<void(SnapshotFixture*, TrustLists*)> apply;
};

// Changes that follow one another.
const std::vector<Step>& Steps() {
  static const auto* const steps = new std::vector<Step>{
      {"nothing", [](SnapshotFixture*, TrustLists*) {}},
      {"a licence revoked",
       [](SnapshotFixture* fixture, TrustLists* lists) {
         fixture->jurisdictions.at("50").statuses = {StatusOf(
             Sample("50-driving-licence"), gateway::v1::LICENCE_STATUS_KIND_REVOKED, FixtureNow())};
         lists->PutTrees("50", fixture->jurisdictions.at("50"));
       }},
      {"an issuer suspended",
       [](SnapshotFixture* fixture, TrustLists* lists) {
         fixture->AddState("32", Scheme::kSm2Sm3, gateway::v1::ISSUER_STATE_KIND_SUSPENDED,
                           FixtureNow());
         lists->PutTrees("32", fixture->jurisdictions.at("32"));
       }},
      {"a type gone",
       [](SnapshotFixture* fixture, TrustLists* lists) {
         fixture->Type("51", kBusinessLicenceType).set_type_code("11100000XX0000027F009");
         lists->PutTrees("51", fixture->jurisdictions.at("51"));
       }},
      {"a role expired",
       [](SnapshotFixture*, TrustLists* lists) {
         for (RoleVersion& role : lists->Set(kSichuanMember).roles) {
           if (role.role == "j-51") role.expires = FixtureNow();
         }
       }},
      {"an agreement edited by one side",
       [](SnapshotFixture*, TrustLists* lists) {
         lists->EditFile(kSichuanMember, "50/agreements/cross-region-sample/1", "政务服务", "政务");
       }},
      {"another version of a pack beside the first",
       [](SnapshotFixture*, TrustLists* lists) {
         const std::string path = "50/packs/11100000XX0000019L001/cq-sample/1";
         lists->PutFile(kSichuanMember, "50/packs/11100000XX0000019L001/cq-sample/2",
                        lists->blobs().at(lists->Set(kSichuanMember).FindTarget(path)->sha256));
         lists->EditFile(kSichuanMember, "50/packs/11100000XX0000019L001/cq-sample/2",
                         "version: \"1\"", "version: \"2\"");
       }},
      {"a new dictionary",
       [](SnapshotFixture*, TrustLists* lists) {
         lists->PutFile(kHubMember, "canonical/2",
                        ShippedFile("deploy/packs/canonical/1.textproto"));
         lists->EditFile(kHubMember, "canonical/2", "\nversion: 1\n", "\nversion: 2\n");
       }},
      {"a jurisdiction without its catalogue",
       [](SnapshotFixture*, TrustLists* lists) { lists->Drop(kSichuanMember, "51/catalogue"); }},
      {"the catalogue back",
       [](SnapshotFixture* fixture, TrustLists* lists) {
         lists->PutTrees("51", fixture->jurisdictions.at("51"));
       }},
      {"the dictionary withdrawn",
       [](SnapshotFixture*, TrustLists* lists) {
         lists->Drop(kHubMember, "canonical/1");
         lists->Drop(kHubMember, "canonical/2");
       }},
      {"the dictionary back", [](SnapshotFixture*, TrustLists* lists) {
         lists->PutFile(kHubMember, "canonical/1",
                        ShippedFile("deploy/packs/canonical/1.textproto"));
       }}};
  return *steps;
}

TEST(SnapshotApply, EveryStepEqualsABuildFromNothing) {
  SnapshotFixture fixture;
  TrustLists lists(fixture);
  auto previous = Built(lists);
  for (const Step& step : Steps()) {
    step.apply(&fixture, &lists);

    const auto applied = Built(lists, &previous);

    const auto whole = Built(lists);
    EXPECT_EQ(applied.snapshot->id(), whole.snapshot->id()) << step.what;
    EXPECT_EQ(AnswersOf(*applied.snapshot), AnswersOf(*whole.snapshot)) << step.what;
    EXPECT_EQ(applied.snapshot->jurisdictions().size(), whole.snapshot->jurisdictions().size())
        << step.what;
    previous = applied;
  }
}

TEST(SnapshotApply, StepsChangeAnswers) {
  SnapshotFixture fixture;
  TrustLists lists(fixture);
  std::vector<std::string> before = AnswersOf(*Built(lists).snapshot);
  int changed = 0;
  for (const Step& step : Steps()) {
    step.apply(&fixture, &lists);
    const std::vector<std::string> after = AnswersOf(*Built(lists).snapshot);
    changed += after != before ? 1 : 0;
    before = after;
  }
  EXPECT_GE(changed, 10);
}

TEST(SnapshotApply, WhatDidNotChangeIsShared) {
  SnapshotFixture fixture;
  TrustLists lists(fixture);
  const auto previous = Built(lists);
  Steps()[1].apply(&fixture, &lists);  // a licence of 50 revoked

  const auto applied = Built(lists, &previous);

  for (const char* jurisdiction : {"31", "50"}) {
    const JurisdictionFacts& before =
        *previous.snapshot->FindJurisdiction(AsJurisdiction(jurisdiction));
    const JurisdictionFacts& after =
        *applied.snapshot->FindJurisdiction(AsJurisdiction(jurisdiction));
    EXPECT_EQ(before.issuers, after.issuers);
    EXPECT_EQ(before.catalogue, after.catalogue);
    EXPECT_EQ(before.statuses == after.statuses, std::string(jurisdiction) == "31");
  }
  const std::string pack =
      lists.Set(kSichuanMember).FindTarget("50/packs/11100000XX0000019L003/cq-sample/1")->sha256;
  EXPECT_EQ(previous.snapshot->FindPack(pack)->pack, applied.snapshot->FindPack(pack)->pack);
  const auto agreement_of = [](const BuiltSnapshot& built) {
    return built.listed.at(kSichuanMember).provinces.at("50").agreements.front().agreement;
  };
  EXPECT_EQ(agreement_of(previous), agreement_of(applied));
}

TEST(SnapshotApply, NewDictionaryCompilesAndChecksEverythingAnew) {
  SnapshotFixture fixture;
  TrustLists lists(fixture);
  const auto previous = Built(lists);
  Steps()[7].apply(&fixture, &lists);

  const auto applied = Built(lists, &previous);

  EXPECT_EQ(applied.snapshot->dictionary().version(), 2u);
  EXPECT_NE(previous.snapshot->FindJurisdiction(AsJurisdiction("50"))->catalogue,
            applied.snapshot->FindJurisdiction(AsJurisdiction("50"))->catalogue);
  const std::string pack =
      lists.Set(kSichuanMember).FindTarget("50/packs/11100000XX0000019L003/cq-sample/1")->sha256;
  EXPECT_NE(previous.snapshot->FindPack(pack)->pack, applied.snapshot->FindPack(pack)->pack);
}

TEST(SnapshotApply, PreviousSnapshotIsNotTouched) {
  SnapshotFixture fixture;
  TrustLists lists(fixture);
  const auto previous = Built(lists);
  const std::vector<std::string> before = AnswersOf(*previous.snapshot);
  Steps()[1].apply(&fixture, &lists);

  Built(lists, &previous);

  EXPECT_EQ(AnswersOf(*previous.snapshot), before);
}

}  // namespace
}  // namespace mrg
