#include "trustlist/client/updater.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

BuiltTree Tree(int entries, absl::string_view value = "v") {
  std::vector<TreeEntry> list;
  for (int i = 0; i < entries; ++i) list.push_back({absl::StrCat("id-", i), std::string(value)});
  return *BuildTree(list);
}

class UpdaterTest : public ::testing::Test {
 protected:
  UpdaterTest() {
    MetadataStore metadata(&memory_);
    EXPECT_TRUE(InitTrust(member_, repository_.root(1), std::nullopt, &metadata).ok());
  }

  // Expects refusal with `reason`, the set in force untouched, the trusted timestamp not older.
  void ExpectRefused(Reason reason, absl::Time now) {
    const auto before = InForce();
    const int64_t trusted = Trusted("timestamp");
    EXPECT_EQ(ReasonOf(updater_.Refresh(now).status()), reason)
        << updater_.Refresh(now).status().message();
    const auto after = InForce();
    ASSERT_EQ(before.has_value(), after.has_value());
    EXPECT_TRUE(!before.has_value() || SameInForce(*before, *after));
    EXPECT_GE(Trusted("timestamp"), trusted);
  }

  std::optional<InForceSet> InForce() { return *InForceStore(&memory_).Load(member_); }
  int64_t Trusted(absl::string_view role) {
    return *MetadataStore(&memory_).NewestVersion(member_, role);
  }
  int64_t VersionInForce(absl::string_view role) { return InForce()->FindRole(role)->version; }

  const MemberId member_ = *MemberId::Parse("yangtze-delta");
  MemoryStore memory_;
  RepositorySimulator repository_{kStart};
  Updater updater_{member_, &memory_, &repository_};
};

using Threat = UpdaterTest;

TEST_F(UpdaterTest, FirstRefreshPutsEverythingInForce) {
  repository_.SetTarget("targets", "log-keys", "keys");
  repository_.PublishTargets("targets");
  repository_.SetTree("j-31", "31/issuers", Tree(200));
  repository_.Publish("j-31");

  const auto outcome = updater_.Refresh(kStart);

  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(outcome->changed);
  EXPECT_TRUE(SameInForce(*InForce(), outcome->in_force));
  ASSERT_NE(outcome->in_force.FindTarget("31/issuers"), nullptr);
  EXPECT_TRUE(outcome->in_force.FindTarget("31/issuers")->is_tree);
  EXPECT_EQ(outcome->in_force.FindTarget("31/issuers")->role, "j-31");
  EXPECT_EQ(outcome->in_force.FindRole("j-31")->version, 2);
  const BlobStore blobs(&memory_);
  const BlobNodes nodes(&blobs);
  EXPECT_THAT(*MissingNodes(outcome->in_force.FindTarget("31/issuers")->sha256, nodes, 10),
              IsEmpty());
}

TEST_F(UpdaterTest, NothingNewFetchesRootAndTimestampOnly) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  repository_.ForgetRequests();

  const auto outcome = updater_.Refresh(kStart);

  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->changed);
  EXPECT_THAT(repository_.requests(), ::testing::ElementsAre("2.root.json", "timestamp.json"));
}

TEST_F(UpdaterTest, OneChangedEntryFetchesOnePathOfTheTree) {
  const BuiltTree before = Tree(5000);
  repository_.SetTree("j-31", "31/issuers", before);
  repository_.Publish("j-31");
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  BlobStore blobs(&memory_);
  const BuiltTree after =
      *UpdateTree(before.root_sha256, BlobNodes(&blobs), {{"id-7", "changed"}}, {});
  repository_.SetTree("j-31", "31/issuers", after);
  repository_.Publish("j-31");
  repository_.ForgetRequests();

  ASSERT_TRUE(updater_.Refresh(kStart).ok());

  size_t nodes = 0;
  for (const std::string& name : repository_.requests()) nodes += name.starts_with("nodes/");
  EXPECT_EQ(nodes, after.nodes.size() - 1);  // the root is the target itself
  EXPECT_LE(nodes, 3u);
}

TEST_F(UpdaterTest, RootRotationIsFollowedStepByStep) {
  for (int i = 0; i < 3; ++i) {
    repository_.DropKeys("root");
    repository_.AddKey("root");
    repository_.PublishRoot();
  }

  ASSERT_TRUE(updater_.Refresh(kStart).ok());

  EXPECT_EQ(VersionInForce("root"), 4);
}

