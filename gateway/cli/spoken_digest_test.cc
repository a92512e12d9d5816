#include "gateway/cli/spoken_digest.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kIssuer[] = "11310000YY000001XH/";

std::string Plain() { return absl::StrCat("0f3a77c1", std::string(56, 'b')); }
std::string Grouped() {
  std::string groups = "0f3a 77c1";
  for (int i = 0; i < 14; ++i) groups += " bbbb";
  return groups;
}

TEST(SpokenDigest, StandsInGroupsOfFour) {
  EXPECT_EQ(SpokenDigest("\x0f\x3a\x77\xc1"), "0f3a 77c1");
  EXPECT_EQ(SpokenDigest("\x0f\x3a\x77"), "0f3a 77");
  EXPECT_EQ(SpokenHex(Plain()), Grouped());
  EXPECT_EQ(SpokenEntryId(kIssuer + Plain()), kIssuer + Grouped());
}

TEST(SpokenDigest, IsTakenBackInGroupsOrInOne) {
  for (const std::string& typed : {Plain(), Grouped()}) {
    EXPECT_EQ(TypedHex(typed), Plain());
    EXPECT_EQ(TypedEntryId(typed), Plain());
    EXPECT_EQ(TypedEntryId(kIssuer + typed), kIssuer + Plain());
  }
}

// A name may hold blanks, and a list others than ours.
TEST(SpokenDigest, AnIdWithoutADigestIsShownAndTakenAsItIs) {
  EXPECT_EQ(SpokenEntryId("11100000XX0000019L003"), "11100000XX0000019L003");
  EXPECT_EQ(SpokenEntryId("a name/0f3a"), "\"a name/0f3a\"");
  EXPECT_EQ(TypedEntryId("a name/0f 3a"), "a name/0f 3a");
  EXPECT_EQ(TypedEntryId(kIssuer + Grouped().substr(1)), kIssuer + Grouped().substr(1));
}

TEST(SpokenDigest, WhatOthersWroteImitatesNothing) {
  EXPECT_EQ(SpokenHex("an id, as before"), "\"an id, as before\"");
  EXPECT_EQ(SpokenHex(""), "\"\"");
  EXPECT_EQ(SpokenEntryId("x, as before/" + Plain()), "\"x, as before/\"" + Grouped());
}

}  // namespace
}  // namespace mrg
