#include "trustlist/format/delegation_search.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;

// Roles without keys or files; the search asks for no more.
class Graph {
 public:
  Graph() { roles_["targets"]; }

  Graph& Delegate(const std::string& from, const std::string& to,
                  std::vector<std::string> paths = {"*"}, bool terminating = false) {
    DelegatedRole role;
    role.name = to;
    role.paths = std::move(paths);
    role.terminating = terminating;
    return Delegate(from, role);
  }
  Graph& Delegate(const std::string& from, const DelegatedRole& role) {
    roles_[role.name];
    DelegatedRoles& delegations = roles_[from].delegations;
    std::vector<DelegatedRole> longer(delegations.begin(), delegations.end());
    longer.push_back(role);
    delegations = DelegatedRoles(std::move(longer));
    return *this;
  }
  Graph& List(const std::string& role, const std::string& path) {
    roles_[role].targets[path].length = 1;
    return *this;
  }
  Graph& Break(const std::string& role) {
    roles_.erase(role);
    return *this;
  }

  // Result: the role that lists `path`; "" when none does; the reason when the search fails.
  std::string Find(const std::string& path, size_t steps_max = kMatchStepsMax) {
    MatchWork work(steps_max);
    return Find(path, &work);
  }
  std::string Find(const std::string& path, MatchWork* work) {
    visited_.clear();
    const auto lookup = [this](
                            absl::string_view role,
                            absl::string_view delegator) -> absl::StatusOr<const TargetsMetadata*> {
      visited_.push_back(absl::StrCat(delegator, ">", role));
      const auto found = roles_.find(std::string(role));
      if (found == roles_.end()) return MakeError(Reason::kMetadataNotFound, role);
      return &found->second;
    };
    const auto found = FindTarget(path, lookup, work);
    if (!found.ok()) return std::string(TokenOf(*ReasonOf(found.status())));
    return found->has_value() ? (*found)->role : "";
  }
  const std::vector<std::string>& visited() const { return visited_; }

 private:
  std::map<std::string, TargetsMetadata> roles_;
  std::vector<std::string> visited_;
};

TEST(DelegationSearch, TopLevelTargetsComeFirst) {
  Graph graph;
  graph.List("targets", "f").Delegate("targets", "A").List("A", "f");

  EXPECT_EQ(graph.Find("f"), "targets");
  EXPECT_THAT(graph.visited(), ElementsAre(">targets"));
}

TEST(DelegationSearch, IsPreOrderAndDepthFirst) {
  Graph graph;
  graph.Delegate("targets", "A").Delegate("targets", "B").Delegate("A", "C").Delegate("A", "D");
  graph.Delegate("C", "E");

  EXPECT_EQ(graph.Find("f"), "");
  EXPECT_THAT(graph.visited(),
              ElementsAre(">targets", "targets>A", "A>C", "C>E", "A>D", "targets>B"));
}

TEST(DelegationSearch, TheFirstRoleThatListsThePathDecides) {
  Graph graph;
  graph.Delegate("targets", "A").Delegate("targets", "B").Delegate("A", "C");
  graph.List("B", "f").List("C", "f");

  EXPECT_EQ(graph.Find("f"), "C");
  EXPECT_THAT(graph.visited(), ElementsAre(">targets", "targets>A", "A>C"));
}

TEST(DelegationSearch, ATerminatingDelegationEndsTheSearchBehindIt) {
  Graph graph;
  graph.Delegate("targets", "A").Delegate("targets", "B").Delegate("A", "C", {"*"}, true);
  graph.Delegate("A", "D").Delegate("C", "E").List("B", "f").List("D", "f");

  EXPECT_EQ(graph.Find("f"), "");
  EXPECT_THAT(graph.visited(), ElementsAre(">targets", "targets>A", "A>C", "C>E"));
}

TEST(DelegationSearch, DelegationsBeforeATerminatingOneAreSearched) {
  Graph graph;
  graph.Delegate("targets", "A").Delegate("targets", "B", {"*"}, true).Delegate("targets", "C");

  EXPECT_EQ(graph.Find("f"), "");
  EXPECT_THAT(graph.visited(), ElementsAre(">targets", "targets>A", "targets>B"));
}

TEST(DelegationSearch, ATerminatingDelegationOfOtherPathsEndsNothing) {
  Graph graph;
  graph.Delegate("targets", "A", {"*.zip"}, true).Delegate("targets", "B").List("B", "f");

  EXPECT_EQ(graph.Find("f"), "B");
  EXPECT_THAT(graph.visited(), ElementsAre(">targets", "targets>B"));
}

TEST(Threat, T12_APathMustBeCoveredByEveryDelegationOfTheChain) {
  Graph graph;
  graph.Delegate("targets", "B", {"releases/*/*"}).Delegate("B", "C", {"releases/x/*"});
  graph.List("C", "releases/x/1").List("C", "releases/y/1").List("C", "other");

  EXPECT_EQ(graph.Find("releases/x/1"), "C");
  EXPECT_EQ(graph.Find("releases/y/1"), "");
  EXPECT_THAT(graph.visited(), ElementsAre(">targets", "targets>B"));
  EXPECT_EQ(graph.Find("other"), "");
  EXPECT_THAT(graph.visited(), ElementsAre(">targets"));
}

