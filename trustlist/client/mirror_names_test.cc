#include "trustlist/client/mirror_names.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(MirrorNames, L6_LocalNamesOfRolesNeverCollide) {
  const std::string long_name(300, 'n');
  std::vector<std::string> roles = {"root",      "Root",          "ROOT",
                                    "timestamp", "Timestamp",     "a",
                                    "A",         "%41",           "%2541",
                                    "a/b",       "a%2Fb",         "a%2fb",
                                    "a+b",       "a b",           ".",
                                    "..",        "%2E",           "\xC3\xB6",
                                    "\xC3\x96",  "o\xCC\x88",     "",
                                    long_name,   long_name + "n", absl::AsciiStrToUpper(long_name)};
  // What the file of a long name is called is a name, too.
  for (const std::string& role : std::vector<std::string>(roles)) {
    const std::string local = LocalRoleName(role);
    roles.push_back(local);
    roles.push_back(local.substr(0, local.size() - 5));
  }
  const std::set<std::string> distinct(roles.begin(), roles.end());

  std::set<std::string> names;
  for (const std::string& role : distinct) {
    const std::string local = LocalRoleName(role);
    EXPECT_LE(local.size(), 255u);
    EXPECT_EQ(local.find('/'), std::string::npos);
    // As a file system that does not tell upper case from lower has it.
    EXPECT_TRUE(names.insert(absl::AsciiStrToLower(local)).second) << role;
  }
}

TEST(MirrorNames, TopLevelRolesLieUnderTheirOwnNames) {
  for (const char* role : {"root", "timestamp", "snapshot", "targets", "j-31"}) {
    EXPECT_EQ(LocalRoleName(role), absl::StrCat(role, ".json"));
  }
}

}  // namespace
}  // namespace mrg
