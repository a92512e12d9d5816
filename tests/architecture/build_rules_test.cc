// Proves who may use what.

#include "tests/architecture/build_rules.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(BuildRules, EveryHeaderHasAUserOutsideItsTests) {
  const std::vector<std::string> findings = HeadersWithoutUser(WorkspaceFiles());

  EXPECT_TRUE(findings.empty()) << Lines(findings);
}

TEST(BuildRules, EveryPackageIsClosedUnlessItSaysOtherwise) {
  const std::vector<std::string> findings = PackagesOpenByDefault(WorkspaceFiles());

  EXPECT_TRUE(findings.empty()) << Lines(findings);
}

TEST(BuildRules, EveryOpenTargetHasAUserInAnotherPackage) {
  const std::vector<std::string> findings = OpenTargetsWithoutUser(WorkspaceFiles());

  EXPECT_TRUE(findings.empty()) << Lines(findings);
}

TEST(BuildRules, HeaderThatOnlyItsTestIncludesIsNamed) {
  const SourceFile header = {"dispute/a.h", ""};
  const SourceFile own = {"dispute/a.cc", "#include \"dispute/a.h\"\n"};
  const SourceFile test = {"dispute/b_test.cc", "#include \"dispute/a.h\"\n"};
  const SourceFile user = {"dispute/b.cc", "#include \"dispute/a.h\"\n"};

  EXPECT_THAT(HeadersWithoutUser({header, own, test}), ElementsAre(HasSubstr("dispute/a.h")));
  EXPECT_THAT(HeadersWithoutUser({header, own, user}), IsEmpty());
}

TEST(BuildRules, PackageThatIsOpenByDefaultIsNamed) {
  const std::string target = "cc_library(\n    name = \"a\",\n)\n";
  const std::string closed =
      "package(default_visibility = [\"//visibility:private\"])\n\n" + target;

  EXPECT_THAT(PackagesOpenByDefault({{"dispute/BUILD.bazel", closed}}), IsEmpty());
  EXPECT_THAT(PackagesOpenByDefault({{"dispute/BUILD.bazel", target}}), IsEmpty());
  const std::string open =
      "package(default_visibility = [\"//gateway:__subpackages__\"])\n\n" + target;
  EXPECT_THAT(PackagesOpenByDefault({{"dispute/BUILD.bazel", open}}),
              ElementsAre(HasSubstr("dispute/BUILD.bazel")));
  EXPECT_THAT(PackagesOpenByDefault({{"tests/BUILD.bazel", open}}), IsEmpty());
}

TEST(BuildRules, OpenTargetThatNoOtherPackageNamesIsNamed) {
  const SourceFile open = {"dispute/BUILD.bazel",
                           "cc_library(\n    name = \"a\",\n    visibility = _USERS,\n)\n\n"
                           "cc_library(\n    name = \"b\",\n    deps = [\"//dispute:a\"],\n)\n"};
  const SourceFile user = {"gateway/rpc/BUILD.bazel",
                           "cc_library(\n    name = \"c\",\n    deps = [\"//dispute:a\"],\n)\n"};

  EXPECT_THAT(OpenTargetsWithoutUser({open}), ElementsAre(HasSubstr("//dispute:a")));
  EXPECT_THAT(OpenTargetsWithoutUser({open, user}), IsEmpty());
}

TEST(BuildRules, LabelWithoutANameIsThatOfItsFolder) {
  const SourceFile open = {
      "gateway/prefix_tree/BUILD.bazel",
      "cc_library(\n    name = \"prefix_tree\",\n    visibility = _USERS,\n)\n"};
  const SourceFile user = {
      "trustlist/BUILD.bazel",
      "cc_library(\n    name = \"c\",\n    deps = [\"//gateway/prefix_tree\"],\n)\n"};

  EXPECT_THAT(OpenTargetsWithoutUser({open, user}), IsEmpty());
}

}  // namespace
}  // namespace mrg
