// What programs read from `mrgctl --output json` of commands that need nodes, published lists, a
// static mirror or a fork: each name of gateway/docs/COMMANDS.md, and what stands under it.

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/signer_file.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/federation/child_process.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Le;

using Words = std::vector<std::string>;

class CommandJson : public FederationSuite {
 protected:
  static void SetUpTestSuite() {
    FederationOptions options;
    options.every_config = "poll_period { seconds: 1 }";
    StartOnce(std::move(options));
  }

  static std::string Admin(absl::string_view member) {
    return absl::StrCat("unix:", federation().Path(member, "run/admin.sock"));
  }
  static std::string FirstRoot(absl::string_view member) {
    return federation().Path(member, "repository/metadata/1.root.json");
  }
  static std::string KeySha256(const std::string& file) {
    const auto signer = SignerFromFile(file);
    EXPECT_TRUE(signer.ok()) << file << ": " << signer.status();
    return signer.ok() ? absl::BytesToHexString((*signer)->public_key().spki_sha256()) : "";
  }

  // Result: the objects that the command shows, which must end well and say nothing else.
  static std::vector<json> Shown(Words words) {
    words.insert(words.end(), {"--output", "json"});
    const Ran ran = federation().Mrgctl(words);
    EXPECT_EQ(ran.code, 0) << words[0] << " " << words[1] << ": " << ran.err;
    EXPECT_THAT(ran.err, IsEmpty());
    std::vector<json> objects;
    for (const absl::string_view line : absl::StrSplit(ran.out, '\n', absl::SkipEmpty())) {
      objects.push_back(json::parse(std::string(line), nullptr, false));
      EXPECT_TRUE(objects.back().is_object()) << line;
    }
    return objects;
  }
  static json ShownOne(Words words) {
    const std::vector<json> objects = Shown(std::move(words));
    EXPECT_EQ(objects.size(), 1u);
    return objects.empty() ? json::object() : objects.front();
  }

  static Words Names(const json& object) {
    Words names;
    for (const auto& [name, value] : object.items()) names.push_back(name);
    return names;
  }
  static absl::Time TimeIn(const json& text) {
    absl::Time time = absl::InfinitePast();
    std::string error;
    EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text.get<std::string>(), &time, &error))
        << text << ": " << error;
    return time;
  }
  static int64_t Number(const json& text) {
    int64_t number = -1;
    EXPECT_TRUE(absl::SimpleAtoi(text.get<std::string>(), &number)) << text;
    return number;
  }
  static void ExpectHexDigest(const json& text) {
    std::string bytes = absl::HexStringToBytes(text.get<std::string>());
    EXPECT_EQ(bytes.size(), kDigestBytes) << text;
    EXPECT_EQ(absl::BytesToHexString(bytes), text.get<std::string>());
  }
};

TEST_F(CommandJson, OfBundles) {
  const std::string file = absl::StrCat(federation().folder(), "/lists.tar");

  const std::vector<json> exported =
      Shown({"bundle", "export", "--address", Admin(kDelta), "--out", file});
  const json imported =
      ShownOne({"bundle", "import", "--address", Admin(kChuanyu), "--file", file});

  ASSERT_EQ(exported.size(), 3u);
  for (size_t i = 0; i < exported.size(); ++i) {
    ASSERT_THAT(Names(exported[i]), ElementsAre("files", "publisher"));
    EXPECT_EQ(exported[i]["publisher"], Words({kHub, kChuanyu, kDelta})[i]);
    EXPECT_GT(exported[i]["files"].get<int>(), 3);
  }
  ASSERT_THAT(Names(imported), ElementsAre("publishers"));
  ASSERT_EQ(imported["publishers"].size(), 3u);
  const json& hub = imported["publishers"][0];
  ASSERT_THAT(Names(hub), ElementsAre("changed", "detail", "own", "publisher", "refusal", "roles"));
  EXPECT_EQ(hub["publisher"], kHub);
  EXPECT_EQ(hub["own"], false);
  EXPECT_EQ(hub["changed"], false) << "the node follows it";
  EXPECT_EQ(hub["refusal"], "");
  ASSERT_THAT(Names(hub["roles"][0]), IsSupersetOf({"expires", "role", "version"}));
  EXPECT_EQ(imported["publishers"][1]["publisher"], kChuanyu);
  EXPECT_EQ(imported["publishers"][1]["own"], true);
}

