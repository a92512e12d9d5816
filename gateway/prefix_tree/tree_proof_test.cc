#include "gateway/prefix_tree/tree_proof.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

class TreeProofTest : public ::testing::Test, public NodeSource {
 protected:
  TreeProofTest() {
    std::vector<TreeEntry> entries;
    for (int i = 0; i < 1000; ++i) entries.push_back({absl::StrCat("id-", i), absl::StrCat(i)});
    tree_ = *BuildTree(entries);
  }

  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const override {
    return tree_.nodes.at(std::string(sha256));
  }
  TreeProof Prove(absl::string_view id) { return *ProveEntry(tree_.root_sha256, *this, id); }

  void ExpectRefused(const TreeProof& proof, absl::string_view id) {
    EXPECT_EQ(ReasonOf(VerifyEntry(tree_.root_sha256, proof, id).status()),
              Reason::kTreeNodeMalformed);
  }

  BuiltTree tree_;
};

TEST_F(TreeProofTest, PresentAndAbsentEntriesAreProven) {
  for (int i = 0; i < 1000; i += 37) {
    const std::string id = absl::StrCat("id-", i);
    EXPECT_EQ(**VerifyEntry(tree_.root_sha256, Prove(id), id), absl::StrCat(i));
    const std::string absent = absl::StrCat("absent-", i);
    EXPECT_EQ(*VerifyEntry(tree_.root_sha256, Prove(absent), absent), std::nullopt);
  }
}

TEST_F(TreeProofTest, ProofOfAnotherPlaceCannotHideAnEntry) {
  // An entry below another child of the root: its proof must not pass for absence of id-1.
  for (int i = 2; i < 1000; ++i) {
    const std::string other = absl::StrCat("id-", i);
    if (Sha256(other)[0] >> 4 == Sha256("id-1")[0] >> 4) continue;
    ExpectRefused(Prove(other), "id-1");
    return;
  }
  FAIL() << "no entry below another child";
}

TEST_F(TreeProofTest, ShortenedLengthenedOrChangedProofIsRefused) {
  const TreeProof proof = Prove("id-1");
  ASSERT_GE(proof.size(), 2u);
  TreeProof shortened = proof;
  shortened.pop_back();
  ExpectRefused(shortened, "id-1");
  TreeProof lengthened = proof;
  lengthened.push_back(proof.back());
  ExpectRefused(lengthened, "id-1");
  {
    TreeProof changed = proof;
    changed.back()[changed.back().size() / 2] ^= 1;
    ExpectRefused(changed, "id-1");
  }
  ExpectRefused({}, "id-1");
  EXPECT_FALSE(VerifyEntry(BuildTree({})->root_sha256, proof, "id-1").ok());
}

TEST(TreeProof, EmptyTreeProvesAbsence) {
  const BuiltTree empty = *BuildTree({});
  EXPECT_EQ(*VerifyEntry(empty.root_sha256, {empty.root_bytes()}, "id"), std::nullopt);
}

}  // namespace
}  // namespace mrg
