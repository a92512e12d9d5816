#include "trustlist/client/client_workflow.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/memory_files.h"
#include "trustlist/client/mirror_fetcher.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/testing/plain_repository.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

// Remembers what it was shown; agrees with all of it.
class ListeningHistory : public HistoryObserver {
 public:
  absl::Status CheckNotFrozen() const override { return absl::OkStatus(); }
  absl::StatusOr<bool> Agrees(absl::string_view, absl::string_view bytes, absl::Time) override {
    shown.emplace_back(bytes);
    return true;
  }
  absl::Status KeepEarlier(int64_t first, std::span<const std::string> timestamps) override {
    for (const std::string& bytes : timestamps) kept[first++] = bytes;
    return absl::OkStatus();
  }

  std::vector<std::string> shown;
  std::map<int64_t, std::string> kept;
};

// Files of a process that is killed before it keeps a timestamp.
class KilledFiles : public MemoryFiles {
 public:
  absl::Status Take(absl::string_view role, int64_t version, absl::string_view bytes) override {
    if (role == kTimestampRole && killed) return MakeError(Reason::kStoreUnavailable, "killed");
    return MemoryFiles::Take(role, version, bytes);
  }

  bool killed = false;
};

// Gives one timestamp an answer.
class SlowFetcher : public Fetcher {
 public:
  explicit SlowFetcher(Fetcher* source) : source_(source) {}

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override {
    return source_->FetchMetadata(role, version, bytes_max);
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view digest,
                                          size_t bytes_max) override {
    return source_->FetchTarget(path, digest, bytes_max);
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    return source_->FetchNodes(sha256);
  }
  absl::StatusOr<std::vector<std::string>> FetchTimestamps(int64_t first, int64_t,
                                                           size_t bytes_max) override {
    ++answers_;
    return source_->FetchTimestamps(first, first, bytes_max);
  }

  int answers() const { return answers_; }

 private:
  Fetcher* const source_;
  int answers_ = 0;
};

class ClientWorkflowTest : public ::testing::Test {
 protected:
  ClientWorkflowTest() { EXPECT_TRUE(files_.Take(kRootRole, 1, repository_.root(1)).ok()); }

  absl::StatusOr<WithTargets> Refresh() {
    return RefreshTopLevel({&repository_, &files_, &history_}, options_, kStart);
  }
  absl::StatusOr<std::vector<DelegationFault>> RefreshAll() {
    auto client = Refresh();
    if (!client.ok()) return client.status();
    auto faults = client->UpdateDelegated();
    visible_.clear();
    const std::vector<ListedTarget> targets = *client->trusted().VisibleTargets();
    for (const ListedTarget& target : targets) {
      visible_.push_back(target.path);
    }
    return faults;
  }
  int64_t Trusted(absl::string_view role) {
    const auto bytes = *files_.Newest(role);
    return bytes.has_value() ? Json::parse(*bytes)["signed"]["version"].get<int64_t>() : 0;
  }
  // Signs the newest timestamp anew, changed by `edit`, and serves it.
  template <typename Edit>
  void ServeTimestamp(Edit edit) {
    MetadataDraft draft =
        MetadataDraft::FromSigned(Json::parse(repository_.timestamp().bytes)["signed"]);
    edit(draft);
    ASSERT_TRUE(draft.Sign(repository_.signer(kTimestampRole)).ok());
    repository_.Serve("timestamp.json", draft.Bytes());
  }

  RepositorySimulator repository_{kStart};
  KilledFiles files_;
  ListeningHistory history_;
  ClientOptions options_;
  std::vector<std::string> visible_;
};

using Threat = ClientWorkflowTest;

TEST_F(ClientWorkflowTest, EachStepGivesTheNextOneAndKeepsWhatItTook) {
  auto with_root = WithRoot::Begin({&repository_, &files_}, options_, kStart);
  ASSERT_TRUE(with_root.ok());
  EXPECT_EQ(Trusted("timestamp"), 0);
  auto with_timestamp = (*std::move(with_root)).UpdateTimestamp();
  ASSERT_TRUE(with_timestamp.ok());
  EXPECT_EQ(Trusted("timestamp"), 1);
  auto with_snapshot = (*std::move(with_timestamp)).UpdateSnapshot();
  ASSERT_TRUE(with_snapshot.ok());
  EXPECT_EQ(Trusted("snapshot"), 1);
  EXPECT_TRUE((*std::move(with_snapshot)).UpdateTargets().ok());
  EXPECT_EQ(Trusted("targets"), 1);
}

