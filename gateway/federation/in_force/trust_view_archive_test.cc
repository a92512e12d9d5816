#include "gateway/federation/in_force/trust_view_archive.h"

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gateway/snapshot/testing/trust_lists.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "trustlist/store/blob_store.h"

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

class TrustViewArchiveTest : public ::testing::Test {
 protected:
  std::string InForce() const {
    const auto manifest = archive_.InForce();
    EXPECT_TRUE(manifest.ok()) << manifest.status();
    return manifest.ok() && manifest->has_value() ? CanonicalBytes((*manifest)->manifest) : "";
  }

  absl::Status PutInForce(const SnapshotManifest& manifest) {
    return PutInForce(manifest, archive_, &store_);
  }
  static absl::Status PutInForce(const SnapshotManifest& manifest, const TrustViewArchive& archive,
                                 OrderedStore* store) {
    const auto present = archive.InForce();
    if (!present.ok()) return present.status();
    WriteSet writes;
    std::optional<uint64_t> row_version;
    if (present->has_value()) row_version = (*present)->row_version;
    archive.Stage(manifest, row_version, &writes);
    return store->Commit(writes).status;
  }

  MemoryStore store_;
  const BlobStore blobs_{&store_};
  TrustViewHolder holder_;
  TrustViewArchive archive_{TrustLists::Owner(), &store_, &blobs_, &holder_};
};

TEST_F(TrustViewArchiveTest, NothingIsInForceAtFirst) {
  const auto manifest = archive_.InForce();

  ASSERT_TRUE(manifest.ok());
  EXPECT_FALSE(manifest->has_value());
}

TEST_F(TrustViewArchiveTest, LastOnePutIsInForceAndAllStayReadable) {
  ASSERT_TRUE(PutInForce(ManifestOf(1)).ok());
  ASSERT_TRUE(PutInForce(ManifestOf(2)).ok());

  EXPECT_EQ(InForce(), CanonicalBytes(ManifestOf(2)));
  for (const int64_t version : {1, 2}) {
    const auto read = archive_.Read(SnapshotId(ManifestOf(version)));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(CanonicalBytes(*read), CanonicalBytes(ManifestOf(version)));
  }
}

TEST_F(TrustViewArchiveTest, PuttingOneAgainPutsItBackInForce) {
  for (const int64_t version : {1, 2, 1}) {
    ASSERT_TRUE(PutInForce(ManifestOf(version)).ok());
  }

  EXPECT_EQ(InForce(), CanonicalBytes(ManifestOf(1)));
}

TEST_F(TrustViewArchiveTest, SnapshotThatWasNeverInForceIsNotFound) {
  ASSERT_TRUE(PutInForce(ManifestOf(1)).ok());

  EXPECT_EQ(ReasonOf(archive_.Read(SnapshotId(ManifestOf(2))).status()), Reason::kRecordNotFound);
  EXPECT_EQ(ReasonOf(archive_.Read("").status()), Reason::kRecordNotFound);
}

TEST_F(TrustViewArchiveTest, RowsThatWereChangedAreCorrupt) {
  ASSERT_TRUE(PutInForce(ManifestOf(1)).ok());
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

TEST_F(TrustViewArchiveTest, StoreThatDoesNotAnswerIsUnavailable) {
  FaultyStore faulty(&store_);
  const TrustViewArchive archive(TrustLists::Owner(), &faulty, &blobs_, &holder_);
  faulty.Crash();

  EXPECT_EQ(ReasonOf(PutInForce(ManifestOf(1), archive, &faulty)), Reason::kStoreUnavailable);
  EXPECT_EQ(ReasonOf(archive.InForce().status()), Reason::kStoreUnavailable);
  EXPECT_EQ(ReasonOf(archive.Read(SnapshotId(ManifestOf(1))).status()), Reason::kStoreUnavailable);
}

TEST_F(TrustViewArchiveTest, ManifestAndMarkAreOneCommit) {
  FaultyStore faulty(&store_);
  const TrustViewArchive archive(TrustLists::Owner(), &faulty, &blobs_, &holder_);
  ASSERT_TRUE(PutInForce(ManifestOf(1), archive, &faulty).ok());
  EXPECT_EQ(faulty.commit_count(), 1);

  faulty.FailCommit(1, FaultyStore::Fault::kErrorAndLost);
  EXPECT_EQ(ReasonOf(PutInForce(ManifestOf(2), archive, &faulty)), Reason::kStoreUnavailable);

  EXPECT_EQ(InForce(), CanonicalBytes(ManifestOf(1)));
  EXPECT_EQ(ReasonOf(archive.Read(SnapshotId(ManifestOf(2))).status()), Reason::kRecordNotFound);
  EXPECT_TRUE(PutInForce(ManifestOf(2), archive, &faulty).ok());
  EXPECT_EQ(InForce(), CanonicalBytes(ManifestOf(2)));
}

TEST_F(TrustViewArchiveTest, OneThatAnotherWriterReplacedIsNotReplacedUnseen) {
  ASSERT_TRUE(PutInForce(ManifestOf(1)).ok());
  const auto read = archive_.InForce();
  ASSERT_TRUE(PutInForce(ManifestOf(2)).ok());
  WriteSet late, first;

  archive_.Stage(ManifestOf(3), (*read)->row_version, &late);
  archive_.Stage(ManifestOf(3), std::nullopt, &first);

  EXPECT_EQ(ReasonOf(store_.Commit(late).status), Reason::kStoreConflict);
  EXPECT_EQ(ReasonOf(store_.Commit(first).status), Reason::kStoreConflict);
  EXPECT_EQ(InForce(), CanonicalBytes(ManifestOf(2)));
}

}  // namespace
}  // namespace mrg