TEST_F(UpdaterTest, RefreshWithoutFirstRootIsRefused) {
  Updater stranger(*MemberId::Parse("stranger"), &memory_, &repository_);
  EXPECT_EQ(ReasonOf(stranger.Refresh(kStart).status()), Reason::kMemberUnknown);
}

TEST_F(UpdaterTest, FirstRootOtherThanTheNamedOneIsRefused) {
  MemoryStore store;
  MetadataStore metadata(&store);
  const std::string named = *RootDigest(RepositorySimulator(kStart).root(1));

  EXPECT_EQ(ReasonOf(InitTrustFromPeer(member_, named, &repository_, &metadata)),
            Reason::kMemberRootUnconfirmed);
  EXPECT_EQ(*metadata.NewestVersion(member_, "root"), 0);

  EXPECT_TRUE(
      InitTrustFromPeer(member_, *RootDigest(repository_.root(1)), &repository_, &metadata).ok());
  EXPECT_EQ(*metadata.NewestVersion(member_, "root"), 1);
}

TEST_F(UpdaterTest, ExpiredProvinceRoleDoesNotStopTheOthers) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  const absl::Time later = kStart + absl::Hours(24 * 91);
  repository_.SetNow(later);
  repository_.PublishRoot();
  for (const char* role : {"targets", "status"}) repository_.PublishTargets(role);
  repository_.PublishSnapshot();
  repository_.PublishTimestamp();

  const auto outcome = updater_.Refresh(later);

  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_LT(outcome->in_force.FindRole("j-31")->expires, later);
  EXPECT_GT(outcome->in_force.FindRole("status")->expires, later);
}

TEST_F(UpdaterTest, UnreachablePeerLeavesTheSetInForce) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  repository_.SetUnreachable(true);
  ExpectRefused(Reason::kFetchFailed, kStart);
}

TEST_F(UpdaterTest, MissingTargetAndMissingNodeAreRefusedAndMadeGoodLater) {
  repository_.SetTree("j-31", "31/issuers", Tree(200));
  repository_.Publish("j-31");
  std::string node_name;
  for (const auto& [sha256, bytes] : Tree(200).nodes) {
    if (sha256 == Tree(200).root_sha256) continue;
    node_name = absl::StrCat("nodes/", absl::BytesToHexString(sha256));
  }
  const std::string node = repository_.served(node_name);
  repository_.Withdraw(node_name);
  ExpectRefused(Reason::kTreeNodeNotFound, kStart);

  repository_.Serve(node_name, Tree(64).root_bytes());
  ExpectRefused(Reason::kTreeNodeMalformed, kStart);

  repository_.Serve(node_name, node);
  EXPECT_TRUE(updater_.Refresh(kStart).ok());
}

TEST_F(Threat, T01_OlderTimestampIsRefused) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  const std::string old = repository_.served("timestamp.json");
  repository_.PublishTimestamp();
  ASSERT_TRUE(updater_.Refresh(kStart).ok());

  repository_.Serve("timestamp.json", old);

  ExpectRefused(Reason::kMetadataRollback, kStart);
  EXPECT_EQ(VersionInForce("timestamp"), 2);
  EXPECT_EQ(Trusted("timestamp"), 2);
}

TEST_F(Threat, T01_TimestampOfAnOlderSnapshotIsRefused) {
  const NamedFile old = repository_.snapshot();
  repository_.Publish("j-31");
  ASSERT_TRUE(updater_.Refresh(kStart).ok());

  repository_.PublishTimestampOf(old);

  ExpectRefused(Reason::kMetadataRollback, kStart);
  EXPECT_EQ(VersionInForce("snapshot"), 2);
}

TEST_F(Threat, T01_SnapshotOfOlderTargetsIsRefused) {
  const auto old = repository_.targets_files();
  repository_.Publish("targets");
  ASSERT_TRUE(updater_.Refresh(kStart).ok());

  repository_.PublishSnapshotOf(old);
  repository_.PublishTimestamp();

  ExpectRefused(Reason::kMetadataRollback, kStart);
  EXPECT_EQ(VersionInForce("targets"), 2);
}

