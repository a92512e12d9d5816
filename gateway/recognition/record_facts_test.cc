#include "gateway/recognition/record_facts.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/testing/ids.h"
#include "gateway/crypto/digest.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> RestsOn(const SnapshotFixture& fixture, const char* using_jurisdiction,
                                 const char* issuing_jurisdiction) {
  audit::v1::DecisionRecord record;
  AddRestsOn(fixture.Build(), AsJurisdiction(using_jurisdiction),
             AsJurisdiction(issuing_jurisdiction), &record);
  std::vector<std::string> names;
  for (const auto& fact : record.rests_on()) {
    names.push_back(absl::StrCat(fact.publisher(), " ", fact.role()));
  }
  return names;
}

TEST(RestsOn, BothMembersAndTheHubSortedWithoutOtherProvinces) {
  EXPECT_THAT(
      RestsOn(SnapshotFixture(), "31", "50"),
      ElementsAre("hub root", "hub snapshot", "hub status", "hub targets", "hub timestamp",
                  "sichuan-chongqing j-50", "sichuan-chongqing root", "sichuan-chongqing snapshot",
                  "sichuan-chongqing status", "sichuan-chongqing targets",
                  "sichuan-chongqing timestamp", "yangtze-delta j-31", "yangtze-delta root",
                  "yangtze-delta snapshot", "yangtze-delta status", "yangtze-delta targets",
                  "yangtze-delta timestamp"));
}

TEST(RestsOn, MemberOfBothSidesStandsOnceWithBothProvinces) {
  SnapshotFixture fixture;
  fixture.roles.erase(kHubMember);

  EXPECT_THAT(RestsOn(fixture, "31", "32"),
              ElementsAre("yangtze-delta j-31", "yangtze-delta j-32", "yangtze-delta root",
                          "yangtze-delta snapshot", "yangtze-delta status", "yangtze-delta targets",
                          "yangtze-delta timestamp"));
  EXPECT_THAT(RestsOn(fixture, "31", "31"), SizeIs(6));
}

TEST(RestsOn, FactIsWholeAndWithoutExpiry) {
  SnapshotFixture fixture;
  fixture.roles.erase(kHubMember);
  RoleFact& fact = fixture.Role(kSichuanMember, "j-50");
  fact.version = 42;
  audit::v1::DecisionRecord record;

  AddRestsOn(fixture.Build(), AsJurisdiction("31"), AsJurisdiction("50"), &record);

  EXPECT_EQ(record.rests_on(0).publisher(), kSichuanMember);
  EXPECT_EQ(record.rests_on(0).version(), 42);
  EXPECT_EQ(record.rests_on(0).signed_sha256(), fact.signed_sha256);
}

TEST(RestsOn, UnknownJurisdictionAddsNothing) {
  SnapshotFixture fixture;
  fixture.roles.erase(kHubMember);

  EXPECT_THAT(RestsOn(fixture, "99", "98"), IsEmpty());
  EXPECT_THAT(RestsOn(fixture, "31", "98"), SizeIs(6));
}

TEST(TargetsUsed, EachOnceSortedByPathWhateverTheOrderOfUse) {
  audit::v1::DecisionRecord first;
  audit::v1::DecisionRecord second;

  AddTargetsUsed({{"50/issuers", "b"}, {"31/catalogue", "a"}, {"50/issuers", "b"}}, &first);
  AddTargetsUsed({{"31/catalogue", "a"}, {"50/issuers", "b"}}, &second);

  ASSERT_EQ(first.targets_used_size(), 2);
  EXPECT_EQ(first.targets_used(0).path(), "31/catalogue");
  EXPECT_EQ(first.targets_used(0).sha256(), "a");
  EXPECT_EQ(first.targets_used(1).path(), "50/issuers");
  EXPECT_EQ(CanonicalBytes(first), CanonicalBytes(second));
}

TEST(TargetsUsed, PolicyDigestIsOfARecordWithNothingButThem) {
  audit::v1::DecisionRecord record;
  record.set_scenario("government-service");

  AddTargetsUsed({{"31/catalogue", "a"}}, &record);

  audit::v1::DecisionRecord only_targets;
  *only_targets.add_targets_used() = record.targets_used(0);
  EXPECT_EQ(record.policy_digest(), Sha256(CanonicalBytes(only_targets)));
}

TEST(TargetsUsed, PolicyDigestChangesWithAnyPathOrDigest) {
  const auto digest = [](std::vector<TargetRef> targets) {
    audit::v1::DecisionRecord record;
    AddTargetsUsed(std::move(targets), &record);
    return record.policy_digest();
  };
  EXPECT_NE(digest({{"31/catalogue", "a"}}), digest({{"31/catalogue", "b"}}));
  EXPECT_NE(digest({{"31/catalogue", "a"}}), digest({{"32/catalogue", "a"}}));
  EXPECT_NE(digest({{"31/catalogue", "a"}}), digest({}));
}

TEST(Commitment, OpensWithSaltAndBytesOnly) {
  EXPECT_EQ(Commitment("salt", "bytes"), Sha256("saltbytes"));
  EXPECT_NE(Commitment("salt", "bytes"), Commitment("sale", "bytes"));
  EXPECT_NE(Commitment("salt", "bytes"), Commitment("salt", "byte"));
}

}  // namespace
}  // namespace mrg
