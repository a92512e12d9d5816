#include "trustlist/format/delegated_roles.h"

#include <optional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DelegatedRole Role(const std::string& name, std::vector<std::string> paths,
                   std::vector<std::string> prefixes = {}) {
  return {name, {}, false, std::move(paths), std::move(prefixes)};
}

std::vector<std::string> Covering(const DelegatedRoles& roles, absl::string_view path) {
  SoughtPath sought(path);
  MatchWork work;
  std::vector<std::string> names;
  for (const DelegatedRole* const role : roles.Covering(&sought, &work)) {
    names.push_back(role->name);
  }
  EXPECT_TRUE(work.Check().ok());
  return names;
}

TEST(DelegatedRoles, ThoseThatCoverAPathComeInTheirOrder) {
  const DelegatedRoles roles({Role("z", {"a/*"}), Role("none", {}), Role("all-hashes", {}, {""}),
                              Role("a", {"b", "a/?", "*/x"}), Role("no-hash", {}, {"zz"})});

  EXPECT_THAT(Covering(roles, "a/x"), ElementsAre("z", "all-hashes", "a"));
  EXPECT_THAT(Covering(roles, "b"), ElementsAre("all-hashes", "a"));
  EXPECT_THAT(Covering(DelegatedRoles(), "b"), IsEmpty());
  EXPECT_THAT(Covering(DelegatedRoles({Role("r", {})}), ""), IsEmpty());
}

TEST(DelegatedRoles, ACopyOutlivesWhatItWasMadeFrom) {
  std::optional<DelegatedRoles> first(DelegatedRoles({Role("short", {"a/*"})}));
  const DelegatedRoles copy = *first;
  first.reset();

  EXPECT_THAT(Covering(copy, "a/x"), ElementsAre("short"));
  EXPECT_EQ(copy.size(), 1u);
}

}  // namespace
}  // namespace mrg