TEST_F(Threat, T01_SnapshotThatDropsARoleIsRefused) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  auto files = repository_.targets_files();
  files.erase("j-31");

  repository_.PublishSnapshotOf(files);
  repository_.PublishTimestamp();

  ExpectRefused(Reason::kMetadataRollback, kStart);
}

TEST_F(Threat, T01_OlderRootServedAsTheNextIsRefused) {
  repository_.PublishRoot();
  ASSERT_TRUE(updater_.Refresh(kStart).ok());

  repository_.Serve("3.root.json", repository_.root(1));

  ExpectRefused(Reason::kMetadataRollback, kStart);
  EXPECT_EQ(Trusted("root"), 2);
}

TEST_F(Threat, T02_FrozenRepositoryIsRefusedOnceItsTimestampExpired) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  ASSERT_TRUE(updater_.Refresh(kStart + absl::Hours(1) - absl::Seconds(1)).ok());

  ExpectRefused(Reason::kMetadataExpired, kStart + absl::Hours(1));
  EXPECT_EQ(InForce()->FindRole("timestamp")->expires, kStart + absl::Hours(1));
}

TEST_F(Threat, T02_ExpiredSnapshotTargetsOrRootUnderAFreshTimestampIsRefused) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  const absl::Time after_snapshot = kStart + absl::Hours(24 * 7);
  repository_.SetNow(after_snapshot);
  repository_.PublishTimestamp();
  ExpectRefused(Reason::kMetadataExpired, after_snapshot);

  const absl::Time after_targets = kStart + absl::Hours(24 * 90);
  repository_.SetNow(after_targets);
  repository_.PublishSnapshot();
  repository_.PublishTimestamp();
  ExpectRefused(Reason::kMetadataExpired, after_targets);  // the root

  repository_.PublishRoot();
  ExpectRefused(Reason::kMetadataExpired, after_targets);  // the targets

  repository_.Publish("targets");
  EXPECT_TRUE(updater_.Refresh(after_targets).ok());
}

TEST_F(Threat, T03_TargetsOfAnotherMomentThanTheSnapshotAreRefused) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  repository_.SetTarget("status", "31/status/licences", "1st");
  repository_.PublishTargets("status");
  const std::string other = repository_.served("2.status.json");
  repository_.draft("status").SetVersion(1);
  repository_.SetTarget("status", "31/status/licences", "2nd");
  repository_.Publish("status");

  repository_.Serve("2.status.json", other);  // signed, same version and length, another moment

  ExpectRefused(Reason::kMetadataMismatch, kStart);
  EXPECT_EQ(VersionInForce("status"), 1);
}

TEST_F(Threat, T03_SnapshotOfAnotherMomentThanTheTimestampIsRefused) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  repository_.PublishSnapshot();
  const std::string other = repository_.served("2.snapshot.json");
  repository_.SetSnapshotVersion(1);
  repository_.SetNow(kStart + absl::Seconds(1));
  repository_.PublishSnapshot();
  repository_.PublishTimestamp();

  repository_.Serve("2.snapshot.json", other);

  ExpectRefused(Reason::kMetadataMismatch, kStart);
}

TEST_F(Threat, T04_VersionSetVeryHighIsRecoveredFromByRotatingTheKeys) {
  repository_.SetTimestampVersion(1'000'000);
  repository_.SetSnapshotVersion(1'000'000);
  repository_.PublishSnapshot();
  repository_.PublishTimestamp();
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  repository_.SetTimestampVersion(1);
  repository_.SetSnapshotVersion(1);
  repository_.PublishSnapshot();
  repository_.PublishTimestamp();
  ExpectRefused(Reason::kMetadataRollback, kStart);

  for (const char* role : {"timestamp", "snapshot"}) {
    repository_.DropKeys(role);
    repository_.AddKey(role);
  }
  repository_.PublishRoot();
  repository_.SetTimestampVersion(1);
  repository_.SetSnapshotVersion(1);
  repository_.PublishSnapshot();
  repository_.PublishTimestamp();

  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  EXPECT_EQ(VersionInForce("timestamp"), 2);
  EXPECT_EQ(Trusted("snapshot"), 2);
}

