#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/base/reason.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

// The definition of RFC 6962 2.1, word for word: slow and obvious.
TreeHash ReferenceRoot(const std::vector<std::string>& leaves, size_t begin, size_t end) {
  if (begin == end) return EmptyRoot();
  if (end - begin == 1) return LeafHash(leaves[begin]);
  size_t split = 1;
  while (split * 2 < end - begin) split *= 2;
  return NodeHash(ReferenceRoot(leaves, begin, begin + split),
                  ReferenceRoot(leaves, begin + split, end));
}

std::vector<std::string> Leaves(size_t count) {
  std::vector<std::string> leaves;
  for (size_t i = 0; i < count; ++i) leaves.push_back(absl::StrCat("leaf ", i));
  return leaves;
}

PerfectNodeReader ReaderOf(const std::vector<std::string>& leaves) {
  return [&leaves](uint32_t level, uint64_t index) -> absl::StatusOr<TreeHash> {
    return ReferenceRoot(leaves, index << level, (index + 1) << level);
  };
}

TEST(MerkleTree, EmptyTreeIsTheHashOfNothing) {
  EXPECT_EQ(absl::BytesToHexString(ToView(EmptyRoot())),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(MerkleTree, EdgeGivesTheReferenceRootAtEverySize) {
  const std::vector<std::string> leaves = Leaves(200);
  TreeEdge edge;
  for (size_t size = 1; size <= leaves.size(); ++size) {
    edge.Append(LeafHash(leaves[size - 1]));
    const auto root = TreeRoot(size, [&](uint32_t level, uint64_t index) {
      return absl::StatusOr<TreeHash>(*edge.Find(level, index));
    });
    ASSERT_EQ(*root, ReferenceRoot(leaves, 0, size)) << size;
  }
}

TEST(MerkleTree, LoadedEdgeGoesOnLikeTheOriginal) {
  const std::vector<std::string> leaves = Leaves(70);
  TreeEdge edge = *TreeEdge::Load(50, ReaderOf(leaves));
  for (size_t i = 50; i < 70; ++i) edge.Append(LeafHash(leaves[i]));

  const auto root = TreeRoot(70, [&](uint32_t level, uint64_t index) {
    return absl::StatusOr<TreeHash>(*edge.Find(level, index));
  });

  EXPECT_EQ(*root, ReferenceRoot(leaves, 0, 70));
}

TEST(MerkleProof, EveryLeafOfEverySmallTreeIsProvedAndNoOther) {
  const std::vector<std::string> leaves = Leaves(33);
  for (uint64_t size = 1; size <= leaves.size(); ++size) {
    const std::string root = ToString(ReferenceRoot(leaves, 0, size));
    for (uint64_t index = 0; index < size; ++index) {
      const std::string leaf = ToString(LeafHash(leaves[index]));
      const auto proof = *MakeInclusionProof(index, size, ReaderOf(leaves));
      ASSERT_TRUE(VerifyInclusion(leaf, index, size, proof, root).ok());
      ASSERT_FALSE(VerifyInclusion(leaf, (index + 1) % size, size, proof, root).ok() && size > 1);
      auto longer = proof;
      longer.push_back(root);
      ASSERT_EQ(ReasonOf(VerifyInclusion(leaf, index, size, longer, root)),
                Reason::kReceiptProofInvalid);
    }
  }
}

TEST(MerkleProof, EveryPairOfSmallTreesIsConsistentAndForgedRootsAreNot) {
  const std::vector<std::string> leaves = Leaves(20);
  for (uint64_t second = 1; second <= leaves.size(); ++second) {
    for (uint64_t first = 1; first <= second; ++first) {
      const std::string old_root = ToString(ReferenceRoot(leaves, 0, first));
      const std::string new_root = ToString(ReferenceRoot(leaves, 0, second));
      const auto proof = *MakeConsistencyProof(first, second, ReaderOf(leaves));
      ASSERT_TRUE(VerifyConsistency(first, second, old_root, new_root, proof).ok());
      std::string forged = old_root;
      forged[0] ^= 1;
      ASSERT_FALSE(VerifyConsistency(first, second, forged, new_root, proof).ok());
    }
  }
}

TEST(MerkleProof, ExtremeNumbersAndOddHashesAreRefusedNotCrashed) {
  const std::string hash(32, 'h');
  const uint64_t huge = ~uint64_t{0};
  EXPECT_FALSE(VerifyInclusion(hash, huge, huge, {}, hash).ok());
  EXPECT_FALSE(VerifyInclusion(hash, 0, 0, {}, hash).ok());
  EXPECT_FALSE(VerifyInclusion("short", 0, 1, {}, hash).ok());
  const std::vector<std::string> odd = {"9 bytes.."};
  EXPECT_FALSE(VerifyInclusion(hash, 0, 2, odd, hash).ok());
  EXPECT_FALSE(VerifyConsistency(0, 0, hash, hash, {}).ok());
  EXPECT_FALSE(VerifyConsistency(3, 2, hash, hash, {}).ok());
}

}  // namespace
}  // namespace mrg
