// Who must name a member's first root before trust in it begins, and who is told when they differ
// (ADR-0018; T07).

#include "gateway/federation/first_roots.h"

#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/reason.h"
#include "gateway/base/testing/kept_events.h"
#include "gateway/crypto/digest.h"
#include "gateway/federation/alarms/root_alarms.h"
#include "gateway/federation/testing/set_federation_list.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gateway/snapshot/testing/set_snapshot.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string DigestOf(char filler) { return std::string(32, filler); }

// Named by the Delta, which follows Sichuan-Chongqing.
class FirstRootsTest : public ::testing::Test {
 protected:
  void HubNames(const std::string& digest) {
    trustlist::v1::Federation list;
    list.add_members()->set_member(kSichuanMember);
    list.mutable_members(0)->set_first_root_sha256(digest);
    list_.Publish(std::move(list));
  }

  // Puts agreements in force of which the copy of 31 names the digest; empty: none does.
  void DeltaNames(const std::string& digest) { Names("31", digest); }
  void Names(const std::string& jurisdiction, const std::string& digest) {
    SnapshotFixture fixture;
    const std::string of_fixture = absl::BytesToHexString(Sha256(kSichuanMember));
    for (ListedAgreement& agreement : fixture.agreements) {
      for (auto text = agreement.texts.begin(); text != agreement.texts.end();) {
        const bool names = text->first == jurisdiction && !digest.empty();
        if (names) {
          text->second =
              absl::StrReplaceAll(text->second, {{of_fixture, absl::BytesToHexString(digest)}});
        }
        const bool stays = names || !absl::StrContains(text->second, of_fixture);
        text = stays ? std::next(text) : agreement.texts.erase(text);
      }
    }
    snapshots_.Publish(std::make_shared<const RecognitionSnapshot>(fixture.Build()));
  }

  void ExpectUnconfirmed(const std::string& why) const {
    const auto digest = first_roots_.Confirm(peers_[0]);
    EXPECT_EQ(ReasonOf(digest.status()), Reason::kMemberRootUnconfirmed);
    EXPECT_THAT(std::string(digest.status().message()), HasSubstr(why));
  }

  std::vector<Peer> peers_ = {
      {*MemberId::Parse(kSichuanMember), "127.0.0.1:1", "chuanyu.example", "", {}, "", false}};
  SetFederationList list_;
  SetSnapshot snapshots_;
  const FirstRoots first_roots_{
      {*JurisdictionId::Parse("31"), *JurisdictionId::Parse("32")}, &list_, &snapshots_};
  const FirstRoots of_hub_{{}, &list_, &snapshots_};

  MemoryStore store_;
  MetricRegistry registry_;
  const TrustMetrics metrics_{&registry_};
  KeptEvents events_;
  RootAlarms alarms_{&peers_, &list_, &first_roots_, &store_, &metrics_, &events_};
};

TEST_F(FirstRootsTest, HubAndOwnAgreementTogetherConfirm) {
  HubNames(DigestOf('a'));
  DeltaNames(DigestOf('a'));

  const auto digest = first_roots_.Confirm(peers_[0]);

  ASSERT_TRUE(digest.ok()) << digest.status();
  EXPECT_EQ(*digest, DigestOf('a'));
}

TEST_F(FirstRootsTest, TheHubAloneCannotInventAMember) {
  HubNames(DigestOf('a'));
  ExpectUnconfirmed("an agreement that this side published");

  DeltaNames("");
  ExpectUnconfirmed("an agreement that this side published");

  // What the other side lists is no word of the own side.
  Names("50", DigestOf('a'));
  ExpectUnconfirmed("an agreement that this side published");

  DeltaNames(DigestOf('b'));
  ExpectUnconfirmed("to name one");
}

TEST_F(FirstRootsTest, TheOwnSideAloneCannotEither) {
  DeltaNames(DigestOf('a'));
  peers_[0].first_root_sha256 = DigestOf('a');
  ExpectUnconfirmed("the hub's list");

  HubNames("");
  ExpectUnconfirmed("the hub's list");
}

TEST_F(FirstRootsTest, ADigestInTheConfigurationMustBeTheSameToo) {
  HubNames(DigestOf('a'));
  DeltaNames(DigestOf('a'));
  peers_[0].first_root_sha256 = DigestOf('b');

  ExpectUnconfirmed("to name one");

  peers_[0].first_root_sha256 = DigestOf('a');
  EXPECT_TRUE(first_roots_.Confirm(peers_[0]).ok());
}

TEST_F(FirstRootsTest, OnTheHubItsOwnListIsEnough) {
  EXPECT_FALSE(of_hub_.Confirm(peers_[0]).ok());
  HubNames(DigestOf('a'));

  EXPECT_EQ(*of_hub_.Confirm(peers_[0]), DigestOf('a'));
}

TEST_F(FirstRootsTest, ADifferenceBeforeTheFirstContactIsToldOnce) {
  DeltaNames(DigestOf('a'));
  HubNames(DigestOf('b'));

  ASSERT_TRUE(alarms_.Look().ok());
  ASSERT_TRUE(alarms_.Look().ok());

  const LabelValue member = LabelValue::OfMember(peers_[0].member);
  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("member_root_conflict")));
  EXPECT_EQ(metrics_.root_conflict.Value({{"publisher", member}}), 1);
  HubNames(DigestOf('a'));
  ASSERT_TRUE(alarms_.Look().ok());
  EXPECT_EQ(metrics_.root_conflict.Value({{"publisher", member}}), 0);
  EXPECT_THAT(events_.Take(), IsEmpty());
}

TEST_F(FirstRootsTest, AHubThatNamesAnotherRootThanTheTrustedOneIsTold) {
  const RepositorySimulator repository{FixtureNow()};
  const std::string trusted = *RootDigest(repository.root(1));
  MetadataStore metadata(&store_);
  ASSERT_TRUE(InitTrust(peers_[0].member, repository.root(1), std::nullopt, &metadata).ok());
  HubNames(trusted);
  ASSERT_TRUE(alarms_.Look().ok());
  EXPECT_THAT(events_.Take(), IsEmpty());

  HubNames(DigestOf('b'));
  ASSERT_TRUE(alarms_.Look().ok());

  EXPECT_THAT(events_.Take(), ElementsAre(HasSubstr("member_root_conflict")));
}

}  // namespace
}  // namespace mrg
