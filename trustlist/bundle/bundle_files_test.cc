#include "trustlist/bundle/bundle_files.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/bundle/bundle_archive.h"
#include "trustlist/bundle/bundle_export.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// The simulator is asked for its newest root as a node is.
class NodeLikeFetcher : public Fetcher {
 public:
  explicit NodeLikeFetcher(RepositorySimulator* repository) : repository_(repository) {}
  void SetRoots(int64_t first, int64_t newest) {
    first_ = first;
    newest_ = newest;
  }
  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override {
    if (role == "root" && version.has_value() && *version < first_) {
      return MakeError(Reason::kMetadataNotFound, "not kept");
    }
    if (role == "root" && !version.has_value()) version = newest_;
    return repository_->FetchMetadata(role, version, bytes_max);
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override {
    return repository_->FetchTarget(path, sha256, bytes_max);
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    return repository_->FetchNodes(sha256);
  }

 private:
  RepositorySimulator* const repository_;
  int64_t first_ = 1;
  int64_t newest_ = 1;
};

using Files = std::map<std::string, std::string>;

class BundleFilesTest : public ::testing::Test {
 protected:
  BundleFilesTest() {
    std::string name = ::testing::TempDir() + "/bundle_files_XXXXXX";
    folder_ = mkdtemp(name.data());
    std::vector<TreeEntry> entries;
    for (int i = 0; i < 300; ++i) entries.push_back({std::to_string(i), "v"});
    repository_.SetTree("j-31", "31/issuers", *BuildTree(entries));
    repository_.SetTarget("j-31", "31/packs/licence/delta/1", "fields {}");
    repository_.SetTarget("targets", "log-keys", "keys");
    repository_.PublishTargets("targets");
    repository_.Publish("j-31");
  }
  ~BundleFilesTest() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<Files> Export(absl::Time now = kStart) {
    Files files;
    MemoryStore store;
    const absl::Status done = ExportPublisher(
        member_, &node_, &store, now, [&](const std::string& name, absl::string_view bytes) {
          files[name] = std::string(bytes);
          return absl::OkStatus();
        });
    if (!done.ok()) return done;
    return files;
  }

  // Follows the bundle with what `store` holds already.
  absl::StatusOr<Updater::Outcome> Import(const Files& files, OrderedStore* store,
                                          absl::Time now = kStart) {
    auto bundle = BundleFiles::Create(folder_);
    EXPECT_TRUE(bundle.ok()) << bundle.status();
    for (const auto& [name, bytes] : files) EXPECT_TRUE((*bundle)->Add(name, bytes).ok()) << name;
    BundleFetcher fetcher(member_, bundle->get());
    MetadataStore metadata(store);
    const absl::Status first = InitTrust(member_, repository_.root(1), std::nullopt, &metadata);
    EXPECT_TRUE(first.ok()) << first;
    return Updater(member_, store, &fetcher).Refresh(now);
  }

  bool NothingInForce(OrderedStore* store) {
    const auto set = InForceStore(store).Load(member_);
    return set.ok() && !set->has_value();
  }