TEST(DelegationSearch, HashPrefixesChooseTheBin) {
  const std::string hash = absl::BytesToHexString(Sha256("f"));
  DelegatedRole other;
  other.name = "other-bin";
  other.path_hash_prefixes = {hash[0] == '0' ? "1" : "0"};
  DelegatedRole own;
  own.name = "own-bin";
  own.path_hash_prefixes = {"zz", hash.substr(0, 3)};
  Graph graph;
  graph.Delegate("targets", other).Delegate("targets", own).List("own-bin", "f");

  EXPECT_EQ(graph.Find("f"), "own-bin");
  EXPECT_THAT(graph.visited(), ElementsAre(">targets", "targets>own-bin"));
}

TEST(DelegationSearch, ACycleIsWalkedOnce) {
  Graph graph;
  graph.Delegate("targets", "A").Delegate("A", "B").Delegate("B", "A").Delegate("B", "targets");
  graph.Delegate("targets", "C").List("C", "f");

  EXPECT_EQ(graph.Find("f"), "C");
  EXPECT_THAT(graph.visited(), ElementsAre(">targets", "targets>A", "A>B", "targets>C"));
}

TEST(DelegationSearch, ARoleReachedTwiceIsReadThroughItsFirstDelegator) {
  Graph graph;
  graph.Delegate("targets", "A").Delegate("targets", "B").Delegate("B", "C").Delegate("A", "C");

  EXPECT_EQ(graph.Find("f"), "");
  EXPECT_THAT(graph.visited(), ElementsAre(">targets", "targets>A", "A>C", "targets>B"));
}

TEST(Threat, T05_AChainWithoutEndIsFollowedToTheLimitOnly) {
  Graph graph;
  std::string from = "targets";
  for (size_t i = 1; i <= kVisitedRolesMax; ++i) {
    const std::string to = absl::StrCat("r", i);
    graph.Delegate(from, to).List(to, absl::StrCat("f", i));
    from = to;
  }

  EXPECT_EQ(graph.Find(absl::StrCat("f", kVisitedRolesMax - 1)),
            absl::StrCat("r", kVisitedRolesMax - 1));
  EXPECT_EQ(graph.Find(absl::StrCat("f", kVisitedRolesMax)), "");
  EXPECT_EQ(graph.visited().size(), kVisitedRolesMax);
}

// Six roles below the top one, each with as many patterns as a delegation may have.
Graph SixRoles(std::string (*pattern)(size_t)) {
  std::vector<std::string> patterns;
  for (size_t i = 0; i < 1023; ++i) patterns.push_back(pattern(i));
  Graph graph;
  for (int role = 1; role <= 6; ++role) {
    graph.Delegate("targets", absl::StrCat("r", role), patterns);
  }
  return graph;
}

TEST(Fault, H8_NineThousandPathsCostLittleMoreThanThePatterns) {
  Graph graph = SixRoles([](size_t i) { return absl::StrCat("common/", i, "-*/*"); });
  MatchWork work;

  for (size_t i = 0; i < 9000; ++i) {
    graph.Find(absl::StrCat("common/", i % 2046, "-x/y"), &work);
  }

  EXPECT_TRUE(work.Check().ok());
  // A try of each pattern by each path would be 9000 * 6 * 1023.
  EXPECT_LE(work.comparisons(), size_t{9000} * 6);
}

TEST(Fault, H8_ASearchThatTakesTooManyStepsIsRefusedAndNothingIsFound) {
  Graph graph = SixRoles([](size_t i) { return absl::StrCat("*a*a*", i, "*"); });
  const std::string path(200, 'a');
  graph.List("r6", path).Delegate("targets", "r6b");

  EXPECT_EQ(graph.Find(path, 100000), "METADATA_TOO_LONG");
  EXPECT_EQ(graph.visited().size(), 1u);
}

TEST(Fault, H8_AFullRepositoryIsFarFromTheBound) {
  Graph graph;
  for (int role = 0; role < 64; ++role) {
    graph.Delegate("targets", absl::StrCat("j-", role), {absl::StrCat(role, "/*")});
  }
  MatchWork work(kMatchStepsMax / 4);

  for (int i = 0; i < 16384; ++i) {
    ASSERT_EQ(graph.Find(absl::StrCat(i % 64, "/packs-", i), &work), "");
  }

  EXPECT_TRUE(work.Check().ok());
}

TEST(Fault, H8_RolesThatAreVisitedAreCountedToo) {
  Graph graph;
  for (int role = 0; role < 20; ++role) graph.Delegate("targets", absl::StrCat("r", role));

  EXPECT_EQ(graph.Find("f", 40), "METADATA_TOO_LONG");
  EXPECT_EQ(graph.Find("f", 1000), "");
}

TEST(DelegationSearch, ARoleThatCannotBeReadEndsTheSearch) {
  Graph graph;
  graph.Delegate("targets", "A").Delegate("targets", "B").List("B", "f").Break("A");

  EXPECT_EQ(graph.Find("f"), "METADATA_NOT_FOUND");
}

}  // namespace
}  // namespace mrg
