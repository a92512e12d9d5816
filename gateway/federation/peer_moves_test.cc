// How often members may move, and what is said of those that must wait (ADR-0031; T07).

#include "gateway/federation/peer_moves.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kMovesAtOnce = 6;
constexpr absl::Duration kMovePeriod = absl::Minutes(10);

class PeerMovesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = new TestCertificates(); }
  static void TearDownTestSuite() { delete files_; }

  static std::string Ca(absl::string_view domain, absl::string_view member = "own") {
    return files_->Ca(domain, member).certificate_pem;
  }
  // As configured: a quiet member, and the restless one at port 0.
  static PeerPlaces Configured() {
    PeerPlaces places;
    EXPECT_TRUE(places.bundles.Add("delta.example", Ca("delta.example")).ok());
    for (const MemberId& member : {quiet_, restless_}) {
      const std::string domain = member.value() + ".example";
      places.peers.push_back({member, "127.0.0.1:0", domain, Ca(domain), {}, "", false});
      EXPECT_TRUE(places.bundles.Add(domain, Ca(domain)).ok());
    }
    return places;
  }
  // What is said when the restless member is at `port` by its own word.
  static PeerPlaces At(int port) {
    PeerPlaces said = AtByTheHubsWord(port);
    said.by_contact = {restless_};
    return said;
  }
  static PeerPlaces AtByTheHubsWord(int port) {
    PeerPlaces said = Configured();
    said.peers[1].endpoint = absl::StrCat("127.0.0.1:", port);
    return said;
  }
  // The same with another CA.
  static PeerPlaces Behind(absl::string_view ca, PeerPlaces said) {
    const std::string& domain = said.peers[1].trust_domain;
    EXPECT_TRUE(said.bundles.Replace(domain, domain, Ca(domain, ca)).ok());
    said.peers[1].ca_bundle_pem = said.bundles.PemOf(domain);
    return said;
  }

  // Result: the step, which is made.
  PeerMoves::Step Make(PeerPlaces said) {
    PeerMoves::Step step = moves_.Next(std::move(said), now_);
    moves_.Make(step, now_);
    return step;
  }
  // Moves the restless member as often as it may at once, to the ports from 1 on.
  void UseUp() {
    for (int port = 1; port <= kMovesAtOnce; ++port) {
      ASSERT_THAT(Make(At(port)).moved, ElementsAre(restless_)) << port;
    }
  }
  void UseUpByTheHubsWord() {
    for (int port = 1; port <= kMovesAtOnce; ++port) {
      ASSERT_THAT(Make(AtByTheHubsWord(port)).moved, ElementsAre(restless_)) << port;
    }
  }
  const Peer& Restless() const { return moves_.places().peers[1]; }

  static TestCertificates* files_;
  static inline const MemberId quiet_ = *MemberId::Parse("pearl-river");
  static inline const MemberId restless_ = *MemberId::Parse("sichuan-chongqing");
  absl::Duration now_ = absl::Hours(100);
  PeerMoves moves_{Configured()};
};

TestCertificates* PeerMovesTest::files_ = nullptr;

TEST_F(PeerMovesTest, WhatIsSaidAsItIsMovesNobody) {
  const PeerMoves::Step step = Make(Configured());

  EXPECT_THAT(step.moved, IsEmpty());
  EXPECT_THAT(step.newly_held_back, IsEmpty());
  EXPECT_THAT(step.newly_in_conflict, IsEmpty());
  EXPECT_EQ(moves_.places().bundles, Configured().bundles);
}

TEST_F(PeerMovesTest, T07_M9_AMemberThatMovesWithoutEndIsLookedForWhereItWasAndToldOnce) {
  for (int port = 1; port < kMovesAtOnce; ++port) Make(At(port));
  const PeerMoves::Step last = Make(Behind("sixth", At(6)));
  EXPECT_THAT(last.moved, ElementsAre(restless_));
  EXPECT_THAT(last.newly_held_back, IsEmpty());

  const PeerMoves::Step held_back = Make(Behind("seventh", At(7)));

  EXPECT_THAT(held_back.moved, IsEmpty());
  EXPECT_THAT(held_back.newly_held_back, ElementsAre(restless_));
  EXPECT_THAT(held_back.places.by_contact, IsEmpty()) << "it is not where it says";
  EXPECT_EQ(Restless().endpoint, "127.0.0.1:6");
  EXPECT_EQ(Restless().ca_bundle_pem, Ca(Restless().trust_domain, "sixth"));
  EXPECT_EQ(moves_.places().bundles, last.places.bundles);
  for (int port = 8; port < 20; ++port) {
    const PeerMoves::Step again = Make(At(port));
    EXPECT_THAT(again.moved, IsEmpty());
    EXPECT_THAT(again.newly_held_back, IsEmpty()) << "told once";
    EXPECT_EQ(Restless().endpoint, "127.0.0.1:6");
  }
}

