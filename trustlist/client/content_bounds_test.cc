// How much content a member can make a follower fetch and store.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

BuiltTree Tree(int entries, absl::string_view value) {
  std::vector<TreeEntry> list;
  for (int i = 0; i < entries; ++i) list.push_back({absl::StrCat("id-", i), std::string(value)});
  return *BuildTree(list);
}

class ContentBoundsTest : public ::testing::Test {
 protected:
  ContentBoundsTest() {
    MetadataStore metadata(&memory_);
    EXPECT_TRUE(InitTrust(member_, repository_.root(1), std::nullopt, &metadata).ok());
  }

  std::optional<InForceSet> InForce() { return *InForceStore(&memory_).Load(member_); }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  MemoryStore memory_;
  RepositorySimulator repository_{kStart};
  Updater updater_{member_, &memory_, &repository_};
};

// The bytes of content that the store has.
uint64_t StoredContent(const MemoryStore& store) {
  uint64_t bytes = 0;
  for (const Row& row : *store.Scan(Keyspace::kBlob, "", "", 1 << 20)) bytes += row.value.size();
  return bytes;
}

TEST_F(ContentBoundsTest, M8_AListOfLargeEntriesIsCutAtTheMembersBytesBeforeItIsStored) {
  // 64 entries of 64 KiB a node: some hundred nodes, 25 MiB.
  repository_.SetTree("j-31", "31/issuers", Tree(400, std::string(65536, 'x')));
  repository_.Publish("j-31");
  constexpr uint64_t kMax = uint64_t{6} << 20;
  constexpr uint64_t kDaily = uint64_t{1} << 20;
  Updater bounded(member_, &memory_, &repository_, {}, {}, {kMax, kDaily, uint64_t{1} << 40});

  for (int again = 0; again < 3; ++again) {
    EXPECT_EQ(ReasonOf(bounded.Refresh(kStart).status()), Reason::kMetadataTooLong);
    EXPECT_LE(StoredContent(memory_), kMax);
  }

  EXPECT_FALSE(InForce().has_value());
  EXPECT_TRUE(updater_.Refresh(kStart).ok()) << "it goes on where it was cut";
}

TEST_F(ContentBoundsTest, M8_NodesAreCountedOverAllListsOfOneRefresh) {
  repository_.SetTree("j-31", "31/issuers", Tree(300, "a"));
  repository_.SetTree("j-31", "31/licences", Tree(300, "b"));
  repository_.Publish("j-31");
  MetadataLimits limits;
  limits.tree_nodes_max = Tree(300, "a").nodes.size() + 1;
  Updater bounded(member_, &memory_, &repository_, limits);

  EXPECT_EQ(ReasonOf(bounded.Refresh(kStart).status()), Reason::kMetadataTooLong);
}

}  // namespace
}  // namespace mrg