TEST_F(ClientWorkflowTest, H1_AProvinceThatDelegatesToARoleThatIsNotThereStopsNobody) {
  repository_.SetTarget("j-31", "31/issuers", "issuers");
  repository_.SetTarget("status", "31/status/licences", "marks");
  Json delegations =
      MakeTargets({{"j-31-sub", {{repository_.signer("j-31").public_key()}}, {"31/*"}}}, 1, kStart)
          .signed_part()["delegations"];
  repository_.draft("j-31").SetMember("delegations", std::move(delegations));
  repository_.PublishTargets("status");
  repository_.Publish("j-31");

  const auto faults = RefreshAll();

  ASSERT_TRUE(faults.ok()) << faults.status();
  ASSERT_EQ(faults->size(), 1u);
  EXPECT_EQ(faults->front().delegator, "j-31");
  EXPECT_EQ(faults->front().role, "j-31-sub");
  EXPECT_THAT(visible_, ElementsAre("31/issuers", "31/status/licences"));
}

TEST_F(ClientWorkflowTest, H1_AProvinceThatSignsWithAnotherKeyStopsNobody) {
  repository_.SetTarget("targets", "log-keys", "keys");
  repository_.SetTarget("j-31", "31/issuers", "issuers");
  repository_.PublishTargets("targets");
  repository_.DropKeys("j-31");
  repository_.AddKey("j-31");
  repository_.Publish("j-31");

  const auto faults = RefreshAll();

  ASSERT_TRUE(faults.ok()) << faults.status();
  ASSERT_EQ(faults->size(), 1u);
  EXPECT_EQ(ReasonOf(faults->front().status), Reason::kMetadataThreshold);
  EXPECT_THAT(visible_, ElementsAre("log-keys"));
}

TEST_F(ClientWorkflowTest, H1_AFileThatIsWithheldOrChangedIsTheFaultOfWhoeverGaveIt) {
  repository_.Publish("j-31");
  const std::string bytes = repository_.served("2.j-31.json");
  repository_.Withdraw("2.j-31.json");
  EXPECT_EQ(ReasonOf(RefreshAll().status()), Reason::kMetadataNotFound);

  repository_.Serve("2.j-31.json", bytes.substr(1) + " ");
  EXPECT_EQ(ReasonOf(RefreshAll().status()), Reason::kMetadataMismatch);

  repository_.Serve("2.j-31.json", bytes);
  EXPECT_TRUE(RefreshAll().ok());
}

TEST_F(ClientWorkflowTest, H3_EveryFileIsNamedWithLengthAndDigest) {
  for (const char* member : {"length", "hashes"}) {
    ServeTimestamp([&](MetadataDraft& draft) {
      Json meta = draft.signed_part()["meta"];
      meta["snapshot.json"].erase(member);
      draft.SetMember("meta", meta);
    });
    EXPECT_EQ(ReasonOf(Refresh().status()), Reason::kMetadataMalformed) << member;

    MetadataDraft snapshot =
        MetadataDraft::FromSigned(Json::parse(repository_.snapshot().bytes)["signed"]);
    Json meta = snapshot.signed_part()["meta"];
    meta["j-31.json"].erase(member);
    snapshot.SetMember("meta", meta);
    snapshot.SetVersion(snapshot.version() + 1);
    ASSERT_TRUE(snapshot.Sign(repository_.signer(kSnapshotRole)).ok());
    repository_.Serve(absl::StrCat(snapshot.version(), ".snapshot.json"), snapshot.Bytes());
    repository_.PublishTimestampOf({snapshot.version(), snapshot.Bytes()});
    EXPECT_EQ(ReasonOf(Refresh().status()), Reason::kMetadataMalformed) << member;
  }
}

TEST_F(ClientWorkflowTest, H3_EveryTimestampButTheFirstOfAChainNamesTheOneBefore) {
  repository_.PublishTimestamp();
  const auto forget_previous = [](MetadataDraft& draft) {
    Json signed_part = draft.signed_part();
    signed_part.erase("x-mrg-prev");
    draft = MetadataDraft::FromSigned(signed_part);
  };
  ServeTimestamp(forget_previous);
  EXPECT_EQ(ReasonOf(Refresh().status()), Reason::kMetadataMalformed);

  repository_.DropKeys(kTimestampRole);
  repository_.AddKey(kTimestampRole);
  repository_.PublishRoot();
  repository_.PublishTimestamp();
  ServeTimestamp(forget_previous);
  EXPECT_TRUE(Refresh().ok());
}

