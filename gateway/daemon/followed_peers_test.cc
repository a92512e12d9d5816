#include "gateway/daemon/followed_peers.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/testing/ids.h"
#include "gateway/federation/testing/following_parts.h"
#include "gtest/gtest.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// Calls that are answered once they are cut, and not before.
class OpenCalls {
 public:
  absl::Status Make() {
    MutexLock lock(mu_);
    ++count_;
    changed_.NotifyAll();
    while (!cut_) changed_.Wait(mu_);
    return MakeError(Reason::kFetchFailed, "cut");
  }
  void Cut() {
    MutexLock lock(mu_);
    cut_ = true;
    changed_.NotifyAll();
  }
  void WaitFor(size_t count) {
    MutexLock lock(mu_);
    while (count_ < count) changed_.Wait(mu_);
  }

 private:
  Mutex mu_;
  CondVar changed_;
  size_t count_ ABSL_GUARDED_BY(mu_) = 0;
  bool cut_ ABSL_GUARDED_BY(mu_) = false;
};

class StallingFetcher : public Fetcher {
 public:
  explicit StallingFetcher(OpenCalls* calls) : calls_(calls) {}

  absl::StatusOr<std::string> FetchMetadata(absl::string_view, std::optional<int64_t>,
                                            size_t) override {
    return calls_->Make();
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view, absl::string_view, size_t) override {
    return calls_->Make();
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(const std::vector<std::string>&) override {
    return calls_->Make();
  }

 private:
  OpenCalls* const calls_;
};

class EndedStream : public HintStream {
 public:
  bool HasEnded() const override { return true; }
};

class StallingConnection : public PeerConnection {
 public:
  std::unique_ptr<Fetcher> FetcherOf(const MemberId&) override {
    return std::make_unique<StallingFetcher>(&calls);
  }
  std::unique_ptr<HintStream> WatchHints(OnHint) override {
    return std::make_unique<EndedStream>();
  }
  absl::StatusOr<trustlist::v1::ExchangeHeadsResponse> ExchangeHeads(
      const trustlist::v1::ExchangeHeadsRequest&) override {
    return calls.Make();
  }
  absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GetEpochKey(const JurisdictionId&,
                                                                 uint32_t) override {
    return calls.Make();
  }
  absl::StatusOr<uint64_t> Deliver(const dispute::v1::DeliverRequest&) override {
    return calls.Make();
  }
  void Cut() override { calls.Cut(); }

  OpenCalls calls;
};

TEST(Threat, N05_H5_FollowingEndsAlthoughThePeerAnswersOnlyWhatIsCut) {
  RepositorySimulator repository(kStart);
  const MemberId own = AsMember("yangtze-delta");
  const MemberId hub = AsMember("hub");
  FollowingParts node(
      own, {{hub, "127.0.0.1:1", "hub.example", "", repository.root(1), "", true, false}}, kStart);
  const auto connection = std::make_shared<StallingConnection>();
  TrustHints hints;

  {
    const FollowedPeers following(own, node.peers, {{hub, connection}}, absl::Seconds(30),
                                  node.parts(), &hints);
    connection->calls.WaitFor(2);  // one for lists, one for heads
  }

  EXPECT_TRUE(node.TakeInForce().empty());
}

}  // namespace
}  // namespace mrg
