// Attacks on the trust lists by whoever holds keys that sign them: some keys of a member, its
// certificate and its place on the network. What a follower believed under a stolen key ends when
// the member rotates it. The names that such a publisher may give are in name_threats_test.cc.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/fake_peer.h"
#include "tests/scenario/forged_repository.h"
#include "tests/scenario/stolen_key_suite.h"
#include "trustlist/format/tuf_key.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {
namespace {

using gateway::v1::AdminService;
using gateway::v1::PublishRequest;
using gateway::v1::PublishResponse;
using testing::HasSubstr;

using Threat = StolenKeySuite;

TEST_F(Threat, T04_VersionsSetVeryHighByStolenKeysEndWhenTheKeysAreRotated) {
  // A gap is one only for who followed before.
  for (const char* follower : {kDelta, kHub}) {
    ASSERT_TRUE(federation().WaitForVersion(
        follower, kChuanyu, "timestamp", federation().VersionAt(kChuanyu, kChuanyu, "timestamp")));
  }
  ForgedRepository jumping(federation(), kChuanyu);
  jumping.SkipTimestampsTo(kVeryHigh);
  jumping.Put("status", jumping.moment().at("status"));
  ForgedRepository forged(federation(), kChuanyu);
  forged.SkipSnapshotsTo(kVeryHigh);
  MetadataDraft status = forged.Next("status");
  status.SetVersion(kVeryHigh);
  forged.PutSigned("status", std::move(status), "online/status");
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  // Nobody follows over versions that cannot be shown; relays go on with what they hold.
  const std::string before = InForce();
  {
    const FakePeer fake(federation(), kChuanyu, jumping.moment());
    EXPECT_TRUE(WaitForRefusal("GAP_UNPROVEN"));
  }
  EXPECT_EQ(InForce(), before);
  {
    const FakePeer fake(federation(), kChuanyu, forged.moment());
    // Nothing shows that it was not the member.
    for (const char* follower : {kDelta, kHub}) {
      ASSERT_TRUE(federation().WaitForVersion(follower, kChuanyu, "status", kVeryHigh));
    }
  }
  ASSERT_THAT(InForce(), HasSubstr(absl::StrCat("snapshot ", kVeryHigh, "\nt")));

  RotateAndRecover();

  EXPECT_LT(federation().VersionAt(kDelta, kChuanyu, "snapshot"), kVeryHigh);
  EXPECT_LT(federation().VersionAt(kDelta, kChuanyu, "status"), kVeryHigh);
  EXPECT_EQ(federation().VersionAt(kDelta, kChuanyu, "status"),
            federation().VersionAt(kChuanyu, kChuanyu, "status"));
}

TEST_F(Threat, T06_OneStolenKeyOfTwoPutsNothingInForceHoweverOftenItSigns) {
  for (const char* name : {"offline/root-2", "offline/targets-2"}) NewKey(name);
  StageRoot(2);
  // The member once listed the keys that will be stolen under a second id each.
  const std::string path = federation().Path(
      kChuanyu, absl::StrCat("repository/metadata/",
                             federation().VersionAt(kChuanyu, kChuanyu, "root") + 1, ".root.json"));
  auto root = MetadataDraft::FromBytes(ReadTestFile(path));
  ASSERT_TRUE(root.ok()) << root.status();
  Json keys = root->signed_part().at("keys");
  Json roles = root->signed_part().at("roles");
  for (const std::string role : {"root", "targets"}) {
    Json& keyids = roles[role]["keyids"];
    keys["again-" + role] = keys.at(keyids.at(0).get<std::string>());
    keyids.push_back("again-" + role);
  }
  root->SetMember("keys", std::move(keys));
  root->SetMember("roles", std::move(roles));
  WriteTestFile(path, root->Bytes());
  ASSERT_TRUE(federation().Trust(kChuanyu, {"renew", "--role", "targets"}).ok());
  SignWithAll("root");
  SignWithAll("targets");
  ASSERT_TRUE(federation().Publish(kChuanyu).ok());
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "root", root->version()));
  ForgedRepository forged(federation(), kChuanyu);
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);

  MetadataDraft targets = forged.Next("targets");
  ASSERT_TRUE(targets.Sign(*forged.Key("offline/targets")).ok());
  forged.Put("targets", targets.Bytes());
  ExpectRefused(forged.moment(), "METADATA_THRESHOLD");
  forged.Put("targets", SignedTwice(targets.Bytes(), "again-targets"));
  ExpectRefused(forged.moment(), "METADATA_THRESHOLD");
  forged.Put("targets", SignedTwice(targets.Bytes(), "unlisted"));
  ExpectRefused(forged.moment(), "METADATA_THRESHOLD");
  forged.Put("targets",
             SignedTwice(targets.Bytes(), TufKeyId(forged.Key("offline/targets")->public_key())));
  ExpectRefused(forged.moment(), "METADATA_MALFORMED");

  MetadataDraft next_root = *root;
  next_root.SetVersion(root->version() + 1);
  ASSERT_TRUE(next_root.Sign(*forged.Key("offline/root")).ok());
  for (const std::string& bytes :
       {next_root.Bytes(), SignedTwice(next_root.Bytes(), "again-root")}) {
    forged.PutRoot(next_root.version(), bytes);
    ExpectRefused(forged.moment(), "METADATA_THRESHOLD");
  }

  RotateAndRecover();
}

