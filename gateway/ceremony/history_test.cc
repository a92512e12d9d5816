#include "gateway/ceremony/history.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/revocation.h"
#include "gateway/ceremony/testing/ceremony_folder.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/signer_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What a node kept: the files of each publication.
class KeptByNode : public Fetcher {
 public:
  explicit KeptByNode(const RepositoryFolder* folder) : folder_(folder) {}

  void Keep(const std::string& role) {
    const std::string bytes = *folder_->ReadBytes(role);
    files_[role][MetadataDraft::FromBytes(bytes)->version()] = bytes;
  }
  void Forget(const std::string& role, int64_t version) { files_[role].erase(version); }

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t) override {
    const auto& versions = files_[std::string(role)];
    const auto found = version.has_value() || versions.empty() ? versions.find(version.value_or(0))
                                                               : std::prev(versions.end());
    if (found == versions.end()) return MakeError(Reason::kMetadataNotFound, "not kept");
    return found->second;
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view, absl::string_view, size_t) override {
    return MakeError(Reason::kTargetNotFound, "not asked for");
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    MRG_ASSIGN_OR_RETURN(std::string node, folder_->ReadNode(sha256.at(0)));
    return std::vector<std::string>{std::move(node)};
  }

 private:
  const RepositoryFolder* const folder_;
  std::map<std::string, std::map<int64_t, std::string>> files_;
};

class HistoryTest : public CeremonyTest {
 protected:
  void SetUp() override {
    CeremonyTest::SetUp();
    node_.emplace(folder_.get());
    StageIssuer();
    ASSERT_TRUE(Sign("targets").ok());
    PublishSigned("j-31");
    for (const char* role : {"root", "targets"}) node_->Keep(role);
  }

  void PublishSigned(const std::string& role) {
    ASSERT_TRUE(Sign(role).ok());
    ASSERT_TRUE(folder_->MarkPublished().ok());
    node_->Keep(role);
  }

  // Lists one more key, and suspends the first.
  void ChangeIssuers() {
    std::string second = IssuerText();
    const std::string one = absl::CEscape(KeyNamed("key one"));
    second.replace(second.find(one), one.size(), absl::CEscape(KeyNamed("key two")));
    ASSERT_TRUE(StageText(IssuerText() + second, {.issuers = "31"}).ok());
    const auto revoked = RevokeIssuer({.jurisdiction = "31",
                                       .issuer_code = kIssuer,
                                       .key = absl::BytesToHexString(Sha256(KeyNamed("key one"))),
                                       .state = "suspended",
                                       .from = "now",
                                       .until = "now+90d"},
                                      kNow, folder_.get());
    ASSERT_TRUE(revoked.ok()) << revoked.status();
    EXPECT_EQ(revoked->from, kNow);
    EXPECT_EQ(revoked->until, kNow + absl::Hours(24 * 90));
  }

  std::string KeyOf(const std::string& name) const {
    return (*SignerFromFile(base_ + "/keys/" + name + ".pem"))->public_key().spki_sha256();
  }

  std::vector<PublishedVersion> Read(const std::string& role, size_t versions = 10) {
    const auto history = ReadHistory({role, versions}, &*node_);
    EXPECT_TRUE(history.ok()) << history.status();
    return history.ok() ? *history : std::vector<PublishedVersion>();
  }

  std::optional<KeptByNode> node_;
};

TEST_F(HistoryTest, AVersionSaysWhoSignedItAndCountsWhatItChanged) {
  ChangeIssuers();
  PublishSigned("j-31");

  const auto history = Read("j-31");

  ASSERT_THAT(history, SizeIs(2));
  EXPECT_EQ(history[0].version, 2);
  EXPECT_EQ(history[0].before, 1);
  EXPECT_EQ(history[0].expires, "2027-02-22T00:00:00Z");
  EXPECT_THAT(history[0].signers, ElementsAre(KeyOf("offline/j-31")));
  ASSERT_THAT(history[0].content_changes, SizeIs(1));
  const ContentChange& issuers = history[0].content_changes[0];
  EXPECT_EQ(issuers.path, "31/issuers");
  EXPECT_EQ(issuers.added, 1u);
  EXPECT_EQ(issuers.suspended, 1u);
  EXPECT_EQ(issuers.changed + issuers.removed + issuers.retired + issuers.compromised, 0u);
  EXPECT_FALSE(history[1].before.has_value()) << "the first";
  EXPECT_EQ(history[1].content_changes.at(0).added, 1u);
}

