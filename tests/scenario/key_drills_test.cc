// A key of a member is stolen or lost: the commands of gateway/docs/KEY_DRILLS.md, run as they
// stand there, on the folder of a node that federates. Each time the old key is no longer taken,
// the node serves on, and the others follow it.

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/signer_file.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/receipt/receipt_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/trust_repository.grpc.pb.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/fake_peer.h"
#include "tests/scenario/page_drill.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/targets_metadata.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;
using trustlist::v1::TrustRepositoryService;

constexpr char kPage[] = "gateway/docs/KEY_DRILLS.md";

class KeyDrill : public PageDrill {
 protected:
  static std::vector<std::string> CommandsOf(absl::string_view heading) {
    return CommandsUnder(kPage, heading);
  }

  static void Drill(absl::string_view heading) {
    for (const std::string& command : CommandsOf(heading)) Run(command);
  }

  // The key of the role that the last drill ended.
  static std::string EndedKey(const std::string& role) {
    std::string found;
    for (const auto& file : fs::directory_iterator(Folder("keys/ended"))) {
      if (absl::StartsWith(file.path().filename().string(), role + "-")) found = file.path();
    }
    EXPECT_NE(found, "") << role;
    return found;
  }
  static std::string Named(const std::string& key_file) {
    return (*SignerFromFile(key_file))->public_key().spki_sha256();
  }

  // What the Delta holds of the member.
  static SignedEnvelope Held(const std::string& role) {
    trustlist::v1::GetMetadataRequest request;
    request.set_publisher(kChuanyu);
    request.set_role(role);
    trustlist::v1::GetMetadataResponse response;
    EXPECT_EQ(ReasonIn(Call<TrustRepositoryService>(federation().Admin(kDelta),
                                                    &TrustRepositoryService::Stub::GetMetadata,
                                                    request, &response)),
              "OK");
    return *SignedEnvelope::Parse(response.content());
  }
  // The keys that may sign the role by what the Delta holds.
  static std::vector<std::string> ListedAtDelta(const std::string& role) {
    TufKeys keys;
    RoleKeys signers;
    if (role == "timestamp" || role == "snapshot") {
      const RootMetadata root = *RootMetadata::Parse(Held("root"));
      keys = root.keys;
      signers = root.roles.at(role);
    } else {
      const TargetsMetadata targets = *TargetsMetadata::Parse(Held("targets"));
      keys = targets.delegation_keys;
      for (const DelegatedRole& one : targets.delegations) {
        if (one.name == role) signers = one.keys;
      }
    }
    std::vector<std::string> listed;
    for (const std::string& keyid : signers.keyids) listed.push_back(keys.at(keyid).identity());
    return listed;
  }
  static void ExpectReplacedAtDelta(const std::string& role, const std::string& key_file) {
    EXPECT_TRUE(WaitUntil([&] {
      return ListedAtDelta(role) == std::vector<std::string>{Named(key_file)};
    })) << role;
  }

  // What the member serves, with the next timestamp signed by the key of the file.
  static RepositoryMoment TimestampSignedBy(const std::string& key_file) {
    RepositoryMoment moment = MomentOf(federation(), kChuanyu);
    MetadataDraft draft = *MetadataDraft::FromBytes(moment.at("timestamp"));
    const std::string before = draft.SignedSha256();
    draft.SetVersion(draft.version() + 1);
    draft.SetMember("x-mrg-prev",
                    {{"version", draft.version() - 1}, {"digest", absl::BytesToHexString(before)}});
    EXPECT_TRUE(draft.Sign(**SignerFromFile(key_file)).ok());
    moment["timestamp"] = draft.Bytes();
    moment[absl::StrCat(draft.version(), ".timestamp")] = draft.Bytes();
    return moment;
  }
};

TEST_F(KeyDrill, AStolenTimestampOrSnapshotKeyIsNoLongerTaken) {
  Drill("A timestamp or snapshot key");

  for (const char* role : {"timestamp", "snapshot"}) {
    ExpectReplacedAtDelta(role, Folder(absl::StrCat("keys/online/", role, ".pem")));
  }
  ExpectServedAndFollowed();
  const RepositoryMoment stolen = TimestampSignedBy(EndedKey("timestamp"));
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  ExpectRefused(stolen, "METADATA_THRESHOLD");
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
  ExpectServedAndFollowed();
  const std::string history = Run(CommandsOf("A key is stolen, lost or has served its time").at(0));
  EXPECT_THAT(history, HasSubstr("root 1 -> 2, in force since 20"));
  EXPECT_THAT(history, HasSubstr("(online/timestamp)\n    ended key "));
  EXPECT_THAT(history, HasSubstr("(offline/root)"));
}

TEST_F(KeyDrill, AStolenStatusKeyIsNoLongerListedAndTheListsStandUnderTheNewOne) {
  const int64_t before = federation().VersionAt(kDelta, kChuanyu, "status");

  Drill("The status key");

  ExpectReplacedAtDelta("status", Folder("keys/online/status.pem"));
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "status", before + 1))
      << "signed anew with the publication";
  ExpectServedAndFollowed();
}