TEST_F(ClientWorkflowTest, M6_AGapIsGoneThroughToTheTrustedTimestamp) {
  ASSERT_TRUE(Refresh().ok());
  history_.shown.clear();
  for (int i = 0; i < 100; ++i) repository_.PublishTimestamp();

  ASSERT_TRUE(Refresh().ok());

  EXPECT_EQ(Trusted("timestamp"), 101);
  // The one that follows the trusted one is compared too: there another history would part.
  EXPECT_THAT(history_.shown, Contains(repository_.served("2.timestamp.json")));
  // What it went through it keeps, for others that have the same gap to close.
  ASSERT_EQ(history_.kept.size(), 99u);
  for (const auto& [version, bytes] : history_.kept) {
    EXPECT_EQ(bytes, repository_.served(absl::StrCat(version, ".timestamp.json")));
  }
}

TEST_F(Threat, M6_ASourceThatGivesTimestampsOneByOneHoldsNobodyUp) {
  ASSERT_TRUE(Refresh().ok());
  for (int i = 0; i < 100; ++i) repository_.PublishTimestamp();
  SlowFetcher slow(&repository_);

  const auto refreshed = RefreshTopLevel({&slow, &files_, &history_}, options_, kStart);

  EXPECT_EQ(ReasonOf(refreshed.status()), Reason::kFetchFailed);
  EXPECT_LE(slow.answers(), 18);
  EXPECT_EQ(Trusted("timestamp"), 1);
}

TEST_F(Threat, M6_AGapThatCannotBeShownIsNotJumpedOver) {
  ASSERT_TRUE(Refresh().ok());
  for (int i = 0; i < 50; ++i) repository_.PublishTimestamp();
  const std::string missing = repository_.served("20.timestamp.json");

  repository_.Withdraw("20.timestamp.json");
  EXPECT_EQ(ReasonOf(Refresh().status()), Reason::kGapUnproven);
  EXPECT_EQ(Trusted("timestamp"), 1);

  // Another file in its place, and nothing but its signature is right.
  repository_.Serve("20.timestamp.json", repository_.served("19.timestamp.json"));
  EXPECT_EQ(ReasonOf(Refresh().status()), Reason::kGapUnproven);
  EXPECT_EQ(Trusted("timestamp"), 1);

  repository_.Serve("20.timestamp.json", missing);
  EXPECT_TRUE(Refresh().ok());
  EXPECT_EQ(Trusted("timestamp"), 51);
}

TEST_F(Threat, M6_AGapLongerThanAPublisherKeepsIsNotAskedFor) {
  ASSERT_TRUE(Refresh().ok());
  repository_.SetTimestampVersion(1'000'000);
  repository_.PublishTimestamp();
  repository_.ForgetRequests();

  EXPECT_EQ(ReasonOf(Refresh().status()), Reason::kGapUnproven);

  EXPECT_THAT(repository_.requests(), ElementsAre("2.root.json", "timestamp.json"));
  EXPECT_EQ(Trusted("timestamp"), 1);
}

TEST_F(ClientWorkflowTest, M6_WhoNeverFollowedAndARotatedKeyBeginAChain) {
  for (int i = 0; i < 5; ++i) repository_.PublishTimestamp();
  repository_.Withdraw("3.timestamp.json");
  ASSERT_TRUE(Refresh().ok());

  repository_.DropKeys(kTimestampRole);
  repository_.AddKey(kTimestampRole);
  repository_.PublishRoot();
  repository_.SetTimestampVersion(1'000'000);
  repository_.PublishTimestamp();
  EXPECT_TRUE(Refresh().ok());
  EXPECT_EQ(Trusted("timestamp"), 1'000'001);
}

TEST_F(Threat, L2_TheGapIsComparedAgainAfterAKillBetweenTwoWrites) {
  ASSERT_TRUE(Refresh().ok());
  for (int i = 0; i < 3; ++i) repository_.PublishTimestamp();
  files_.killed = true;
  EXPECT_EQ(ReasonOf(Refresh().status()), Reason::kStoreUnavailable);
  files_.killed = false;
  history_.shown.clear();

  ASSERT_TRUE(Refresh().ok());

  EXPECT_THAT(history_.shown, Contains(repository_.served("2.timestamp.json")));
  EXPECT_THAT(history_.shown, Contains(repository_.served("3.timestamp.json")));
}