TEST_F(Threat, T05_EndlessFilesAreCutAtTheLimit) {
  repository_.Serve("timestamp.json", std::string(1 << 20, ' '));
  ExpectRefused(Reason::kMetadataTooLong, kStart);

  repository_.PublishTimestamp();
  repository_.Serve("1.snapshot.json", repository_.served("1.snapshot.json") + " ");
  ExpectRefused(Reason::kMetadataTooLong, kStart);  // longer than the timestamp says
}

TEST_F(Threat, T05_TargetLongerThanListedOrThanAllowedIsRefused) {
  repository_.SetTarget("j-31", "31/issuers", "content");
  repository_.Publish("j-31");
  const std::string name =
      absl::StrCat("31/", absl::BytesToHexString(Sha256("content")), ".issuers");
  repository_.Serve(name, "content and more");
  ExpectRefused(Reason::kMetadataTooLong, kStart);

  repository_.Serve(name, "contens");
  ExpectRefused(Reason::kMetadataMismatch, kStart);

  repository_.SetTarget("j-31", "31/issuers", std::string((1 << 20) + 1, 'x'));
  repository_.Publish("j-31");
  ExpectRefused(Reason::kMetadataTooLong, kStart);
}

TEST_F(Threat, T06_OneKeyOfAThresholdOfTwoIsNotEnough) {
  repository_.AddKey("j-31");
  repository_.SetThreshold("j-31", 2);
  repository_.PublishTargets("j-31");
  repository_.Publish("targets");
  ASSERT_TRUE(updater_.Refresh(kStart).ok());

  MetadataDraft stolen = repository_.draft("j-31");
  stolen.SetVersion(3);
  ASSERT_TRUE(stolen.Sign(repository_.signer("j-31", 0)).ok());
  auto files = repository_.targets_files();
  files["j-31"] = {3, stolen.Bytes()};
  repository_.Serve("3.j-31.json", stolen.Bytes());
  repository_.PublishSnapshotOf(files);
  repository_.PublishTimestamp();

  const auto outcome = updater_.Refresh(kStart);

  // The province is left out, so that its fault stops nobody else.
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_EQ(outcome->in_force.left_out.size(), 1u);
  EXPECT_EQ(outcome->in_force.left_out.front().role, "j-31");
  EXPECT_EQ(outcome->in_force.left_out.front().reason, Reason::kMetadataThreshold);
  EXPECT_TRUE(SameInForce(*InForce(), outcome->in_force));
  EXPECT_EQ(InForce()->FindRole("j-31"), nullptr);
}

TEST_F(Threat, T09_ClimbingAbsoluteOrTwinNamesAreRefused) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  for (const std::string& path :
       {std::string("../issuers"), std::string("/31/issuers"), std::string("31//x"),
        std::string("31/%2e%2e"), std::string("31/a\0b", 6), std::string(257, 'a')}) {
    RepositorySimulator evil(kStart);
    MemoryStore store;
    MetadataStore metadata(&store);
    ASSERT_TRUE(InitTrust(member_, evil.root(1), std::nullopt, &metadata).ok());
    evil.draft("j-31").SetTarget(path, {1, Sha256("x"), false});
    evil.Publish("j-31");
    Updater updater(member_, &store, &evil);
    const auto outcome = updater.Refresh(kStart);
    // The file counts for nothing; the other provinces go on.
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    ASSERT_EQ(outcome->in_force.left_out.size(), 1u) << path;
    EXPECT_EQ(outcome->in_force.left_out.front().reason, Reason::kMetadataMalformed) << path;
    EXPECT_EQ(outcome->in_force.FindRole("j-31"), nullptr) << path;
    EXPECT_EQ(outcome->in_force.FindTarget(path), nullptr) << path;
  }
  repository_.draft("j-31").SetTarget("31/twin", {1, Sha256("x"), false});
  repository_.draft("j-31").SetTarget("31/TWIN", {1, Sha256("x"), false});
  repository_.Publish("j-31");
  const auto twins = updater_.Refresh(kStart);
  ASSERT_TRUE(twins.ok()) << twins.status();
  ASSERT_EQ(twins->in_force.left_out.size(), 1u);
  EXPECT_EQ(twins->in_force.left_out.front().reason, Reason::kMetadataMalformed);
  EXPECT_EQ(Trusted("j-31"), 1);
}