TEST_F(Threat, T12_AListUnderAnotherProvincesPathIsIgnoredAndTheRestIsInForce) {
  const auto answer = [](absl::string_view using_side, absl::string_view kind,
                         absl::string_view issuing) {
    return AnswerTo(
        federation().Api(MemberOf(using_side), absl::StrCat("platform-", using_side)),
        Question(using_side, issuing,
                 SignedBy(*IssuerKey(federation(), kind, issuing), DrivingLicence(issuing))));
  };
  ASSERT_EQ(answer("31", "unlisted", "50"), "NOT_RECOGNIZED ISSUER_NOT_LISTED");
  const std::string path = federation().Path(kChuanyu, "repository/metadata/j-50.json");
  auto list = MetadataDraft::FromBytes(ReadTestFile(path));
  ASSERT_TRUE(list.ok()) << list.status();
  PublishRequest request;
  // An issuer of its own, one of its neighbour and one of a province in the other region.
  for (const std::string jurisdiction : {"50", "51", "31"}) {
    std::vector<TreeEntry> entries;
    for (const char* kind : {"issuer", "unlisted"}) {
      const gateway::v1::IssuerEntry entry = ListingOf(federation(), kind, jurisdiction);
      entries.push_back({absl::StrCat(entry.issuer_code(), "/",
                                      absl::BytesToHexString(Sha256(entry.public_key()))),
                         CanonicalBytes(entry)});
    }
    const auto tree = BuildTree(std::move(entries));
    ASSERT_TRUE(tree.ok()) << tree.status();
    list->SetTarget(jurisdiction + "/issuers",
                    {tree->root_bytes().size(), tree->root_sha256, /*is_tree=*/true});
    request.add_targets()->set_path(jurisdiction + "/issuers");
    request.mutable_targets()->rbegin()->set_content(tree->root_bytes());
  }
  list->SetVersion(list->version() + 1);
  const auto key = NewEvpSigner(Scheme::kSm2Sm3, ReadTestFile(Keys() + "/offline/j-50.pem"));
  ASSERT_TRUE(key.ok()) << key.status();
  ASSERT_TRUE(list->Sign(**key).ok());
  request.add_metadata()->set_name("j-50");
  request.mutable_metadata(0)->set_content(list->Bytes());

  PublishResponse response;
  ASSERT_EQ(ReasonIn(Call<AdminService>(federation().Admin(kChuanyu), &AdminService::Stub::Publish,
                                        request, &response)),
            "OK");

  ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", list->version()));
  EXPECT_EQ(answer("31", "unlisted", "50"), "RECOGNIZED") << "the rest of the list";
  EXPECT_EQ(answer("31", "issuer", "51"), "RECOGNIZED") << "by the neighbour's own list";
  for (const char* using_side : {"31", "50"}) {
    EXPECT_EQ(answer(using_side, "unlisted", "51"), "NOT_RECOGNIZED ISSUER_NOT_LISTED");
  }
  EXPECT_EQ(answer("50", "unlisted", "31"), "NOT_RECOGNIZED ISSUER_NOT_LISTED");
  EXPECT_EQ(federation().LastRefusalAt(kDelta, kChuanyu), "");
  // The folder goes on from what the node took, as after mrgctl trust publish.
  for (const char* folder : {"metadata", "published"}) {
    WriteTestFile(federation().Path(kChuanyu, absl::StrCat("repository/", folder, "/j-50.json")),
                  list->Bytes());
  }
}

}  // namespace
}  // namespace mrg
