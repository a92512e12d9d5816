// TUF metadata that another implementation (python-tuf) wrote and signed: the reader parses it, and
// every signature verifies over our canonical form.

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gtest/gtest.h"
#include "tests/conformance/vectors.h"
#include "trustlist/client/trusted_metadata_set.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/role_threshold.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/snapshot_metadata.h"
#include "trustlist/format/targets_metadata.h"
#include "trustlist/format/timestamp_metadata.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

struct Document {
  std::string path;    // below tuf-metadata/
  std::string role;    // top-level or delegated
  std::string parent;  // targets file that delegates to it; empty for top-level roles
};

struct Repository {
  std::string root;  // path of the root that names the keys
  std::vector<Document> documents;
};

const std::vector<Repository>& Repositories() {
  static const auto* repositories = new std::vector<Repository>{
      {"repository/metadata/root.json",
       {{"repository/metadata/root.json", "root", ""},
        {"repository/metadata/1.root.json", "root", ""},
        {"repository/metadata/timestamp.json", "timestamp", ""},
        {"repository/metadata/snapshot.json", "snapshot", ""},
        {"repository/metadata/targets.json", "targets", ""},
        {"repository/metadata/role1.json", "role1", "repository/metadata/targets.json"},
        {"repository/metadata/role2.json", "role2", "repository/metadata/role1.json"}}},
      {"ed25519_metadata/root_with_ed25519.json",
       {{"ed25519_metadata/root_with_ed25519.json", "root", ""},
        {"ed25519_metadata/timestamp_with_ed25519.json", "timestamp", ""},
        {"ed25519_metadata/snapshot_with_ed25519.json", "snapshot", ""},
        {"ed25519_metadata/targets_with_ed25519.json", "targets", ""}}},
      {"fishy_rolenames/metadata/1.root.json",
       {{"fishy_rolenames/metadata/1.root.json", "root", ""},
        {"fishy_rolenames/metadata/timestamp.json", "timestamp", ""},
        {"fishy_rolenames/metadata/2.snapshot.json", "snapshot", ""},
        {"fishy_rolenames/metadata/1.targets.json", "targets", ""},
        {"fishy_rolenames/metadata/1...json", ".", "fishy_rolenames/metadata/1.targets.json"},
        {"fishy_rolenames/metadata/1.%C3%B6.json", "\xC3\xB6",
         "fishy_rolenames/metadata/1.targets.json"},
        {"fishy_rolenames/1.a.json", "../a", "fishy_rolenames/metadata/1.targets.json"}}},
  };
  return *repositories;
}

SignedEnvelope Read(const std::string& path) {
  return *SignedEnvelope::Parse(ReadVector("tuf-metadata/" + path));
}

absl::Status Parse(const Document& document, const SignedEnvelope& envelope) {
  if (document.role == "root") return RootMetadata::Parse(envelope).status();
  if (document.role == "timestamp") return TimestampMetadata::Parse(envelope).status();
  if (document.role == "snapshot") return SnapshotMetadata::Parse(envelope).status();
  return TargetsMetadata::Parse(envelope).status();
}

absl::Status CheckSigners(const Repository& repository, const Document& document,
                          const SignedEnvelope& envelope) {
  if (document.parent.empty()) {
    const auto root = *RootMetadata::Parse(Read(repository.root));
    return CheckThreshold(envelope, root.keys, root.roles.at(document.role));
  }
  const auto parent = *TargetsMetadata::Parse(Read(document.parent));
  for (const DelegatedRole& role : parent.delegations) {
    if (role.name == document.role) {
      return CheckThreshold(envelope, parent.delegation_keys, role.keys);
    }
  }
  return MakeError(Reason::kMetadataMismatch, "not delegated");
}

TEST(TufVectors, AllEighteenDocumentsParseAndVerifyAndAChangedOneDoesNot) {
  MRG_NEED_VECTORS();
  int documents = 0;
  for (const Repository& repository : Repositories()) {
    for (const Document& document : repository.documents) {
      const SignedEnvelope envelope = Read(document.path);
      EXPECT_TRUE(Parse(document, envelope).ok())
          << document.path << " " << Parse(document, envelope);
      EXPECT_TRUE(CheckSigners(repository, document, envelope).ok()) << document.path;

      std::string bytes = ReadVector("tuf-metadata/" + document.path);
      const size_t at = bytes.find("\"expires\": \"20");
      ASSERT_NE(at, std::string::npos);
      bytes[at + 14] = '9';  // 2030 -> 2090
      const auto changed = SignedEnvelope::Parse(bytes);
      ASSERT_TRUE(changed.ok());
      EXPECT_EQ(ReasonOf(CheckSigners(repository, document, *changed)), Reason::kMetadataThreshold)
          << document.path;
      ++documents;
    }
  }
  EXPECT_EQ(documents, 18);
}

TEST(TufVectors, AllThreeTargetFilesHaveTheListedDigests) {
  MRG_NEED_VECTORS();
  int files = 0;
  for (const char* name : {"targets", "role1", "role2"}) {
    const auto targets =
        *TargetsMetadata::Parse(Read(absl::StrCat("repository/metadata/", name, ".json")));
    for (const auto& [path, file] : targets.targets) {
      const std::string bytes = ReadVector("tuf-metadata/repository/targets/" + path);
      EXPECT_EQ(bytes.size(), file.length) << path;
      EXPECT_EQ(Sha256(bytes), file.sha256) << path;
      ++files;
    }
  }
  EXPECT_EQ(files, 3);
}

TEST(TufVectors, TopLevelWorkflowTakesTheRepositories) {
  MRG_NEED_VECTORS();
  int repositories = 0;
  for (const auto& [root, snapshot] :
       std::map<std::string, std::string>{{"repository/metadata/1.root", "snapshot"},
                                          {"fishy_rolenames/metadata/1.root", "2.snapshot"}}) {
    auto trusted = TrustedMetadataSet::FromTrustedRoot(ReadVector("tuf-metadata/" + root + ".json"),
                                                       kNow, ClientRules::kSpecification);
    ASSERT_TRUE(trusted.ok());
    const std::string folder = "tuf-metadata/" + root.substr(0, root.rfind('/') + 1);
    EXPECT_TRUE(trusted->CheckRootExpiry().ok());
    EXPECT_TRUE(trusted->UpdateTimestamp(ReadVector(folder + "timestamp.json")).ok());
    EXPECT_TRUE(trusted->UpdateSnapshot(ReadVector(folder + snapshot + ".json")).ok());
    ++repositories;
  }
  EXPECT_EQ(repositories, 2);
}

TEST(Threat, T09_FishyRoleNamesAreParsedButNotFollowed) {
  MRG_NEED_VECTORS();
  const auto targets = *TargetsMetadata::Parse(Read("fishy_rolenames/metadata/1.targets.json"));
  EXPECT_EQ(targets.delegations.size(), 3u);
  for (const DelegatedRole& role : targets.delegations) {
    EXPECT_EQ(ReasonOf(CheckRoleName(role.name)), Reason::kMetadataMalformed) << role.name;
  }
  EXPECT_EQ(ReasonOf(targets.CheckNames()), Reason::kMetadataMalformed);
}

}  // namespace
}  // namespace mrg
