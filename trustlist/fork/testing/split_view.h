#ifndef MRG_TRUSTLIST_FORK_TESTING_SPLIT_VIEW_H_
#define MRG_TRUSTLIST_FORK_TESTING_SPLIT_VIEW_H_

// Two nodes that follow one publisher and are shown different histories of it, as far as each
// refreshes and exchanges heads.
//
// Threads: of the test.

#include <string>
#include <vector>

#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/fork/fork_evidence.h"
#include "trustlist/fork/fork_store.h"
#include "trustlist/fork/head_exchange.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {

inline const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

inline const MemberId& Publisher() {
  static const MemberId* const publisher = new MemberId(*MemberId::Parse("yangtze-delta"));
  return *publisher;
}

// One node that follows the publisher.
class Follower {
 public:
  explicit Follower(RepositorySimulator* shown)
      : updater_(Publisher(), &memory_, shown, {}, OnFork()), exchange_(&memory_, OnFork()) {
    MetadataStore metadata(&memory_);
    EXPECT_TRUE(InitTrust(Publisher(), shown->root(1), std::nullopt, &metadata).ok());
  }

  absl::Status Refresh() { return updater_.Refresh(kStart).status(); }

  // One exchange: this node shows its newest heads to `peer`, and gets its heads and files.
  int Exchange(const Follower& peer) {
    const std::vector<Head> newest = *exchange_.NewestHeadsOf(Publisher());
    EXPECT_TRUE(exchange_.Compare(*peer.exchange_.FilesAgainst(newest, 64), kStart).ok());
    return *exchange_.CountContradictions(*peer.exchange_.HeadsOf(Publisher()));
  }

  // The publishers of which `peer` has a newer root.
  std::vector<MemberId> NewerRootsOf(const Follower& peer) const {
    return *exchange_.NewerRoots(*peer.exchange_.HeadsOf(Publisher()));
  }

  // A peer shows one file.
  void ShowFile(const std::string& timestamp) {
    EXPECT_TRUE(exchange_.Compare({{Publisher(), "timestamp", timestamp}}, kStart).ok());
  }

  int64_t Trusted() { return *MetadataStore(&memory_).NewestVersion(Publisher(), "timestamp"); }
  int64_t InForce() {
    return (*InForceStore(&memory_).Load(Publisher()))->FindRole("timestamp")->version;
  }
  bool Frozen() { return *ForkStore(&memory_).IsFrozen(Publisher()); }
  std::vector<KeptFork> Forks() const { return *ForkStore(&memory_).List(Publisher()); }
  std::vector<std::string> ForkIds() const {
    std::vector<std::string> ids;
    for (const KeptFork& fork : Forks()) ids.push_back(fork.id);
    return ids;
  }
  void ResumeAll() {
    for (const KeptFork& fork : Forks()) {
      EXPECT_TRUE(ForkStore(&memory_).Resume(Publisher(), fork.id, "cleared", kStart).ok());
    }
  }
  int alarms() const { return alarms_; }

 private:
  OnForkFn OnFork() {
    return [this](const trustlist::v1::ForkEvidence& evidence) {
      ++alarms_;
      EXPECT_TRUE(CheckForkEvidence(evidence).ok());
    };
  }

  int alarms_ = 0;
  mutable MemoryStore memory_;
  Updater updater_;
  HeadExchange exchange_;
};

class SplitViewTest : public ::testing::Test {
 protected:
  SplitViewTest() {
    EXPECT_TRUE(left_.Refresh().ok());
    EXPECT_TRUE(right_.Refresh().ok());
  }

  void Publish(RepositorySimulator* repository) {
    repository->SetNow(now_ += absl::Seconds(1));
    repository->PublishTimestamp();
  }

  absl::Time now_ = kStart;
  RepositorySimulator repository_{kStart};
  RepositorySimulator twin_ = repository_;  // another view, signed with the same keys
  Follower left_{&repository_};
  Follower right_{&twin_};
};

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORK_TESTING_SPLIT_VIEW_H_
