// Recomputes the worked example of each page in gateway/docs/formats.

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/digest.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/snapshot/snapshot_manifest.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/fork_evidence.pb.h"
#include "trustlist/bundle/bundle_archive.h"
#include "trustlist/fork/fork_evidence.h"
#include "trustlist/format/canonical_json.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/repository/repository_editor.h"

namespace mrg {
namespace {

// The text of a page without line breaks and indents, so that long hex stands in one piece.
std::string Page(const std::string& name) {
  std::ifstream file(absl::StrCat("gateway/docs/formats/", name));
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return absl::StrReplaceAll(text.str(), {{"\n    ", ""}});
}

void ExpectOnPage(const std::string& page, absl::string_view bytes) {
  const std::string hex = absl::BytesToHexString(bytes);
  EXPECT_NE(page.find(hex), std::string::npos) << "expected on the page: " << hex;
}

std::string EmptyTree() { return BuildTree({})->root_bytes(); }

TEST(FormatPagesTest, TreeNode) {
  const std::string page = Page("tree-node.md");
  const BuiltTree two = *BuildTree({{"a", "1"}, {"b", "2"}});

  ExpectOnPage(page, EmptyTree());
  ExpectOnPage(page, Sha256(EmptyTree()));
  ExpectOnPage(page, two.root_bytes());
  ExpectOnPage(page, two.root_sha256);
}

TEST(FormatPagesTest, Bundle) {
  const std::string page = Page("bundle.md");
  const std::string path = absl::StrCat(testing::TempDir(), "/formats.bundle");
  const std::string node = absl::StrCat("hub/nodes/", absl::BytesToHexString(Sha256(EmptyTree())));
  auto writer = BundleWriter::Create(path);
  ASSERT_TRUE(writer.ok()) << writer.status();
  ASSERT_TRUE((*writer)->Add("hub/metadata/1.root.json", "{}\n").ok());
  ASSERT_TRUE((*writer)->Add(node, EmptyTree()).ok());
  ASSERT_TRUE((*writer)->Finish().ok());
  std::ifstream file(path);
  std::stringstream archive;
  archive << file.rdbuf();

  const std::string digested = absl::StrCat("hub/metadata/1.root.json\n3\n{}\n", node, "\n",
                                            EmptyTree().size(), "\n", EmptyTree());
  const std::string complete = absl::StrCat("mrg bundle 1\nfiles 2\nsha256 ",
                                            absl::BytesToHexString(Sha256(digested)), "\n");

  EXPECT_NE(archive.str().find(complete), std::string::npos);
  ExpectOnPage(page, digested);
  ExpectOnPage(page, complete);
}

TEST(FormatPagesTest, SnapshotManifest) {
  const std::string page = Page("snapshot-manifest.md");
  InForceSet set{*MemberId::Parse("yangtze-delta"), {}, {}};
  set.roles.push_back({"timestamp", 7, Sha256("signed"), absl::FromUnixSeconds(1772337600)});
  set.targets.push_back({"31/issuers", Sha256(EmptyTree()), "j-31", EmptyTree().size(), true});

  const auto manifest = ToManifest({set});

  ExpectOnPage(page, CanonicalBytes(manifest));
  ExpectOnPage(page, SnapshotId(manifest));
}

TEST(FormatPagesTest, ForkEvidence) {
  const std::string page = Page("fork-evidence.md");
  trustlist::v1::ForkEvidence evidence;
  evidence.set_publisher("yangtze-delta");
  evidence.add_roots("{root 1}");
  evidence.set_role("timestamp");
  evidence.set_first("{a}");
  evidence.set_second("{b}");

  ExpectOnPage(page, CanonicalBytes(evidence));
  ExpectOnPage(page, ForkEvidenceId(evidence));
}

TEST(FormatPagesTest, TufMetadata) {
  const std::string page = Page("tuf-metadata.md");
  const MetadataDraft draft = MakeTimestamp({1, "{}\n"}, PreviousTimestamp{1, Sha256("signed")}, 2,
                                            absl::FromUnixSeconds(1772341200));

  ExpectOnPage(page, CanonicalJson(draft.signed_part()));
  ExpectOnPage(page, draft.SignedSha256());
  RootMetadata root;
  root.roles["timestamp"] = {{"b", "a"}, 2};
  ExpectOnPage(page, RoleKeysSha256(root, "timestamp"));
}

}  // namespace
}  // namespace mrg
