// Proves the rules about files as such.

#include "tests/architecture/file_rules.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

#define EXPECT_NO_FINDING(expression)                     \
  do {                                                    \
    const std::vector<std::string> findings = expression; \
    EXPECT_TRUE(findings.empty()) << Lines(findings);     \
  } while (false)

TEST(FileRules, NoFileIsLongerThan500Lines) { EXPECT_NO_FINDING(LongFiles(WorkspaceFiles())); }

TEST(FileRules, EveryNameSaysWhatIsInside) { EXPECT_NO_FINDING(GrabBagNames(WorkspaceFiles())); }

TEST(FileRules, EveryHeaderHasItsGuardAndPurpose) {
  EXPECT_NO_FINDING(MisshapenHeaders(WorkspaceFiles()));
}

TEST(FileRules, TopLevelHoldsOnlyTheAgreedEntries) {
  EXPECT_NO_FINDING(StrayTopLevelEntries(TopLevelEntries()));
}

TEST(FileRules, NothingIsMarkedUnfinishedOrTiedToOneMachine) {
  EXPECT_NO_FINDING(UnwantedWords(WorkspaceFiles()));
}

TEST(FileRules, EveryCppFileBelongsToATarget) {
  EXPECT_NO_FINDING(FilesOutsideTheBuild(WorkspaceFiles()));
}

TEST(FileRules, TheWholeTreeIsSeen) {
  EXPECT_FALSE(ReadWorkspaceFile("WORKSPACE").empty());
  EXPECT_FALSE(ReadWorkspaceFile("gateway/base/reason_table.inc").empty());
  EXPECT_THAT(WorkspaceFiles(), SizeIs(::testing::Gt(50u)));
}

TEST(FileRules, FileOf501LinesIsRefusedAnd500IsAllowed) {
  EXPECT_THAT(LongFiles({{"gateway/a.cc", std::string(501, '\n')}}), SizeIs(1));
  EXPECT_THAT(LongFiles({{"gateway/a.cc", std::string(500, '\n')}}), IsEmpty());
}

TEST(FileRules, GrabBagNameIsRefusedAndSimilarWordsAreNot) {
  EXPECT_THAT(GrabBagNames({{"gateway/rpc/string_utils.cc", ""},
                            {"gateway/common/a.h", ""},
                            {"gateway/rpc/queue_manager_test.cc", ""}}),
              SizeIs(3));
  EXPECT_THAT(GrabBagNames({{"gateway/rpc/utility_bill.cc", ""}}), IsEmpty());
}

TEST(FileRules, HeaderWithForeignGuardOrNoPurposeIsRefused) {
  const std::string guard = "#ifndef MRG_DISPUTE_A_H_\n#define MRG_DISPUTE_A_H_\n\n";

  EXPECT_THAT(MisshapenHeaders({{"dispute/a.h", "#pragma once\n"}}), SizeIs(1));
  EXPECT_THAT(MisshapenHeaders({{"dispute/b.h", guard + "// Purpose.\n"}}), SizeIs(1));
  EXPECT_THAT(MisshapenHeaders({{"dispute/a.h", guard + "#include <string>\n"}}), SizeIs(1));
  EXPECT_THAT(MisshapenHeaders({{"dispute/a.h", guard + "// Purpose.\n"}}), IsEmpty());
}

TEST(FileRules, StrayTopLevelEntryIsRefused) {
  EXPECT_THAT(StrayTopLevelEntries({".bazelrc", "gateway", "scripts", "notes.txt"}),
              ElementsAre("scripts", "notes.txt"));
}

TEST(FileRules, MarkOfUnfinishedWorkIsNamedWithItsLine) {
  const std::string mark = std::string("TO") + "DO";

  EXPECT_THAT(UnwantedWords({{"gateway/a.cc", "\n// " + mark + ": later\n"}}),
              ElementsAre("gateway/a.cc:2: " + mark));
}

TEST(FileRules, TestThatNoTargetNamesIsRefused) {
  const std::vector<SourceFile> files = {
      {"dispute/BUILD.bazel", "cc_test(name = \"a_test\", srcs = [\"a_test.cc\"])"},
      {"dispute/a_test.cc", ""},
      {"dispute/b_test.cc", ""},
      {"dispute/testing/c.h", ""}};

  EXPECT_THAT(FilesOutsideTheBuild(files),
              ElementsAre(HasSubstr("b_test.cc"), HasSubstr("testing/c.h")));
}

}  // namespace
}  // namespace mrg
