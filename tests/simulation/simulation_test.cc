#include "tests/simulation/simulation.h"

#include <cstdint>
#include <cstdlib>
#include <optional>

#include "absl/strings/numbers.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

// What a run must meet to be worth something: with this seed and these hours all of it is seen.
constexpr uint64_t kSeed = 2;
constexpr int64_t kHours = 80;
constexpr const char* kMustBeSeen[] = {
    "a clock stepped back",
    "a clock stepped on",
    "a commit was kept, and called lost",
    "a commit was lost",
    "a commit without an answer",
    "a crash after a commit",
    "a crash before a commit",
    "a failed sync",
    "a fork was proved to everybody",
    "a frozen member was refused",
    "a gap in a history was closed",
    "a licence was restored",
    "a licence was revoked",
    "a licence-tag key was replaced",
    "a lost root was refused",
    "a member showed two histories",
    "a node crashed",
    "a node told member_root_conflict",
    "a node's key was replaced",
    "a peer was not reached",
    "a publication was out of date",
    "a reason was LICENCE_REVOKED",
    "a reason was PUBLISHER_FORKED",
    "a root key was lost",
    "an authority's key was suspended",
    "decided OUTCOME_NO_RULE",
    "decided OUTCOME_RECOGNIZED",
    "decided OUTCOME_STALE_TRUST",
    "lists came by a relay",
    "lists were refused as expired",
    "the network parted",
    "two histories were covered with a new key",
};

TEST(SimulationTest, DaysOfTheFederationKeepEveryInvariantAndMeetEveryRareEvent) {
  Simulation simulation(kSeed);

  simulation.Run(kHours);

  EXPECT_EQ(simulation.log().broken(), std::nullopt) << simulation.log().LastSteps();
  for (const char* name : kMustBeSeen) {
    EXPECT_TRUE(simulation.log().rare().contains(name)) << name;
  }
}

TEST(SimulationTest, OneSeedGoesTheSameWayTwice) {
  Simulation first(5);
  Simulation second(5);

  first.Run(12);
  second.Run(12);

  EXPECT_EQ(first.log().steps(), second.log().steps());
  EXPECT_EQ(first.log().trace(), second.log().trace());
}

// MRG_SIMULATION_SEED gives another one; the program beside this test runs any, for any time.
TEST(SimulationTest, HoursOfAnotherSeedKeepEveryInvariant) {
  uint64_t seed = 7;
  const char* const given = std::getenv("MRG_SIMULATION_SEED");
  if (given != nullptr) {
    ASSERT_TRUE(absl::SimpleAtoi(given, &seed)) << given;
  }
  constexpr int64_t kOtherHours = 30;
  Simulation simulation(seed);

  simulation.Run(kOtherHours);

  EXPECT_EQ(simulation.log().broken(), std::nullopt)
      << simulation.log().LastSteps() << "replay: --seed " << seed << " --hours " << kOtherHours;
}

}  // namespace
}  // namespace mrg