TEST_F(KeyDrill, AStolenCertificateIsRefusedByTheOthersOnceItIsRevoked) {
  const std::vector<std::string> commands = CommandsOf("The node's certificate");
  ASSERT_THAT(commands, SizeIs(5)) << "before there is need, and four when there is";
  Run(commands[0]);
  for (const char* member : {kHub, kDelta, kChuanyu}) {
    const std::string path = federation().Path(member, "node.textproto");
    const std::string bundle = "ca_bundle_path: \"../sichuan-chongqing/tls/ca.pem\"";
    WriteTestFile(path, WithReplaced(ReadTestFile(path), bundle,
                                     bundle + " crl_path: \"../sichuan-chongqing/tls/ca.crl\""));
    ASSERT_EQ(federation().StopNode(member), 0);
    ASSERT_TRUE(federation().StartNode(member).ok());
  }
  const auto reason_for = [](const std::string& pem, const std::string& key) {
    trustlist::v1::GetMetadataRequest request;
    request.set_publisher(kDelta);
    request.set_role("root");
    trustlist::v1::GetMetadataResponse response;
    // Without waiting for the channel: one that is refused never becomes ready.
    grpc::ClientContext context;
    TrustRepositoryService::Stub stub(federation().ChannelAs(kDelta, "federation", pem, key));
    return ReasonIn(stub.GetMetadata(&context, request, &response));
  };
  const std::string pem = ReadTestFile(Folder("tls/node.pem"));
  const std::string key = ReadTestFile(Folder("tls/node.key"));
  ASSERT_EQ(reason_for(pem, key), "OK");

  for (size_t i = 1; i < commands.size(); ++i) Run(commands[i]);

  EXPECT_TRUE(WaitUntil([&] { return reason_for(pem, key) != "OK"; }));
  EXPECT_EQ(reason_for(ReadTestFile(Folder("tls/node.pem")), ReadTestFile(Folder("tls/node.key"))),
            "OK");
  ExpectServedAndFollowed();
}

TEST_F(KeyDrill, AStolenLicenceTagKeyIsFollowedByAFurtherEpoch) {
  Drill("A licence-tag key");

  EXPECT_THAT(ReadTestFile(Folder("node.textproto")),
              HasSubstr("epoch_keys { jurisdiction: \"50\" epoch: 2 path: "
                        "\"keys/online/epoch-50-2.key\" from {"));
  ExpectServedAndFollowed();
  // Followers ask by the hour, and when they begin.
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  EXPECT_TRUE(WaitUntil([] {
    return absl::StrContains(federation().LogOf(kDelta),
                             "\"event\":\"epoch_key_fetched\",\"peer\":\"sichuan-chongqing\","
                             "\"jurisdiction\":\"50\",\"epoch\":2");
  }));
}

TEST_F(KeyDrill, ALostProvincesKeyIsReplacedAndAStolenOneSignsNothingMore) {
  const std::string lost = Folder("lost-j-50.pem");
  fs::rename(Folder("keys/offline/j-50.pem"), lost);

  Drill("A province's key");

  ExpectReplacedAtDelta("j-50", Folder("keys/offline/j-50.pem"));
  ExpectServedAndFollowed();
  ASSERT_TRUE(federation().Trust(kChuanyu, {"renew", "--role", "j-50"}).ok());
  const absl::Status by_the_old =
      federation().Trust(kChuanyu, {"sign", "--role", "j-50", "--key", lost});
  EXPECT_THAT(by_the_old.message(), HasSubstr("is not listed for j-50"));
  ASSERT_TRUE(federation().Trust(kChuanyu, {"unstage", "--role", "j-50"}).ok());

  // Once more, with the key at hand: a theft.
  Drill("A province's key");

  ExpectReplacedAtDelta("j-50", Folder("keys/offline/j-50.pem"));
  EXPECT_NE(EndedKey("j-50"), "");
  ExpectServedAndFollowed();
}

// Last, because the node's certificate names another log from then on.
TEST_F(KeyDrill, AStolenLogKeyEndsWithItsLogAndANewOneBegins) {
  const gateway::v1::Receipt before = NewReceipt();

  Drill("The log's key");

  ExpectServedAndFollowed();
  const std::vector<LogKey> keys = federation().LogKeys(kChuanyu);
  ASSERT_THAT(keys, SizeIs(2));
  EXPECT_EQ(keys[0].key.spki_sha256(), Named(EndedKey("log")));
  EXPECT_LT(keys[0].until, absl::InfiniteFuture());
  EXPECT_EQ(keys[1].origin, "sichuan-chongqing/log-2");
  EXPECT_EQ(keys[1].key.spki_sha256(), Named(Folder("keys/online/log.pem")));
  const auto old = CheckReceipt(CanonicalBytes(before), keys);
  EXPECT_TRUE(old.ok()) << old.status();
  const std::string receipt = CanonicalBytes(NewReceipt());
  const auto record = CheckReceipt(receipt, keys);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->log_origin(), "sichuan-chongqing/log-2");
  EXPECT_FALSE(CheckReceipt(receipt, {&keys[0], 1}).ok());
}

}  // namespace
}  // namespace mrg
