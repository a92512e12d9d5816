#include "trustlist/client/mirror_fetcher.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/testing/plain_repository.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

TEST(MirrorFetcher, AMemberIsFollowedOnAMirrorLikeAnyPeer) {
  RepositorySimulator repository(kStart);
  std::vector<TreeEntry> entries;
  for (int i = 0; i < 100; ++i) entries.push_back({std::to_string(i), "v"});
  repository.SetTree("j-31", "31/issuers", *BuildTree(entries));
  repository.SetTarget("targets", "log-keys", "keys");
  repository.PublishTargets("targets");
  repository.Publish("j-31");
  ServedFiles metadata;
  ServedFiles targets;
  ServedFiles nodes;
  for (const auto& [name, bytes] : repository.all_served()) {
    if (absl::EndsWith(name, ".json")) {
      metadata.files[name] = bytes;
    } else if (absl::StartsWith(name, "nodes/")) {
      nodes.files[name.substr(6)] = bytes;
    } else {
      targets.files[name] = bytes;
    }
  }
  const MemberId member = *MemberId::Parse("hub");
  MemoryStore store;
  MetadataStore stored(&store);
  MirrorFetcher fetcher(&metadata, &targets, &nodes);
  ASSERT_TRUE(InitTrustFromPeer(member, *RootDigest(repository.root(1)), &fetcher, &stored).ok());

  const auto outcome = Updater(member, &store, &fetcher).Refresh(kStart);

  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->in_force.targets.size(), 2u);
}

TEST(MirrorFetcher, NamesFilesAsTheSpecificationDoes) {
  ServedFiles metadata;
  ServedFiles targets;
  MirrorFetcher fetcher(&metadata, &targets);
  const std::string hex = absl::BytesToHexString(Sha256("x"));

  EXPECT_EQ(ReasonOf(fetcher.FetchMetadata("a/b", 3, 9).status()), Reason::kMetadataNotFound);
  EXPECT_EQ(ReasonOf(fetcher.FetchMetadata("timestamp", std::nullopt, 9).status()),
            Reason::kMetadataNotFound);
  EXPECT_EQ(ReasonOf(fetcher.FetchTarget("a/../b", Sha256("x"), 9).status()),
            Reason::kTargetNotFound);
  EXPECT_EQ(ReasonOf(fetcher.FetchTarget("a/b", "", 9).status()), Reason::kTargetNotFound);
  EXPECT_EQ(ReasonOf(fetcher.FetchNodes({Sha256("x")}).status()), Reason::kTreeNodeNotFound);

  EXPECT_THAT(metadata.requests, ElementsAre("3.a%2Fb.json", "timestamp.json"));
  EXPECT_THAT(targets.requests, ElementsAre("a/%2E%2E/" + hex + ".b", "a/b"));
}

}  // namespace
}  // namespace mrg