TEST_F(CommandJson, OfProofsAndHistory) {
  const std::string proof = absl::StrCat(federation().folder(), "/proof");
  const std::string key = IssuerKey(federation(), "issuer", "31")->public_key().spki_sha256();
  const std::string entry = absl::StrCat(SampleIssuerCode("31"), "/", absl::BytesToHexString(key));
  const auto prove = [&](const std::string& id) {
    return ShownOne({"trust", "prove", "--publisher", kDelta, "--address", Admin(kChuanyu),
                     "--target", "31/issuers", "--entry", id, "--proof", proof});
  };
  const Words verify = {"trust", "verify-proof", "--root", FirstRoot(kDelta), "--proof", proof};

  const json proved = prove(entry);
  ASSERT_THAT(Names(proved), ElementsAre("bytes", "proof"));
  EXPECT_EQ(proved["proof"], proof);
  EXPECT_EQ(proved["bytes"], fs::file_size(proof));

  const json present = ShownOne(verify);
  ASSERT_THAT(Names(present), ElementsAre("entry", "listSha256", "path", "present", "role",
                                          "roleVersion", "rootVersion", "until", "valueSha256"));
  EXPECT_EQ(present["present"], true);
  EXPECT_EQ(present["path"], "31/issuers");
  EXPECT_EQ(present["entry"], entry);
  EXPECT_EQ(present["role"], "j-31");
  EXPECT_EQ(present["roleVersion"], federation().VersionAt(kChuanyu, kDelta, "j-31"));
  EXPECT_EQ(present["rootVersion"], 1);
  EXPECT_GT(TimeIn(present["until"]), RealClock().Now());
  ExpectHexDigest(present["listSha256"]);
  ExpectHexDigest(present["valueSha256"]);

  prove(absl::StrCat(SampleIssuerCode("31"), "/", std::string(64, '0')));
  const json absent = ShownOne(verify);
  ASSERT_THAT(Names(absent), ElementsAre("entry", "listSha256", "path", "present", "role",
                                         "roleVersion", "rootVersion", "until"));
  EXPECT_EQ(absent["present"], false);
  EXPECT_EQ(absent["listSha256"], present["listSha256"]);

  const json version =
      ShownOne({"trust", "history", "--publisher", kDelta, "--role", "j-31", "--address",
                Admin(kChuanyu), "--repository", federation().Path(kDelta, "repository")});
  ASSERT_THAT(Names(version),
              ElementsAre("contentChanges", "expires", "inForceSince", "isOldestKept", "role",
                          "signers", "signersChanges", "unknownSignatures", "version"));
  EXPECT_EQ(version["role"], "j-31");
  EXPECT_EQ(version["version"], 1);
  EXPECT_EQ(version["signers"],
            json({KeySha256(federation().Path(kDelta, "keys/offline/j-31.pem"))}));
  EXPECT_EQ(version["unknownSignatures"], 0);
  EXPECT_EQ(version["isOldestKept"], false);
  EXPECT_LT(TimeIn(version["inForceSince"]), TimeIn(version["expires"]));
  Words listed;
  for (const json& change : version["contentChanges"]) {
    EXPECT_EQ(change["what"].get<std::string>().empty(), false);
    listed.push_back(change["path"]);
  }
  EXPECT_THAT(listed, testing::Contains("31/issuers"));
}