TEST_F(Threat, T09_DelegationToAClimbingRoleNameIsRefused) {
  ASSERT_TRUE(updater_.Refresh(kStart).ok());
  for (const std::string& name :
       {std::string("../j-31"), std::string("J-31"), std::string("root"), std::string(".")}) {
    if (name != "root") repository_.AddKey(name);
    repository_.SetDelegations({{name, {}, {"31/*"}}});
    repository_.Publish("targets");
    ExpectRefused(Reason::kMetadataMalformed, kStart);
  }
  for (const std::string& request : repository_.requests()) {
    EXPECT_THAT(request, Not(::testing::HasSubstr("..")));
  }
}

TEST_F(Threat, T10_CrashAtAnyWriteKeepsOneCompleteSet) {
  using Fault = FaultyStore::Fault;
  repository_.SetTree("j-31", "31/issuers", Tree(200, "old"));
  repository_.Publish("j-31");
  const std::string old_timestamp = repository_.served("timestamp.json");
  const BuiltTree new_tree = Tree(200, "new");
  repository_.SetTree("j-31", "31/issuers", new_tree);
  repository_.PublishRoot();
  repository_.Publish("j-31");
  const std::string new_timestamp = repository_.served("timestamp.json");

  for (const Fault fault :
       {Fault::kCrashBefore, Fault::kCrashAfter, Fault::kErrorAndLost, Fault::kErrorButPersisted}) {
    int faults = 0;
    for (int nth = 1;; ++nth) {
      MemoryStore memory;
      MetadataStore metadata(&memory);
      ASSERT_TRUE(InitTrust(member_, repository_.root(1), std::nullopt, &metadata).ok());
      repository_.Serve("timestamp.json", old_timestamp);
      ASSERT_TRUE(Updater(member_, &memory, &repository_).Refresh(kStart).ok());
      const InForceSet old_set = **InForceStore(&memory).Load(member_);
      repository_.Serve("timestamp.json", new_timestamp);
      FaultyStore store(&memory);
      Updater updater(member_, &store, &repository_);

      store.FailCommit(nth, fault);
      const absl::Status status = updater.Refresh(kStart).status();

      if (!store.fault_fired()) break;
      ++faults;
      EXPECT_EQ(ReasonOf(status), Reason::kStoreUnavailable);
      store.Restart();
      const InForceSet set = **InForceStore(&store).Load(member_);
      BlobStore blobs(&memory);
      EXPECT_THAT(*MissingNodes(set.FindTarget("31/issuers")->sha256, BlobNodes(&blobs), 10),
                  IsEmpty());
      EXPECT_TRUE(SameInForce(set, old_set) ||
                  set.FindTarget("31/issuers")->sha256 == new_tree.root_sha256);
      EXPECT_TRUE(updater.Refresh(kStart).ok()) << "after fault at commit " << nth;
      EXPECT_EQ((*InForceStore(&store).Load(member_))->FindTarget("31/issuers")->sha256,
                new_tree.root_sha256);
    }
    EXPECT_GE(faults, 4);  // timestamp, snapshot, j-31, in force
  }
}

TEST_F(Threat, T11_ClockThatJumpsBackTakesNoRollbackAndForwardRefuses) {
  repository_.PublishTimestamp();
  ASSERT_TRUE(updater_.Refresh(kStart).ok());

  EXPECT_TRUE(updater_.Refresh(kStart - absl::Hours(24)).ok());
  ExpectRefused(Reason::kMetadataExpired, kStart + absl::Hours(24 * 365));
  EXPECT_TRUE(updater_.Refresh(kStart).ok());
  EXPECT_EQ(VersionInForce("timestamp"), 2);
}

TEST_F(Threat, T12_WhatARoleListsOutsideItsDelegationIsNotFound) {
  repository_.SetTarget("j-31", "50/issuers", "another province's list");
  repository_.SetTarget("j-31", "31/status/licences", "an empty status list");
  repository_.SetTarget("j-31", "31/agreements/a/1", "two levels down");
  repository_.SetTarget("j-31", "31/issuers", "its own");
  repository_.Publish("j-31");

  const auto outcome = updater_.Refresh(kStart);

  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_EQ(outcome->in_force.targets.size(), 1u);
  EXPECT_EQ(outcome->in_force.targets[0].path, "31/issuers");
}

}  // namespace
}  // namespace mrg
