#include "gateway/snapshot/snapshot_archive.h"

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::SnapshotManifest;

SnapshotManifest ManifestOf(int64_t version) {
  SnapshotManifest manifest;
  auto* publisher = manifest.add_publishers();
  publisher->set_publisher("hub");
  auto* role = publisher->add_roles();
  role->set_role("timestamp");
  role->set_version(version);
  return manifest;
}

class SnapshotArchiveTest : public ::testing::Test {
 protected:
  std::string InForce() const {
    const auto manifest = archive_.InForce();
    EXPECT_TRUE(manifest.ok()) << manifest.status();
    return manifest.ok() && manifest->has_value() ? CanonicalBytes(**manifest) : "";
  }

  MemoryStore store_;
  SnapshotArchive archive_{&store_};
};

TEST_F(SnapshotArchiveTest, NothingIsInForceAtFirst) {
  const auto manifest = archive_.InForce();

  ASSERT_TRUE(manifest.ok());
  EXPECT_FALSE(manifest->has_value());
}

TEST_F(SnapshotArchiveTest, LastOnePutIsInForceAndAllStayReadable) {
  ASSERT_TRUE(archive_.PutInForce(ManifestOf(1)).ok());
  ASSERT_TRUE(archive_.PutInForce(ManifestOf(2)).ok());

  EXPECT_EQ(InForce(), CanonicalBytes(ManifestOf(2)));
  for (const int64_t version : {1, 2}) {
    const auto read = archive_.Read(SnapshotId(ManifestOf(version)));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(CanonicalBytes(*read), CanonicalBytes(ManifestOf(version)));
  }
}

TEST_F(SnapshotArchiveTest, PuttingOneAgainPutsItBackInForce) {
  for (const int64_t version : {1, 2, 1}) {
    ASSERT_TRUE(archive_.PutInForce(ManifestOf(version)).ok());
  }

  EXPECT_EQ(InForce(), CanonicalBytes(ManifestOf(1)));
}

TEST_F(SnapshotArchiveTest, SnapshotThatWasNeverInForceIsNotFound) {
  ASSERT_TRUE(archive_.PutInForce(ManifestOf(1)).ok());

  EXPECT_EQ(ReasonOf(archive_.Read(SnapshotId(ManifestOf(2))).status()), Reason::kRecordNotFound);
  EXPECT_EQ(ReasonOf(archive_.Read("").status()), Reason::kRecordNotFound);
}

TEST_F(SnapshotArchiveTest, RowsThatWereChangedAreCorrupt) {
  ASSERT_TRUE(archive_.PutInForce(ManifestOf(1)).ok());
  const auto rows = store_.Scan(Keyspace::kSnapshotArchive, "", "", 10);
  ASSERT_EQ(rows->size(), 2u);
  for (const Row& row : *rows) {
    const bool is_manifest = row.value == CanonicalBytes(ManifestOf(1));
    for (const std::string& other :
         {std::string("no manifest"), CanonicalBytes(ManifestOf(2)), Sha256("unknown")}) {
      WriteSet change;
      change.Put(Keyspace::kSnapshotArchive, row.key, other);
      ASSERT_TRUE(store_.Commit(change).committed());

      EXPECT_EQ(ReasonOf(archive_.InForce().status()), Reason::kStoreCorrupt);
      if (is_manifest) {
        EXPECT_EQ(ReasonOf(archive_.Read(SnapshotId(ManifestOf(1))).status()),
                  Reason::kStoreCorrupt);
      }
    }
    WriteSet repair;
    repair.Put(Keyspace::kSnapshotArchive, row.key, row.value);
    ASSERT_TRUE(store_.Commit(repair).committed());
    EXPECT_EQ(InForce(), CanonicalBytes(ManifestOf(1)));
  }
}

TEST_F(SnapshotArchiveTest, StoreThatDoesNotAnswerIsUnavailable) {
  FaultyStore faulty(&store_);
  SnapshotArchive archive(&faulty);
  faulty.Crash();

  EXPECT_EQ(ReasonOf(archive.PutInForce(ManifestOf(1))), Reason::kStoreUnavailable);
  EXPECT_EQ(ReasonOf(archive.InForce().status()), Reason::kStoreUnavailable);
  EXPECT_EQ(ReasonOf(archive.Read(SnapshotId(ManifestOf(1))).status()), Reason::kStoreUnavailable);
}

TEST_F(SnapshotArchiveTest, ManifestAndMarkAreOneCommit) {
  FaultyStore faulty(&store_);
  SnapshotArchive archive(&faulty);
  ASSERT_TRUE(archive.PutInForce(ManifestOf(1)).ok());
  EXPECT_EQ(faulty.commit_count(), 1);

  faulty.FailCommit(1, FaultyStore::Fault::kErrorAndLost);
  EXPECT_EQ(ReasonOf(archive.PutInForce(ManifestOf(2))), Reason::kStoreUnavailable);

  EXPECT_EQ(InForce(), CanonicalBytes(ManifestOf(1)));
  EXPECT_EQ(ReasonOf(archive.Read(SnapshotId(ManifestOf(2))).status()), Reason::kRecordNotFound);
  EXPECT_TRUE(archive.PutInForce(ManifestOf(2)).ok());
  EXPECT_EQ(InForce(), CanonicalBytes(ManifestOf(2)));
}

}  // namespace
}  // namespace mrg