TEST_F(CommandJson, OfARepin) {
  const auto root = MetadataDraft::FromBytes(ReadTestFile(FirstRoot(kDelta)));
  ASSERT_TRUE(root.ok()) << root.status();
  const std::string sha256 = root->SignedSha256();

  const json shown = ShownOne({"trust", "repin", "--publisher", kDelta, "--root", FirstRoot(kDelta),
                               "--sha256", absl::BytesToHexString(sha256), "--because", "a drill",
                               "--address", Admin(kChuanyu)});

  ASSERT_THAT(Names(shown), ElementsAre("repin"));
  const json& repin = shown["repin"];
  ASSERT_THAT(Names(repin), ElementsAre("because", "newRootSha256", "newRootVersion",
                                        "oldRootSha256", "oldRootVersion", "repinnedAt"));
  EXPECT_EQ(repin["because"], "a drill");
  EXPECT_EQ(repin["oldRootSha256"], absl::Base64Escape(sha256));
  EXPECT_EQ(repin["newRootSha256"], absl::Base64Escape(sha256));
  EXPECT_EQ(Number(repin["oldRootVersion"]), 1);
  EXPECT_EQ(Number(repin["newRootVersion"]), 1);
  EXPECT_LE(TimeIn(repin["repinnedAt"]), RealClock().Now());
  EXPECT_TRUE(WaitUntil([] { return federation().LastRefusalAt(kChuanyu, kDelta).empty(); }));
}

TEST_F(CommandJson, OfAClaimAndOfAnErasedSalt) {
  const std::string receipt = absl::StrCat(federation().folder(), "/licence.receipt");
  const std::string document = absl::StrCat(federation().folder(), "/licence.json");
  const auto asked = Question(
      "31", "50", SignedBy(*IssuerKey(federation(), "issuer", "50"), DrivingLicence("50", 31)));
  gateway::v1::RecognizeResponse answer;
  ASSERT_TRUE(Recognize(federation().Api(kDelta, "platform-31"), asked, &answer).ok());
  WriteTestFile(receipt, CanonicalBytes(answer.receipt()));
  WriteTestFile(document, asked.presentation().detached().document());
  const auto as = [](absl::string_view member, const std::string& identity, Words words) {
    words.insert(words.end(),
                 {"--address", federation().Address(member, "api"), "--cert",
                  federation().Path(member, absl::StrCat("tls/", identity, ".pem")), "--key",
                  federation().Path(member, absl::StrCat("tls/", identity, ".key")), "--ca",
                  federation().Path(member, "tls/ca.pem")});
    return words;
  };
  const json filed = ShownOne(as(kDelta, "platform-31",
                                 {"dispute", "file", "--receipt", receipt, "--document", document,
                                  "--description", "an address is wrong"}));
  const Words one = as(kChuanyu, "worker-case-50",
                       {"dispute", "get", "--dispute", filed["name"].get<std::string>()});
  ASSERT_TRUE(WaitUntil([&] { return federation().Mrgctl(one).code == 0; }));
  const std::string lease = absl::StrCat(federation().folder(), "/lease");
  const absl::Time before = RealClock().Now();

  const json claimed = ShownOne(as(kChuanyu, "worker-case-50",
                                   {"dispute", "claim", "--queue", "issuer-50", "--lease-seconds",
                                    "120", "--lease-out", lease}));
  const json erased = ShownOne({"receipt", "erase-salt", "--receipt", receipt, "--because",
                                "case 12", "--address", Admin(kDelta)});

  ASSERT_THAT(Names(claimed), ElementsAre("dispute", "leaseToken", "leaseUntil"));
  EXPECT_EQ(claimed["dispute"]["name"], filed["name"]);
  EXPECT_EQ(claimed["dispute"]["queue"], "issuer-50");
  EXPECT_EQ(claimed["dispute"]["state"], "DISPUTE_STATE_ROUTED");
  EXPECT_EQ(claimed["leaseToken"], 1);
  EXPECT_THAT(TimeIn(claimed["leaseUntil"]),
              AllOf(Ge(before + absl::Seconds(120)), Le(RealClock().Now() + absl::Seconds(120))));
  EXPECT_FALSE(ReadTestFile(lease).empty());
  ASSERT_THAT(Names(erased), ElementsAre("because", "erasedAt"));
  EXPECT_EQ(erased["because"], "case 12");
  EXPECT_GE(TimeIn(erased["erasedAt"]), before);
}