  const MemberId member_ = *MemberId::Parse("hub");
  RepositorySimulator repository_{kStart};
  NodeLikeFetcher node_{&repository_};
  std::string folder_;
  MemoryStore store_;
};

TEST_F(BundleFilesTest, ABundleIsFollowedLikeAnyPeer) {
  repository_.PublishRoot();
  node_.SetRoots(1, 2);
  const auto files = Export();
  ASSERT_TRUE(files.ok()) << files.status();

  const auto outcome = Import(*files, &store_);

  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(outcome->changed);
  EXPECT_EQ(outcome->in_force.targets.size(), 3u);
  EXPECT_EQ(outcome->in_force.FindRole("root")->version, 2);
  const BlobStore blobs(&store_);
  size_t entries = 0;
  const absl::Status walked = ForEachEntry(outcome->in_force.FindTarget("31/issuers")->sha256,
                                           BlobNodes(&blobs), [&](const TreeNodeEntry&) {
                                             ++entries;
                                             return absl::OkStatus();
                                           });
  EXPECT_TRUE(walked.ok()) << walked;
  EXPECT_EQ(entries, 300u);
}

TEST_F(BundleFilesTest, ANodeWhoseFirstRootIsALaterOneExportsFromThatOne) {
  repository_.PublishRoot();
  repository_.PublishRoot();
  node_.SetRoots(2, 3);

  const auto files = Export();

  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_FALSE(files->contains("hub/metadata/1.root.json"));
  EXPECT_TRUE(files->contains("hub/metadata/2.root.json"));
  EXPECT_TRUE(files->contains("hub/metadata/3.root.json"));
}

TEST_F(BundleFilesTest, TheSameBundleAgainChangesNothing) {
  const auto files = Export();
  ASSERT_TRUE(Import(*files, &store_).ok());

  const auto again = Import(*files, &store_);

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_FALSE(again->changed);
}

// Result: true for a file that a node without a history of the publisher does not ask for: the root
// it has, and the timestamps between the last one that others trusted and the newest.
bool IsForOthers(const std::string& name) {
  return absl::EndsWith(name, "/1.root.json") || absl::EndsWith(name, ".timestamp.json");
}

TEST_F(BundleFilesTest, ABundleThatLacksAnyOneFileIsRefusedAndNothingIsInForce) {
  const auto files = Export();
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_GT(files->size(), 10u);
  for (const auto& [left_out, bytes] : *files) {
    if (IsForOthers(left_out)) continue;
    Files rest = *files;
    rest.erase(left_out);
    MemoryStore store;

    const auto outcome = Import(rest, &store);

    EXPECT_FALSE(outcome.ok()) << left_out;
    EXPECT_TRUE(NothingInForce(&store)) << left_out;
    // The whole bundle mends it.
    EXPECT_TRUE(Import(*files, &store).ok()) << left_out;
  }
}

TEST_F(BundleFilesTest, ABundleWithAnyOneFileChangedIsRefused) {
  const auto files = Export();
  ASSERT_TRUE(files.ok()) << files.status();
  for (const auto& [changed, bytes] : *files) {
    if (IsForOthers(changed)) continue;
    Files other = *files;
    other[changed][bytes.size() / 2] ^= 0x04;
    MemoryStore store;

    EXPECT_FALSE(Import(other, &store).ok()) << changed;
    EXPECT_TRUE(NothingInForce(&store)) << changed;
  }
}

TEST_F(BundleFilesTest, OneNameTwiceIsRefused) {
  auto bundle = BundleFiles::Create(folder_);
  ASSERT_TRUE(bundle.ok());
  ASSERT_TRUE((*bundle)->Add("hub/metadata/timestamp.json", "{}").ok());

  EXPECT_EQ(ReasonOf((*bundle)->Add("hub/metadata/timestamp.json", "[]")),
            Reason::kBundleMalformed);
  EXPECT_EQ(**(*bundle)->Read("hub/metadata/timestamp.json", 2), "{}");
  EXPECT_EQ(ReasonOf((*bundle)->Read("hub/metadata/timestamp.json", 1).status()),
            Reason::kMetadataTooLong);
}

TEST_F(BundleFilesTest, PublishersAreThoseOfTheFiles) {
  auto bundle = BundleFiles::Create(folder_);
  ASSERT_TRUE(bundle.ok());
  for (const char* name : {"b/metadata/timestamp.json", "a/metadata/timestamp.json",
                           "b/metadata/1.root.json", "a/metadata/1.root.json"}) {
    ASSERT_TRUE((*bundle)->Add(name, "{}").ok());
  }

  const std::vector<MemberId> publishers = (*bundle)->Publishers();

  ASSERT_EQ(publishers.size(), 2u);
  EXPECT_EQ(publishers[0].value(), "a");
  EXPECT_EQ(publishers[1].value(), "b");
}

TEST_F(BundleFilesTest, M6_ANodeThatFollowedBeforeGoesOnFromALaterBundle) {
  const auto first = Export();
  ASSERT_TRUE(first.ok() && Import(*first, &store_).ok());
  for (int i = 0; i < 5; ++i) repository_.PublishTimestamp();
  const auto later = Export();
  ASSERT_TRUE(later.ok()) << later.status();

  const auto outcome = Import(*later, &store_);

  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->in_force.FindRole("timestamp")->version, repository_.timestamp().version);
}

