#include "trustlist/client/folder_client.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "trustlist/client/mirror_fetcher.h"
#include "trustlist/client/mirror_names.h"
#include "trustlist/format/metadata_header.h"
#include "trustlist/store/durable_file.h"
#include "trustlist/testing/plain_repository.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

class FolderClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ + "/metadata");
    std::filesystem::create_directories(folder_ + "/targets");
    Init(repository_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Init(PlainRepository& repository) {
    ASSERT_TRUE(InitFolder(folder_ + "/metadata", repository.root(1)).ok());
  }
  absl::Status Refresh(absl::Time now = kNow, MetadataLimits limits = {}) {
    MirrorFetcher mirror(&repository_.metadata());
    return RefreshFolder(folder_ + "/metadata", &mirror, limits, now);
  }
  // Result: what was downloaded; the reason when it was not.
  std::string Download(const std::string& path, absl::Time now = kNow) {
    return Download(repository_, path, now);
  }
  std::string Download(PlainRepository& repository, const std::string& path,
                       absl::Time now = kNow) {
    MirrorFetcher mirror(&repository.metadata(), &repository.targets());
    std::string file;
    const absl::Status done =
        DownloadTargets(folder_ + "/metadata", &mirror, {path}, folder_ + "/targets", {}, now,
                        [&file](const std::string& downloaded) { file = downloaded; });
    if (!done.ok()) return std::string(TokenOf(*ReasonOf(done)));
    return ReadFileIfThere(file).value().value_or("not written");
  }
  // Result: the trusted file of a role; "" when there is none.
  std::string Trusted(const std::string& name) {
    return ReadFileIfThere(folder_ + "/metadata/" + name + ".json").value().value_or("");
  }
  int64_t Version(const std::string& name) {
    const std::string bytes = Trusted(name);
    return bytes.empty() ? 0 : Json::parse(bytes)["signed"]["version"].get<int64_t>();
  }
  std::vector<std::string> Names(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(folder_ + "/" + folder)) {
      names.push_back(file.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  std::vector<std::string> TakeRequests() {
    return std::exchange(repository_.metadata().requests, {});
  }

  const std::string folder_ = ::testing::TempDir() + "/folder_client_test";
  PlainRepository repository_{kNow};
};

using Threat = FolderClientTest;

TEST_F(FolderClientTest, ARefreshAsksInTheOrderOfTheSpecification) {
  ASSERT_TRUE(Refresh().ok());

  EXPECT_THAT(TakeRequests(),
              ElementsAre("2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"));
  EXPECT_THAT(Names("metadata"),
              ElementsAre("root.json", "snapshot.json", "targets.json", "timestamp.json"));
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) {
    EXPECT_EQ(Trusted(role), repository_.bytes(role)) << role;
  }
}

TEST_F(FolderClientTest, WhatIsThereAndNamedIsNotAskedForAgain) {
  ASSERT_TRUE(Refresh().ok());
  TakeRequests();

  ASSERT_TRUE(Refresh().ok());
  EXPECT_THAT(TakeRequests(), ElementsAre("2.root.json", "timestamp.json"));

  repository_.PublishNext({"snapshot", "timestamp"});
  ASSERT_TRUE(Refresh().ok());
  EXPECT_THAT(TakeRequests(), ElementsAre("2.root.json", "timestamp.json", "2.snapshot.json"));
}

TEST_F(FolderClientTest, WithoutConsistentSnapshotsNamesHaveNoVersionButThoseOfRoots) {
  PlainRepository plain(kNow, /*consistent_snapshot=*/false);
  plain.Delegate("targets", "A", {"*"});
  plain.AddTarget("A", "f", "content");
  plain.Publish({"A", "targets", "snapshot", "timestamp"});
  Init(plain);

  EXPECT_EQ(Download(plain, "f"), "content");

  EXPECT_THAT(plain.metadata().requests, ElementsAre("2.root.json", "timestamp.json",
                                                     "snapshot.json", "targets.json", "A.json"));
  EXPECT_THAT(plain.targets().requests, ElementsAre("f"));
}

TEST_F(FolderClientTest, InitNeedsARootThatItsOwnKeysSigned) {
  std::filesystem::remove(folder_ + "/metadata/root.json");
  std::string other = repository_.root(1);
  other.replace(other.find("1.0.33"), 6, "1.0.34");

  EXPECT_EQ(ReasonOf(InitFolder(folder_ + "/metadata", other)), Reason::kMetadataThreshold);
  EXPECT_EQ(ReasonOf(InitFolder(folder_ + "/metadata", "{}")), Reason::kMetadataMalformed);

  EXPECT_EQ(ReasonOf(Refresh()), Reason::kMetadataNotFound);
  EXPECT_THAT(TakeRequests(), IsEmpty());
}

TEST_F(FolderClientTest, RootsAreFollowedOneByOneAndEachIsKept) {
  for (int i = 0; i < 3; ++i) repository_.PublishNext({"root"});

  ASSERT_TRUE(Refresh(kNow, {.root_rotations_max = 2}).ok());
  EXPECT_EQ(Version("root"), 3);
  EXPECT_EQ(TakeRequests().front(), "2.root.json");

  ASSERT_TRUE(Refresh().ok());
  EXPECT_EQ(Version("root"), 4);
}

TEST_F(FolderClientTest, AnExpiredRootIsKeptAndNothingElseIsTaken) {
  ASSERT_TRUE(Refresh().ok());
  repository_.signed_part("root")["expires"] = FormatTufTime(kNow);
  repository_.PublishNext({"root", "targets", "snapshot", "timestamp"});

  EXPECT_EQ(ReasonOf(Refresh()), Reason::kMetadataExpired);

  EXPECT_EQ(Version("root"), 2);
  for (const char* role : {"timestamp", "snapshot", "targets"}) EXPECT_EQ(Version(role), 1) << role;
}

TEST_F(FolderClientTest, OneReferenceTimeHoldsForTheWholeRefresh) {
  const absl::Time last = kNow + absl::Hours(24 * 30) - absl::Seconds(1);

  EXPECT_TRUE(Refresh(last).ok());
  EXPECT_EQ(ReasonOf(Refresh(last + absl::Seconds(1))), Reason::kMetadataExpired);
}

TEST_F(FolderClientTest, RolesAcceptedBeforeAFailingOneStay) {
  repository_.PublishNext({"targets"});
  repository_.SetSigners("targets", {PlainRepository::NewKey()});
  repository_.Publish({"targets"});
  repository_.PublishNext({"snapshot", "timestamp"});

  EXPECT_EQ(ReasonOf(Refresh()), Reason::kMetadataThreshold);

  EXPECT_EQ(Version("timestamp"), 2);
  EXPECT_EQ(Version("snapshot"), 2);
  EXPECT_EQ(Version("targets"), 0);
}

TEST_F(FolderClientTest, AnEqualTimestampVersionKeepsTheTrustedFileAndSucceeds) {
  ASSERT_TRUE(Refresh().ok());
  const std::string before = Trusted("timestamp");
  repository_.signed_part("timestamp")["meta"]["snapshot.json"]["version"] = 100;
  repository_.Publish({"timestamp"});
  TakeRequests();

  EXPECT_TRUE(Refresh().ok());

  EXPECT_EQ(Trusted("timestamp"), before);
  EXPECT_THAT(TakeRequests(), ElementsAre("2.root.json", "timestamp.json"));
}

TEST_F(Threat, T01_AnOlderSnapshotIsRefusedEvenWhenTheTimestampNamesIt) {
  repository_.PublishNext({"snapshot", "timestamp"});
  ASSERT_TRUE(Refresh().ok());
  repository_.SetVersion("snapshot", 1);
  repository_.Publish({"snapshot"});
  repository_.PublishNext({"timestamp"});

  EXPECT_EQ(ReasonOf(Refresh()), Reason::kMetadataRollback);

  EXPECT_EQ(Version("timestamp"), 2);
  EXPECT_EQ(Version("snapshot"), 2);
}

TEST_F(Threat, T04_RotatedKeysMakeRoomForLowerVersions) {
  for (const std::string rotated : {"timestamp", "snapshot"}) {
    PlainRepository fresh(kNow);
    repository_ = fresh;
    Init(repository_);
    for (const char* role : {"targets", "snapshot", "timestamp"}) {
      repository_.SetVersion(role, 1000);
    }
    repository_.Publish({"targets", "snapshot", "timestamp"});
    for (const char* role : {"timestamp", "snapshot", "targets"}) {
      std::filesystem::remove(folder_ + "/metadata/" + role + ".json");
    }
    ASSERT_TRUE(Refresh().ok());
    repository_.SetSigners(rotated, {PlainRepository::NewKey()});
    repository_.SetRootKeys(rotated, repository_.signers(rotated));
    for (const char* role : {"targets", "snapshot", "timestamp"}) repository_.SetVersion(role, 2);
    repository_.PublishNext({"root"});
    repository_.Publish({"targets", "snapshot", "timestamp"});

    EXPECT_TRUE(Refresh().ok()) << rotated;

    for (const char* role : {"targets", "snapshot", "timestamp"}) EXPECT_EQ(Version(role), 2);
  }
}

TEST_F(Threat, T05_EachRoleIsReadUpToItsLimitOnly) {
  repository_.PublishNext({"root"});
  const std::vector<std::pair<std::string, MetadataLimits>> limits = {
      {"root", {.root_bytes_max = 100}},
      {"timestamp", {.timestamp_bytes_max = 100}},
      {"snapshot", {.snapshot_bytes_max = 100}},
      {"targets", {.targets_bytes_max = 100}}};
  for (const auto& [role, limit] : limits) {
    EXPECT_EQ(ReasonOf(Refresh(kNow, limit)), Reason::kMetadataTooLong) << role;
    EXPECT_EQ(Version(role), role == "root" ? 1 : 0) << role;
  }
  // A length that the parent states is the limit where it is lower.
  repository_.signed_part("timestamp")["meta"]["snapshot.json"]["length"] = 100;
  repository_.PublishNext({"timestamp"});
  EXPECT_EQ(ReasonOf(Refresh()), Reason::kMetadataTooLong);
}

TEST_F(FolderClientTest, NestedDelegationsAreFetchedAsTheSearchVisitsThem) {
  repository_.Delegate("targets", "A", {"docs/*"});
  repository_.Delegate("targets", "B", {"bin/*/*"});
  repository_.Delegate("B", "C", {"bin/x/*"});
  repository_.AddTarget("C", "bin/x/f", "content");
  repository_.Publish({"A", "B", "C", "targets", "snapshot", "timestamp"});

  EXPECT_EQ(Download("bin/x/f"), "content");
  EXPECT_THAT(TakeRequests(), ElementsAre("2.root.json", "timestamp.json", "1.snapshot.json",
                                          "1.targets.json", "1.B.json", "1.C.json"));

  EXPECT_EQ(Download("bin/y/f"), "TARGET_NOT_FOUND");
  EXPECT_THAT(TakeRequests(), ElementsAre("2.root.json", "timestamp.json"));
}

TEST_F(FolderClientTest, ADelegatedRoleThatTheSnapshotDoesNotNameEndsTheSearch) {
  repository_.Delegate("targets", "A", {"*"});
  repository_.Delegate("targets", "B", {"*"});
  repository_.AddTarget("B", "f", "of the second");
  repository_.Publish({"B", "targets", "snapshot", "timestamp"});

  EXPECT_EQ(Download("f"), "METADATA_MISMATCH");
  EXPECT_THAT(Names("targets"), IsEmpty());
}

TEST_F(Threat, T02_ADelegatedRolePastItsExpiryGivesNothing) {
  repository_.Delegate("targets", "A", {"*"});
  repository_.AddTarget("A", "f", "content");
  repository_.AddTarget("A", "g", "content");
  repository_.signed_part("A")["expires"] = FormatTufTime(kNow + absl::Hours(1));
  repository_.Publish({"A", "targets", "snapshot", "timestamp"});
  EXPECT_EQ(Download("f"), "content");

  EXPECT_EQ(Download("g", kNow + absl::Hours(1)), "METADATA_EXPIRED");

  repository_.signed_part("A")["expires"] = FormatTufTime(kNow + absl::Hours(3));
  repository_.PublishNext({"A", "snapshot", "timestamp"});
  EXPECT_EQ(Download("g", kNow + absl::Hours(1)), "content");
}

TEST_F(FolderClientTest, AFileThatIsThereAndFitsIsNotDownloadedAgain) {
  repository_.AddTarget("targets", "f", "content");
  repository_.Publish({"targets", "snapshot", "timestamp"});
  ASSERT_EQ(Download("f"), "content");

  EXPECT_EQ(Download("f"), "content");
  EXPECT_EQ(repository_.targets().requests.size(), 1u);

  repository_.AddTarget("targets", "f", "new content");
  repository_.PublishNext({"targets", "snapshot", "timestamp"});
  EXPECT_EQ(Download("f"), "new content");
  EXPECT_THAT(Names("targets"), ElementsAre("f"));
}

TEST_F(Threat, T03_ATargetThatIsNotWhatWasListedIsNotStored) {
  repository_.AddTarget("targets", "f", "content");
  repository_.AddTarget("targets", "g", "content of g");
  repository_.Publish({"targets", "snapshot", "timestamp"});
  ASSERT_EQ(Download("f"), "content");
  for (auto& [name, bytes] : repository_.targets().files) bytes = "CONTENT";

  EXPECT_EQ(Download("f"), "content");
  EXPECT_EQ(Download("g"), "METADATA_MISMATCH");
  for (auto& [name, bytes] : repository_.targets().files) bytes = "longer than what was listed";
  EXPECT_EQ(Download("g"), "METADATA_TOO_LONG");

  EXPECT_THAT(Names("targets"), ElementsAre("f"));
}

TEST_F(FolderClientTest, Sha512AloneNamesATarget) {
  repository_.AddTarget("targets", "a/f", "content");
  const std::string hex = absl::BytesToHexString(Sha512("content"));
  repository_.signed_part("targets")["targets"]["a/f"]["hashes"] = {{"sha512", hex}};
  repository_.targets().files = {{"a/" + hex + ".f", "content"}};
  repository_.Publish({"targets", "snapshot", "timestamp"});

  EXPECT_EQ(Download("a/f"), "content");
}

TEST_F(FolderClientTest, B12_AnEntryWithoutAKnownDigestIsUnusableAndTheOthersStay) {
  repository_.AddTarget("targets", "a", "content");
  repository_.AddTarget("targets", "b", "content");
  repository_.signed_part("targets")["targets"]["b"]["hashes"] = {{"blake2b-256", "aa"}};
  repository_.Publish({"targets", "snapshot", "timestamp"});

  EXPECT_EQ(Download("a"), "content");
  EXPECT_EQ(Download("b"), "METADATA_MALFORMED");
}

TEST_F(Threat, T09_NamesStayInTheirFolderAndInTheirUrl) {
  const std::vector<std::string> names = {
      "..", "../../x", "/x", "a\\b", "?", "#", "%2e%2e", "\xC3\xB6", std::string(300, 'n'), "a b"};
  for (const std::string& name : names) {
    repository_.Delegate("targets", "role " + name, {"never"});
    repository_.AddTarget("targets", name, "content of " + name);
    repository_.Publish({"role " + name});
  }
  repository_.Delegate("targets", "..", {"*", "*/*"});
  repository_.Publish({"..", "targets", "snapshot", "timestamp"});
  for (auto& [name, bytes] : std::map(repository_.targets().files)) {
    // As a server finds them, from the encoded path.
    const size_t slash = name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1;
    if (slash == 0) repository_.targets().files[PercentEncoded(name)] = bytes;
  }

  EXPECT_EQ(Download("absent"), "TARGET_NOT_FOUND");
  EXPECT_EQ(TakeRequests().back(), "1....json");
  for (const std::string& name : names) {
    if (name.find('/') != std::string::npos) continue;
    EXPECT_EQ(Download(name), "content of " + name);
  }

  EXPECT_EQ(repository_.targets().requests.size(), 8u);
  EXPECT_EQ(Names("targets").size(), 8u);
  EXPECT_THAT(Names(""), ElementsAre("metadata", "targets"));
}

TEST_F(Threat, T09_SegmentsThatClimbAreEncodedInTheUrl) {
  repository_.AddTarget("targets", "../../x", "content");
  const std::string hex = absl::BytesToHexString(Sha256("content"));
  repository_.targets().files["%2E%2E/%2E%2E/" + hex + ".x"] = "content";
  repository_.Publish({"targets", "snapshot", "timestamp"});

  EXPECT_EQ(Download("../../x"), "content");

  EXPECT_THAT(Names("targets"), ElementsAre("..%2F..%2Fx"));
}

TEST_F(FolderClientTest, ATargetWhoseNameExtendsAnotherIsLeftAlone) {
  repository_.AddTarget("targets", "f", "content");
  repository_.AddTarget("targets", "f.new", "another");
  repository_.Publish({"targets", "snapshot", "timestamp"});

  EXPECT_EQ(Download("f.new"), "another");
  EXPECT_EQ(Download("f"), "content");

  EXPECT_THAT(Names("targets"), ElementsAre("f", "f.new"));
}

}  // namespace
}  // namespace mrg