// The files of a bundle, unpacked, are a static mirror.
TEST_F(CommandJson, OfATufClient) {
  const std::string mirror = absl::StrCat(federation().folder(), "/mirror");
  fs::create_directories(mirror + "/got");
  ASSERT_EQ(federation()
                .Mrgctl({"bundle", "export", "--publisher", kHub, "--address", Admin(kHub), "--out",
                         mirror + "/lists.tar"})
                .code,
            0);
  ASSERT_EQ(RunToEnd({"tar", "-xf", mirror + "/lists.tar", "-C", mirror}, mirror).code, 0);
  const auto server = ChildProcess::Start(
      {"python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", mirror},
      mirror + "/server.out", mirror + "/server.err");
  ASSERT_TRUE(server.ok()) << server.status();
  std::string url;
  ASSERT_TRUE(WaitUntil([&] {
    const std::string said = ReadIfThere(mirror + "/server.out");
    const size_t begin = said.find("(http://"), end = said.find("/)");
    if (begin == std::string::npos || end == std::string::npos) return false;
    url = absl::StrCat(said.substr(begin + 1, end - begin - 1), "/", kHub);
    return true;
  }));
  const Words client = {"tuf", "--metadata-dir", mirror + "/trusted"};
  const auto with = [&client](Words words) {
    words.insert(words.begin(), client.begin(), client.end());
    return words;
  };
  fs::create_directories(mirror + "/trusted");

  EXPECT_THAT(Shown(with({"init", FirstRoot(kHub)})), IsEmpty());
  EXPECT_THAT(Shown(with({"--metadata-url", url + "/metadata", "refresh"})), IsEmpty());
  const json target =
      ShownOne(with({"--metadata-url", url + "/metadata", "--target-base-url", url + "/targets",
                     "--target-dir", mirror + "/got", "--target-name", "federation", "download"}));

  EXPECT_TRUE(fs::exists(mirror + "/trusted/timestamp.json"));
  ASSERT_THAT(Names(target), ElementsAre("file"));
  EXPECT_EQ(target["file"], mirror + "/got/federation");
  EXPECT_EQ(ReadTestFile(mirror + "/got/federation"),
            ReadTestFile(federation().Path(kHub, "repository/targets/federation")));
}

TEST_F(CommandJson, OfRevokedCertificatesAndOfAReplacedKey) {
  const std::string tls = absl::StrCat(federation().folder(), "/authority");
  ShownOne({"certificate", "authority", "--domain", "own.example", "--out", tls});
  ShownOne({"certificate", "issue", "--authority", tls, "--identity", "node/log-1", "--out",
            tls + "/node"});
  const absl::Time before = absl::FromUnixSeconds(absl::ToUnixSeconds(RealClock().Now()));

  const json revoked = ShownOne({"certificate", "revoke", "--authority", tls, "--certificate",
                                 tls + "/node.pem", "--days", "7"});

  ASSERT_THAT(Names(revoked), ElementsAre("list", "renewBefore"));
  EXPECT_EQ(revoked["list"], tls + "/ca.crl");
  EXPECT_TRUE(fs::exists(tls + "/ca.crl"));
  EXPECT_THAT(TimeIn(revoked["renewBefore"]),
              AllOf(Ge(before + absl::Hours(7 * 24)), Le(RealClock().Now() + absl::Hours(7 * 24))));

  const std::string keys = federation().Path(kDelta, "keys");
  const std::string repository = federation().Path(kDelta, "repository");
  const std::string ended = KeySha256(keys + "/offline/j-34.pem");

  const json replaced =
      ShownOne({"keys", "replace", "--role", "j-34", "--dir", keys, "--repository", repository});

  ASSERT_THAT(Names(replaced), ElementsAre("ended", "role", "sha256", "toSign"));
  EXPECT_EQ(replaced["role"], "j-34");
  EXPECT_EQ(replaced["ended"], ended);
  EXPECT_EQ(replaced["sha256"], KeySha256(keys + "/offline/j-34.pem"));
  EXPECT_NE(replaced["sha256"], replaced["ended"]);
  EXPECT_EQ(replaced["toSign"], json({"targets", "j-34"}));
  EXPECT_EQ(ShownOne({"trust", "unstage", "--repository", repository, "--role", "targets"}),
            json({{"role", "targets"}}));
}