TEST_F(BundleFilesTest, M6_ATimestampBetweenThatIsMissingOrChangedIsAGapForWhoFollowedBefore) {
  const auto first = Export();
  ASSERT_TRUE(first.ok() && Import(*first, &store_).ok());
  const int64_t trusted = repository_.timestamp().version;
  for (int i = 0; i < 3; ++i) repository_.PublishTimestamp();
  const auto later = Export();
  ASSERT_TRUE(later.ok()) << later.status();
  const std::string between = absl::StrCat("hub/metadata/", trusted + 1, ".timestamp.json");
  ASSERT_TRUE(later->contains(between));
  Files lacking = *later;
  lacking.erase(between);
  Files changed = *later;
  changed[between][changed[between].size() / 2] ^= 0x04;

  EXPECT_EQ(ReasonOf(Import(lacking, &store_).status()), Reason::kGapUnproven);
  EXPECT_FALSE(Import(changed, &store_).ok());

  EXPECT_EQ(InForceStore(&store_).Load(member_).value()->FindRole("timestamp")->version, trusted);
  EXPECT_TRUE(Import(*later, &store_).ok());
}

class Threat : public BundleFilesTest {};

TEST_F(Threat, T01_ABundleOlderThanWhatIsTrustedIsRefused) {
  const auto older = Export();
  repository_.Publish("j-31");
  const auto newer = Export();
  ASSERT_TRUE(older.ok() && newer.ok());
  const auto in_force = Import(*newer, &store_);
  ASSERT_TRUE(in_force.ok()) << in_force.status();

  const auto refused = Import(*older, &store_);

  EXPECT_EQ(ReasonOf(refused.status()), Reason::kMetadataRollback);
  const auto set = InForceStore(&store_).Load(member_);
  ASSERT_TRUE(set.ok() && set->has_value());
  EXPECT_TRUE(SameInForce(**set, in_force->in_force));
}

TEST_F(Threat, T02_ABundleThatHasExpiredIsNeitherMadeNorTaken) {
  const auto files = Export();
  ASSERT_TRUE(files.ok());

  EXPECT_EQ(ReasonOf(Import(*files, &store_, kStart + absl::Hours(2)).status()),
            Reason::kMetadataExpired);
  EXPECT_TRUE(NothingInForce(&store_));
  EXPECT_EQ(ReasonOf(Export(kStart + absl::Hours(2)).status()), Reason::kMetadataExpired);
}

TEST_F(Threat, T03_ATimestampWithTheSnapshotOfAnotherBundleIsRefused) {
  const auto older = Export();
  repository_.Publish("j-31");
  auto newer = Export();
  ASSERT_TRUE(older.ok() && newer.ok());
  Files mixed = *newer;
  std::string snapshot;
  for (const auto& [name, bytes] : *newer) {
    if (absl::EndsWith(name, ".snapshot.json")) snapshot = name;
  }
  for (const auto& [name, bytes] : *older) {
    if (absl::EndsWith(name, ".snapshot.json")) mixed[snapshot] = bytes;
  }

  EXPECT_FALSE(Import(mixed, &store_).ok());
  EXPECT_TRUE(NothingInForce(&store_));
}

TEST_F(Threat, T09_NothingOfABundleHasANameInTheFolder) {
  auto bundle = BundleFiles::Create(folder_);
  ASSERT_TRUE(bundle.ok());
  ASSERT_TRUE((*bundle)->Add("hub/metadata/timestamp.json", "{}").ok());

  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  EXPECT_EQ(ReasonOf((*bundle)->Add("../x", "")), Reason::kBundleMalformed);
  BundleFetcher fetcher(member_, bundle->get());
  EXPECT_EQ(ReasonOf(fetcher.FetchMetadata("../x", 1, 9).status()), Reason::kMetadataMalformed);
  EXPECT_EQ(ReasonOf(fetcher.FetchTarget("../x", Sha256("x"), 9).status()),
            Reason::kMetadataMalformed);
}

TEST_F(Threat, T05_MoreBytesThanAKindAllowsAreRefusedOnTheirWayIn) {
  auto bundle = BundleFiles::Create(folder_);
  ASSERT_TRUE(bundle.ok());

  EXPECT_EQ(
      ReasonOf((*bundle)->Add("hub/metadata/timestamp.json", std::string((1 << 20) + 1, ' '))),
      Reason::kMetadataTooLong);
  EXPECT_TRUE((*bundle)->Publishers().empty());
}

TEST_F(Threat, T10_WithoutRoomNothingIsTaken) {
  EXPECT_EQ(ReasonOf(BundleFiles::Create(folder_ + "/none").status()), Reason::kStoreUnavailable);
}

}  // namespace
}  // namespace mrg