TEST_F(HistoryTest, ARootSaysWhichKeysCameAndWentAndIsSignedByBothSides) {
  const std::string before = KeyOf("online/timestamp");
  const std::string root_before = KeyOf("offline/root");
  for (const char* key : {"online/timestamp", "offline/root"}) {
    std::filesystem::rename(
        base_ + "/keys/" + key + ".pem",
        base_ + "/before-" + std::string(key).substr(std::string(key).find('/') + 1) + ".pem");
    MakeKey(key);
  }
  ASSERT_TRUE(RotateRoot(Options(), kNow, folder_.get()).ok());
  ASSERT_TRUE(SignRole("root", base_ + "/before-root.pem", folder_.get()).ok());
  PublishSigned("root");

  const auto history = Read("root");

  ASSERT_THAT(history, SizeIs(2));
  EXPECT_THAT(history[0].signers,
              testing::UnorderedElementsAre(root_before, KeyOf("offline/root")));
  ASSERT_THAT(history[0].signers_changes, SizeIs(2));
  const SignersChange& timestamp = history[0].signers_changes[1];
  EXPECT_EQ(timestamp.role, "timestamp");
  EXPECT_THAT(timestamp.came, ElementsAre(KeyOf("online/timestamp")));
  EXPECT_THAT(timestamp.went, ElementsAre(before));
  EXPECT_THAT(history[1].signers, ElementsAre(root_before));
}

TEST_F(HistoryTest, WhatIsNotKeptIsSaidAndNothingIsMadeUpForIt) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(RenewRole("j-31", kNow + absl::Hours(i), folder_.get()).ok());
    PublishSigned("j-31");
  }
  node_->Forget("j-31", 1);

  const auto history = Read("j-31");

  ASSERT_THAT(history, SizeIs(2));
  EXPECT_FALSE(history[0].is_oldest_kept);
  EXPECT_THAT(history[0].content_changes, IsEmpty());
  EXPECT_TRUE(history[1].is_oldest_kept);
  EXPECT_THAT(history[1].content_changes, IsEmpty());
  EXPECT_THAT(Read("j-31", 1), SizeIs(1));
  EXPECT_FALSE(Read("j-31", 1)[0].is_oldest_kept) << "kept, only not asked for";
  EXPECT_TRUE(absl::IsNotFound(ReadHistory({"j-44", 1}, &*node_).status()));
}

TEST_F(HistoryTest, ASignatureThatDoesNotVerifyIsNobodys) {
  ASSERT_TRUE(RenewRole("j-31", kNow, folder_.get()).ok());
  ASSERT_TRUE(Sign("j-31").ok());
  std::string bytes = *folder_->ReadBytes("j-31");
  const size_t at = bytes.find("\"sig\": \"") + 8;
  bytes[at] = bytes[at] == '0' ? '1' : '0';
  ASSERT_TRUE(WriteWholeFile(base_ + "/repository/metadata/j-31.json", bytes).ok());
  node_->Keep("j-31");

  const auto history = Read("j-31", 1);

  ASSERT_THAT(history, SizeIs(1));
  EXPECT_THAT(history[0].signers, IsEmpty());
  EXPECT_EQ(history[0].unknown_signatures, 1u);
}

TEST_F(HistoryTest, WhenAVersionCameInForceIsNotedOnceAndAFaultOfTheNotesIsNamed) {
  EXPECT_THAT(*folder_->ReadInForceTimes(), IsEmpty());
  ASSERT_TRUE(folder_->NoteInForce("j-31", 1, kNow).ok());
  ASSERT_TRUE(folder_->NoteInForce("j-31", 2, kNow + absl::Hours(1)).ok());
  ASSERT_TRUE(folder_->NoteInForce("j-31", 1, kNow + absl::Hours(2)).ok());

  const auto times = folder_->ReadInForceTimes();

  ASSERT_TRUE(times.ok()) << times.status();
  EXPECT_THAT(*times,
              ElementsAre(std::make_pair(std::make_pair("j-31", 1), kNow),
                          std::make_pair(std::make_pair("j-31", 2), kNow + absl::Hours(1))));
  ASSERT_TRUE(WriteWholeFile(base_ + "/repository/published/times", "yesterday j-31 1\n").ok());
  EXPECT_THAT(folder_->ReadInForceTimes().status().message(), testing::HasSubstr("line 1"));
}

}  // namespace
}  // namespace mrg