// The last one: the other region is restored from a backup.
TEST_F(CommandJson, OfTheProofOfAFork) {
  const auto publish_anew = [] {
    ASSERT_TRUE(federation().Trust(kChuanyu, {"renew", "--role", "j-51"}).ok());
    ASSERT_TRUE(federation().Sign(kChuanyu, "j-51").ok());
    ASSERT_TRUE(federation().Publish(kChuanyu).ok());
  };
  const std::string data = federation().Path(kChuanyu, "data");
  const std::string backup = federation().Path(kChuanyu, "backup");
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  fs::copy(data, backup, fs::copy_options::recursive);
  ASSERT_TRUE(federation().StartReady(kChuanyu).ok());
  publish_anew();
  const int64_t lost = federation().VersionAt(kChuanyu, kChuanyu, "j-51");
  ASSERT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-51", lost));
  federation().KillNode(kChuanyu);
  fs::remove_all(data);
  fs::rename(backup, data);
  ASSERT_TRUE(federation().StartNode(kChuanyu).ok());
  publish_anew();
  publish_anew();
  const Words list = {"trust", "evidence", "list", "--address", Admin(kDelta)};
  ASSERT_TRUE(WaitUntil([&] { return !Shown(list).empty(); }));
  const std::string proof = absl::StrCat(federation().folder(), "/fork");

  const json fork = Shown(list).front();
  const std::string id = fork["id"];
  const json exported = ShownOne(
      {"trust", "evidence", "export", "--id", id, "--file", proof, "--address", Admin(kDelta)});
  const json verified = ShownOne(
      {"trust", "evidence", "verify", "--file", proof, "--first-root", FirstRoot(kChuanyu)});

  ASSERT_THAT(Names(fork), ElementsAre("finding", "foundAt", "id"));
  ExpectHexDigest(fork["id"]);
  EXPECT_LE(TimeIn(fork["foundAt"]), RealClock().Now());
  const json& finding = fork["finding"];
  ASSERT_THAT(Names(finding),
              ElementsAre("firstRootSha256", "firstSha256", "firstVersion", "publisher", "role",
                          "rootVersion", "secondSha256", "secondVersion"));
  EXPECT_EQ(finding["publisher"], kChuanyu);
  EXPECT_EQ(finding["role"], "timestamp");
  EXPECT_EQ(finding["rootVersion"], 1);
  ExpectHexDigest(finding["firstSha256"]);
  ExpectHexDigest(finding["secondSha256"]);
  EXPECT_NE(finding["firstSha256"], finding["secondSha256"]);
  ExpectHexDigest(finding["firstRootSha256"]);
  EXPECT_EQ(exported, json({{"file", proof}}));
  EXPECT_EQ(verified, json({{"id", id}, {"finding", finding}}));

  ShownOne({"trust", "evidence", "resume", "--publisher", kChuanyu, "--id", id, "--because",
            "restored backup", "--address", Admin(kDelta)});
  json answered;
  for (const json& one : Shown(list)) {
    if (one["id"] == id) answered = one;
  }
  ASSERT_THAT(Names(answered),
              ElementsAre("finding", "foundAt", "id", "resumedAt", "resumedBecause"));
  EXPECT_EQ(answered["resumedBecause"], "restored backup");
  EXPECT_GE(TimeIn(answered["resumedAt"]), TimeIn(answered["foundAt"]));
}

}  // namespace
}  // namespace mrg
