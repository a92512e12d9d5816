// The first load of a large list over a connection that is cut.

#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1772000000);
constexpr int kEntries = 40000;

// A peer that is gone after some answers with nodes.
class CutFetcher : public Fetcher {
 public:
  explicit CutFetcher(Fetcher* peer) : peer_(peer) {}

  void CutAfter(size_t answers) { answers_left_ = answers; }
  const std::vector<std::string>& fetched() const { return fetched_; }

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override {
    return peer_->FetchMetadata(role, version, bytes_max);
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override {
    return peer_->FetchTarget(path, sha256, bytes_max);
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    if (answers_left_ == 0) return MakeError(Reason::kFetchFailed, "cut");
    --answers_left_;
    fetched_.insert(fetched_.end(), sha256.begin(), sha256.end());
    return peer_->FetchNodes(sha256);
  }

 private:
  Fetcher* const peer_;
  size_t answers_left_ = 0;
  std::vector<std::string> fetched_;
};

TEST(FirstLoad, GoesOnWhereItWasCutAndFetchesNoNodeTwice) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  RepositorySimulator repository(kNow);
  std::vector<TreeEntry> entries;
  for (int i = 0; i < kEntries; ++i) {
    entries.push_back({absl::StrCat("id-", i), std::string(100, 'v')});
  }
  const BuiltTree tree = *BuildTree(std::move(entries));
  repository.SetTree("j-31", "31/issuers", tree);
  repository.Publish("j-31");
  MemoryStore store;
  MetadataStore metadata(&store);
  const MemberId member = *MemberId::Parse("yangtze-delta");
  ASSERT_TRUE(InitTrust(member, repository.root(1), std::nullopt, &metadata).ok());
  CutFetcher fetcher(&repository);
  TreeSyncProgress last;
  int cuts = 0;
  while (true) {
    fetcher.CutAfter(1 + random() % 5);
    Updater updater(member, &store, &fetcher);  // as after a restart
    updater.TellProgress([&last](absl::string_view path, const TreeSyncProgress& progress) {
      EXPECT_EQ(path, "31/issuers");
      last = progress;
    });

    const auto outcome = updater.Refresh(kNow);

    if (outcome.ok()) break;
    ASSERT_EQ(ReasonOf(outcome.status()), Reason::kFetchFailed);
    EXPECT_FALSE(InForceStore(&store).Load(member)->has_value());
    ++cuts;
  }

  EXPECT_GE(cuts, 2);
  // The root came as the target.
  EXPECT_EQ(fetcher.fetched().size(), tree.nodes.size() - 1);
  EXPECT_EQ(std::set<std::string>(fetcher.fetched().begin(), fetcher.fetched().end()).size(),
            fetcher.fetched().size());
  EXPECT_EQ(last.entries, uint64_t{kEntries});
  EXPECT_EQ(last.entries_total, uint64_t{kEntries});
}

TEST(FirstLoad, H8_IsCutWhenItIsStoppedAndKeepsWhatCame) {
  RepositorySimulator repository(kNow);
  std::vector<TreeEntry> entries;
  for (int i = 0; i < kEntries; ++i) entries.push_back({absl::StrCat("id-", i), "v"});
  const BuiltTree tree = *BuildTree(std::move(entries));
  repository.SetTree("j-31", "31/issuers", tree);
  repository.Publish("j-31");
  MemoryStore store;
  MetadataStore metadata(&store);
  const MemberId member = *MemberId::Parse("yangtze-delta");
  ASSERT_TRUE(InitTrust(member, repository.root(1), std::nullopt, &metadata).ok());
  CutFetcher fetcher(&repository);
  fetcher.CutAfter(1'000'000);
  Updater updater(member, &store, &fetcher);
  updater.StopWhen([&fetcher] { return !fetcher.fetched().empty(); });

  EXPECT_EQ(ReasonOf(updater.Refresh(kNow).status()), Reason::kFetchFailed);

  const size_t before_stop = fetcher.fetched().size();
  EXPECT_LE(before_stop, 256u) << "one answer";
  EXPECT_FALSE(InForceStore(&store).Load(member)->has_value());
  updater.StopWhen({});
  EXPECT_TRUE(updater.Refresh(kNow).ok());
  EXPECT_EQ(fetcher.fetched().size(), tree.nodes.size() - 1);
}

}  // namespace
}  // namespace mrg
