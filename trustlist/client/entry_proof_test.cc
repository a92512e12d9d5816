#include "trustlist/client/entry_proof.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1772000000);
constexpr char kPath[] = "31/issuers";

class EntryProofTest : public ::testing::Test, public NodeSource {
 protected:
  EntryProofTest() {
    std::vector<TreeEntry> entries;
    for (int i = 0; i < 200; ++i) {
      entries.push_back({absl::StrCat("id-", i), absl::StrCat("value ", i)});
    }
    repository_.SetTree("j-31", kPath, *BuildTree(entries));
    repository_.Publish("j-31");
    first_root_ = repository_.root(1);
  }

  absl::StatusOr<std::string> ReadNode(absl::string_view sha256) const override {
    auto nodes = repository_.FetchNodes({std::string(sha256)});
    if (!nodes.ok()) return nodes.status();
    return nodes->front();
  }

  trustlist::v1::EntryProof Proof(absl::string_view id, absl::string_view path = kPath,
                                  int64_t roots = 1) {
    const auto read = [this](absl::string_view role, std::optional<int64_t> version) {
      const auto file = repository_.targets_files().find(std::string(role));
      return version.has_value() || file == repository_.targets_files().end()
                 ? absl::StatusOr<std::string>(repository_.root(version.value_or(1)))
                 : absl::StatusOr<std::string>(file->second.bytes);
    };
    auto proof = MakeEntryProof(path, id, roots, read, *this);
    EXPECT_TRUE(proof.ok()) << proof.status();
    return *std::move(proof);
  }

  absl::StatusOr<ProvenEntry> Verify(const trustlist::v1::EntryProof& proof,
                                     absl::Time at = kNow) const {
    return VerifyEntryProof(CanonicalBytes(proof), first_root_, at);
  }

  mutable RepositorySimulator repository_{kNow};
  std::string first_root_;
};

TEST_F(EntryProofTest, EntryIsProvedPresentWithItsValue) {
  const auto entry = Verify(Proof("id-7"));

  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->value, "value 7");
  EXPECT_EQ(entry->path, kPath);
  EXPECT_EQ(entry->id, "id-7");
  EXPECT_EQ(entry->role, "j-31");
  EXPECT_EQ(entry->role_version, 2);
  EXPECT_EQ(entry->root_version, 1);
  EXPECT_EQ(entry->expires, kNow + absl::Hours(24 * 90));
}

TEST_F(EntryProofTest, EntryIsProvedAbsent) {
  const auto entry = Verify(Proof("id-200"));

  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->value, std::nullopt);
}

TEST_F(EntryProofTest, ProofOfOneEntryIsNoneOfAnother) {
  for (const char* other : {"id-8", "id-200"}) {
    auto proof = Proof("id-7");
    proof.set_entry_id(other);
    const auto entry = Verify(proof);
    if (entry.ok()) {
      // In the same leaf, the nodes do prove it.
      EXPECT_EQ(entry->value, other == std::string("id-8") ? std::optional<std::string>("value 8")
                                                           : std::nullopt);
    } else {
      EXPECT_EQ(ReasonOf(entry.status()), Reason::kTreeNodeMalformed);
    }
  }
}

TEST_F(EntryProofTest, LaterRootsAreFollowedFromTheTrustedOne) {
  repository_.DropKeys("root");
  repository_.AddKey("root");
  repository_.PublishRoot();

  const auto entry = Verify(Proof("id-7", kPath, 2));

  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->root_version, 2);
  // Who trusts the later one begins there.
  EXPECT_TRUE(
      VerifyEntryProof(CanonicalBytes(Proof("id-7", kPath, 2)), repository_.root(2), kNow).ok());
}

TEST_F(EntryProofTest, RootOfAnotherRepositoryIsRefused) {
  const RepositorySimulator other(kNow);

  const auto entry = VerifyEntryProof(CanonicalBytes(Proof("id-7")), other.root(1), kNow);

  EXPECT_EQ(ReasonOf(entry.status()), Reason::kMetadataThreshold);
}

// What another key signs for the role counts nothing.
TEST_F(EntryProofTest, RoleSignedByAnotherKeyIsRefused) {
  auto proof = Proof("id-7");
  RepositorySimulator other(kNow);
  other.Publish("j-31");
  proof.mutable_roles(1)->set_content(other.targets_files().at("j-31").bytes);

  EXPECT_EQ(ReasonOf(Verify(proof).status()), Reason::kMetadataThreshold);
}

// Else a prover could leave out the role that lists the path and let a later one speak.
TEST_F(EntryProofTest, RoleThatIsAskedMustBeThere) {
  auto proof = Proof("id-7");
  proof.mutable_roles()->RemoveLast();

  EXPECT_EQ(ReasonOf(Verify(proof).status()), Reason::kMetadataNotFound);
}

TEST_F(EntryProofTest, ExpiredRolesProveNothing) {
  const absl::Time end = kNow + absl::Hours(24 * 90);

  EXPECT_TRUE(Verify(Proof("id-7"), end - absl::Seconds(1)).ok());
  EXPECT_EQ(ReasonOf(Verify(Proof("id-7"), end).status()), Reason::kMetadataExpired);
}

TEST_F(EntryProofTest, NodesThatAreChangedStopShortOrGoOnAreRefused) {
  auto changed = Proof("id-7");
  ++changed.mutable_nodes(1)->back();
  EXPECT_EQ(ReasonOf(Verify(changed).status()), Reason::kTreeNodeMalformed);

  auto short_of = Proof("id-7");
  short_of.mutable_nodes()->RemoveLast();
  EXPECT_EQ(ReasonOf(Verify(short_of).status()), Reason::kTreeNodeMalformed);

  auto more = Proof("id-7");
  more.add_nodes(more.nodes(1));
  EXPECT_EQ(ReasonOf(Verify(more).status()), Reason::kTreeNodeMalformed);
}

TEST_F(EntryProofTest, PathThatNobodyListsOrThatIsNoListIsRefused) {
  auto proof = Proof("id-7");
  proof.set_path("31/catalogue");
  EXPECT_EQ(ReasonOf(Verify(proof).status()), Reason::kTargetNotFound);

  repository_.SetTarget("j-31", "31/packs/t/s/1", "a file");
  repository_.Publish("j-31");
  proof = Proof("id-7");
  proof.set_path("31/packs/t/s/1");
  EXPECT_EQ(ReasonOf(Verify(proof).status()), Reason::kMetadataMismatch);
}

TEST_F(EntryProofTest, BytesThatAreNoCanonicalProofAreRefused) {
  const std::string bytes = CanonicalBytes(Proof("id-7"));
  for (const std::string& other : {bytes + std::string("\x78\x01", 2), std::string("no proof")}) {
    EXPECT_EQ(ReasonOf(VerifyEntryProof(other, first_root_, kNow).status()),
              Reason::kMetadataMalformed);
  }
  EXPECT_EQ(
      ReasonOf(
          VerifyEntryProof(std::string(kEntryProofBytesMax + 1, 'x'), first_root_, kNow).status()),
      Reason::kMetadataTooLong);
}

}  // namespace
}  // namespace mrg
