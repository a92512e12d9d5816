#include "trustlist/folder_fetcher.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/first_trust.h"
#include "trustlist/testing/repository_simulator.h"
#include "trustlist/updater.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

class FolderFetcherTest : public ::testing::Test {
 protected:
  FolderFetcherTest() {
    std::string name = ::testing::TempDir() + "/folder_fetcher_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~FolderFetcherTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(FolderFetcherTest, FolderIsFollowedLikeAnyPeer) {
  RepositorySimulator repository(kStart);
  std::vector<TreeEntry> entries;
  for (int i = 0; i < 100; ++i) entries.push_back({std::to_string(i), "v"});
  repository.SetTree("j-31", "31/issuers", *BuildTree(entries));
  repository.SetTarget("targets", "log-keys", "keys");
  repository.PublishTargets("targets");
  repository.Publish("j-31");
  repository.DumpTo(folder_);
  const MemberId member = *MemberId::Parse("hub");
  MemoryStore store;
  MetadataStore metadata(&store);
  FolderFetcher fetcher(folder_);
  ASSERT_TRUE(InitTrustFromPeer(member, *RootDigest(repository.root(1)), &fetcher, &metadata).ok());

  const auto outcome = Updater(member, &store, &fetcher).Refresh(kStart);

  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->in_force.targets.size(), 2u);
}

TEST_F(FolderFetcherTest, MissingTooLongOrClimbingIsRefused) {
  std::filesystem::create_directories(folder_ + "/metadata");
  std::ofstream(folder_ + "/metadata/timestamp.json") << "12345";
  std::ofstream(folder_ + "/secret.json") << "secret";
  std::filesystem::create_directories(folder_ + "/metadata/7.root.json");
  FolderFetcher fetcher(folder_);

  EXPECT_EQ(*fetcher.FetchMetadata("timestamp", std::nullopt, 5), "12345");
  EXPECT_EQ(ReasonOf(fetcher.FetchMetadata("timestamp", std::nullopt, 4).status()),
            Reason::kMetadataTooLong);
  EXPECT_EQ(ReasonOf(fetcher.FetchMetadata("root", 2, 5).status()), Reason::kMetadataNotFound);
  EXPECT_EQ(ReasonOf(fetcher.FetchMetadata("root", 7, 5).status()), Reason::kFetchFailed);
  EXPECT_EQ(ReasonOf(fetcher.FetchMetadata("../secret", std::nullopt, 9).status()),
            Reason::kMetadataMalformed);
  EXPECT_EQ(ReasonOf(fetcher.FetchTarget("../secret", Sha256("x"), 9).status()),
            Reason::kMetadataMalformed);
  EXPECT_EQ(ReasonOf(fetcher.FetchTarget("a/b", Sha256("x"), 9).status()), Reason::kTargetNotFound);
  EXPECT_EQ(ReasonOf(fetcher.FetchNodes({Sha256("x")}).status()), Reason::kTreeNodeNotFound);
}

}  // namespace
}  // namespace mrg
