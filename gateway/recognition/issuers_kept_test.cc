#include "gateway/recognition/issuers_kept.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/prefix_tree/testing/map_nodes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using testing::HasSubstr;

std::vector<TreeEntry> Entries(int count) {
  std::vector<TreeEntry> entries;
  for (int i = 0; i < count; ++i) entries.push_back({absl::StrCat("issuer/", i), "listed"});
  return entries;
}

class Fault : public testing::Test {
 protected:
  std::string Put(std::vector<TreeEntry> entries) {
    const BuiltTree tree = *BuildTree(std::move(entries));
    nodes_.Add(tree);
    return tree.root_sha256;
  }

  MapNodes nodes_;
};

TEST_F(Fault, U13_EntriesMayBeAddedAndChangedAndNeverDeleted) {
  std::vector<TreeEntry> entries = Entries(200);
  const std::string before = Put(entries);
  entries[3].value = "compromised";
  entries.push_back({"issuer/200", "listed"});
  const std::string more = Put(entries);
  entries.erase(entries.begin() + 7);
  const std::string less = Put(entries);

  EXPECT_TRUE(CheckIssuersKept(before, before, nodes_).ok());
  EXPECT_TRUE(CheckIssuersKept(before, more, nodes_).ok());
  const absl::Status refused = CheckIssuersKept(before, less, nodes_);
  EXPECT_EQ(ReasonOf(refused), Reason::kIssuerListInvalid);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("issuer/7,"));
  EXPECT_EQ(ReasonOf(CheckIssuersKept(before, Put({}), nodes_)), Reason::kIssuerListInvalid);
  EXPECT_TRUE(CheckIssuersKept(Put({}), before, nodes_).ok());
}

TEST_F(Fault, U13_WhatDidNotChangeIsNotRead) {
  std::vector<TreeEntry> entries = Entries(20000);
  const std::string before = Put(entries);
  entries[11].value = "compromised";
  const std::string after = Put(entries);

  EXPECT_TRUE(CheckIssuersKept(before, after, nodes_).ok());

  EXPECT_LT(nodes_.TakeReads(), 200u) << "of more than a thousand nodes";
}

}  // namespace
}  // namespace mrg