TEST_F(ClientWorkflowTest, H8_ARefreshEndsWhenItIsStopped) {
  for (size_t steps = 0; steps < 6; ++steps) {
    MemoryFiles files;
    ASSERT_TRUE(files.Take(kRootRole, 1, repository_.root(1)).ok());
    repository_.ForgetRequests();
    options_.stop = [this, steps] { return repository_.requests().size() >= steps; };
    auto client = RefreshTopLevel({&repository_, &files}, options_, kStart);
    const absl::Status status = client.ok() ? client->UpdateDelegated().status() : client.status();
    EXPECT_EQ(ReasonOf(status), Reason::kFetchFailed) << steps;
    EXPECT_EQ(repository_.requests().size(), steps);
  }
}

// Two delegators name one role; only the first names the key that signs it.
class TwoDelegators {
 public:
  TwoDelegators() {
    repository.Delegate("targets", "A", {"a/*"});
    repository.Delegate("targets", "B", {"b/*"});
    repository.Delegate("A", "C", {"a/*"});
    const PlainRepository::Keys signers = repository.signers("C");
    repository.SetSigners("C", {PlainRepository::NewKey()});
    repository.Delegate("B", "C", {"b/*"});
    repository.SetSigners("C", signers);
    repository.AddTarget("C", "a/f", "of a");
    repository.AddTarget("C", "b/f", "of b");
    repository.Publish({"A", "B", "C", "targets", "snapshot", "timestamp"});
  }

  PlainRepository repository{kStart};
};

TEST_F(Threat, T13_WhatOneDelegatorVerifiedIsNotTakenOnTheOthersWord) {
  for (const bool right_one_first : {true, false}) {
    TwoDelegators two;
    MirrorFetcher mirror(&two.repository.metadata());
    MemoryFiles files;
    ASSERT_TRUE(files.Take(kRootRole, 1, two.repository.root(1)).ok());
    auto client = RefreshTopLevel({&mirror, &files}, {ClientRules::kSpecification, {}, {}}, kStart);
    ASSERT_TRUE(client.ok()) << client.status();

    if (right_one_first) {
      EXPECT_TRUE(client->Find("a/f")->has_value());
    }
    EXPECT_EQ(ReasonOf(client->Find("b/f").status()), Reason::kMetadataThreshold);
    EXPECT_TRUE(client->Find("a/f")->has_value());
    EXPECT_EQ(ReasonOf(client->Find("b/f").status()), Reason::kMetadataThreshold);
  }
}

TEST_F(ClientWorkflowTest, H1_WhatABrokenDelegationCoversIsNotFoundBehindIt) {
  PlainRepository repository(kStart);
  repository.Delegate("targets", "A", {"a/*"});
  repository.Delegate("targets", "B", {"*/*"});
  repository.AddTarget("B", "a/f", "of another role");
  repository.AddTarget("B", "b/f", "of its own");
  repository.SetSigners("A", {PlainRepository::NewKey()});
  repository.Publish({"A", "B", "targets", "snapshot", "timestamp"});
  MirrorFetcher mirror(&repository.metadata());
  MemoryFiles files;
  ASSERT_TRUE(files.Take(kRootRole, 1, repository.root(1)).ok());
  auto client = RefreshTopLevel({&mirror, &files}, {ClientRules::kSpecification, {}, {}}, kStart);
  ASSERT_TRUE(client.ok()) << client.status();

  // Without digests in the snapshot, who is to blame cannot be told; it is whoever signed.
  const auto faults = client->UpdateDelegated();

  ASSERT_TRUE(faults.ok()) << faults.status();
  EXPECT_EQ(faults->size(), 1u);
  ASSERT_EQ(client->trusted().VisibleTargets()->size(), 1u);
  EXPECT_EQ(client->trusted().VisibleTargets()->front().path, "b/f");
}

TEST_F(Threat, T13_EachDelegationIsVerifiedWhenAllAreFollowed) {
  TwoDelegators two;
  MirrorFetcher mirror(&two.repository.metadata());
  MemoryFiles files;
  ASSERT_TRUE(files.Take(kRootRole, 1, two.repository.root(1)).ok());
  auto client = RefreshTopLevel({&mirror, &files}, {ClientRules::kSpecification, {}, {}}, kStart);
  ASSERT_TRUE(client.ok()) << client.status();

  const auto faults = client->UpdateDelegated();

  ASSERT_TRUE(faults.ok()) << faults.status();
  ASSERT_EQ(faults->size(), 1u);
  EXPECT_EQ(faults->front().delegator, "B");
  EXPECT_EQ(faults->front().role, "C");
  ASSERT_EQ(client->trusted().VisibleTargets()->size(), 1u);
  EXPECT_EQ(client->trusted().VisibleTargets()->front().path, "a/f");
}

}  // namespace
}  // namespace mrg