TEST_F(PeerMovesTest, T07_M9_AMemberThatIsHeldBackMovesWhenItsTimeComesAndIsThenToldAnew) {
  UseUp();
  Make(At(7));

  now_ += kMovePeriod - absl::Seconds(1);
  EXPECT_THAT(Make(At(8)).moved, IsEmpty());
  now_ += absl::Seconds(1);
  EXPECT_THAT(Make(At(9)).moved, ElementsAre(restless_));

  EXPECT_EQ(Restless().endpoint, "127.0.0.1:9");
  EXPECT_THAT(Make(At(9)).newly_held_back, IsEmpty());
  EXPECT_THAT(Make(At(10)).newly_held_back, ElementsAre(restless_));
}

TEST_F(PeerMovesTest, T07_M9_WhoSaysAgainWhereItIsIsHeldBackNoLonger) {
  UseUp();
  ASSERT_THAT(Make(At(7)).newly_held_back, ElementsAre(restless_));

  EXPECT_THAT(Make(At(6)).moved, IsEmpty());

  EXPECT_THAT(Make(At(7)).newly_held_back, ElementsAre(restless_)) << "told anew";
}

TEST_F(PeerMovesTest, T07_M9_OtherMembersMoveAndBundlesChangeWhileOneIsHeldBack) {
  UseUp();
  PeerPlaces said = At(7);
  said.peers[0].endpoint = "pearl.example:7002";
  said.by_contact.insert(quiet_);
  ASSERT_TRUE(
      said.bundles.Replace("delta.example", "delta.example", Ca("delta.example", "next")).ok());

  const PeerMoves::Step step = Make(said);

  EXPECT_THAT(step.moved, ElementsAre(quiet_));
  EXPECT_THAT(step.places.by_contact, ElementsAre(quiet_));
  EXPECT_EQ(moves_.places().peers[0].endpoint, "pearl.example:7002");
  EXPECT_EQ(moves_.places().bundles, said.bundles);
}

TEST_F(PeerMovesTest, T07_M9_TheHubUsesUpNoMoveOfAMembersOwnAndTheOtherWayRound) {
  UseUpByTheHubsWord();
  ASSERT_THAT(Make(AtByTheHubsWord(7)).newly_held_back, ElementsAre(restless_));

  for (int port = 11; port < 11 + kMovesAtOnce; ++port) {
    EXPECT_THAT(Make(At(port)).moved, ElementsAre(restless_)) << port;
  }

  EXPECT_THAT(Make(At(20)).newly_held_back, ElementsAre(restless_));
  EXPECT_THAT(Make(AtByTheHubsWord(21)).moved, IsEmpty());
  now_ += kMovePeriod;
  EXPECT_THAT(Make(AtByTheHubsWord(21)).moved, ElementsAre(restless_));
  EXPECT_THAT(Make(At(22)).moved, ElementsAre(restless_)) << "of its own";
}

TEST_F(PeerMovesTest, StepsThatAreNotMadeCountNothingAndAreGivenAgain) {
  for (int i = 0; i < 2 * kMovesAtOnce; ++i) {
    const PeerMoves::Step step = moves_.Next(At(1), now_);
    EXPECT_THAT(step.moved, ElementsAre(restless_));
    EXPECT_EQ(Restless().endpoint, "127.0.0.1:0");
  }

  UseUp();
}

TEST_F(PeerMovesTest, AConflictIsToldWhenItBegins) {
  PeerPlaces said = Configured();
  said.conflicts = {quiet_};
  EXPECT_THAT(Make(said).newly_in_conflict, ElementsAre(quiet_));
  EXPECT_THAT(Make(said).newly_in_conflict, IsEmpty());

  said.conflicts = {quiet_, restless_};
  EXPECT_THAT(Make(said).newly_in_conflict, ElementsAre(restless_));
  EXPECT_THAT(Make(Configured()).places.conflicts, IsEmpty());
  EXPECT_THAT(Make(said).newly_in_conflict, ElementsAre(quiet_, restless_));
}

TEST_F(PeerMovesTest, T07_M9_AHubThatMovesAMemberTooOftenHidesNoConflictByThat) {
  UseUpByTheHubsWord();
  PeerPlaces said = AtByTheHubsWord(7);
  said.conflicts = {restless_};

  const PeerMoves::Step step = Make(said);

  EXPECT_THAT(step.newly_held_back, ElementsAre(restless_));
  EXPECT_THAT(step.newly_in_conflict, ElementsAre(restless_));
  EXPECT_THAT(step.places.conflicts, ElementsAre(restless_));
}

TEST_F(PeerMovesTest, T07_M9_ACaThatTheOperatorReplacesWaitsForNoMovesOfTheHubs) {
  UseUpByTheHubsWord();

  const PeerMoves::Step step = Make(Behind("next", AtByTheHubsWord(6)));

  EXPECT_THAT(step.moved, ElementsAre(restless_));
  EXPECT_THAT(step.newly_held_back, IsEmpty());
  EXPECT_EQ(Restless().ca_bundle_pem, Ca(Restless().trust_domain, "next"));
  EXPECT_THAT(Make(Behind("next", AtByTheHubsWord(7))).newly_held_back, ElementsAre(restless_));
}

}  // namespace
}  // namespace mrg
