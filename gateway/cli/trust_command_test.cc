#include "gateway/cli/trust_command.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/testing/sample_lists.h"
#include "gateway/cli/command.h"
#include "gateway/cli/keys_command.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/cli/testing/ran_command.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/signer_file.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kCalendar[] = "deploy/regions/hub/calendar-2026.textproto";

// The node's side of a publication: the real publisher over a store in memory.
class TestNode : public gateway::v1::AdminService::Service {
 public:
  TestNode(MemberId member, const std::string& keys, const std::string& socket)
      : timestamp_(*SignerFromFile(keys + "/online/timestamp.pem")),
        snapshot_(*SignerFromFile(keys + "/online/snapshot.pem")),
        status_(*SignerFromFile(keys + "/online/status.pem")),
        publisher_({member, "status", {"31/status/licences"}},
                   {timestamp_.get(), snapshot_.get(), status_.get()}, &store_, &intake_) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket, grpc::InsecureServerCredentials());
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }

  grpc::Status Publish(grpc::ServerContext*, const gateway::v1::PublishRequest* request,
                       gateway::v1::PublishResponse* response) override {
    Publication publication;
    for (const auto& file : request->metadata()) {
      publication.metadata.emplace_back(file.name(), file.content());
    }
    for (const auto& target : request->targets()) {
      publication.targets.emplace_back(target.path(), target.content());
    }
    publication.tree_nodes.assign(request->tree_nodes().begin(), request->tree_nodes().end());
    last_ = *request;
    const absl::Time now = RealClock().Now();
    const auto set = publisher_.Publish(publication, now);
    if (!set.ok()) return StatusToGrpc(set.status());
    *response->mutable_in_force_at() = ToTimestamp(now);
    for (const RoleVersion& role : set->roles) {
      auto* state = response->add_roles();
      state->set_role(role.role);
      state->set_version(role.version);
      *state->mutable_expires() = ToTimestamp(role.expires);
    }
    return grpc::Status::OK;
  }

  grpc::Status UploadContent(grpc::ServerContext*,
                             grpc::ServerReader<gateway::v1::UploadContentRequest>* reader,
                             gateway::v1::UploadContentResponse*) override {
    uploaded_.clear();
    gateway::v1::UploadContentRequest part;
    bool complete = false;
    while (reader->Read(&part)) {
      uploaded_.insert(uploaded_.end(), part.content().begin(), part.content().end());
      complete = part.complete();
    }
    EXPECT_TRUE(complete);
    return StatusToGrpc(publisher_.KeepContent(uploaded_));
  }

  grpc::Status GetTrustState(grpc::ServerContext*, const gateway::v1::GetTrustStateRequest*,
                             gateway::v1::GetTrustStateResponse* response) override {
    if (not_ready_answers_ == 0) {
      response->set_ready(true);
      return grpc::Status::OK;
    }
    --not_ready_answers_;
    response->add_not_ready_reasons("NODE_NOT_READY");
    response->add_publishers()->set_publisher("hub");
    response->mutable_publishers(0)->set_last_refusal("METADATA_EXPIRED");
    return grpc::Status::OK;
  }

  // How often GetTrustState answers before the node is ready.
  void set_not_ready_answers(int count) { not_ready_answers_ = count; }
  InForceSet InForce() const { return **publisher_.InForce(); }
  std::string Blob(absl::string_view sha256) { return *BlobStore(&store_).ReadBlob(sha256); }
  const gateway::v1::PublishRequest& last() const { return last_; }
  const std::vector<std::string>& uploaded() const { return uploaded_; }

 private:
  MemoryStore store_;
  StoringIntake intake_{&store_};
  const std::unique_ptr<Signer> timestamp_;
  const std::unique_ptr<Signer> snapshot_;
  const std::unique_ptr<Signer> status_;
  int not_ready_answers_ = 1;
  RepositoryPublisher publisher_;
  gateway::v1::PublishRequest last_;
  std::vector<std::string> uploaded_;
  std::unique_ptr<grpc::Server> server_;
};

// An Ed25519 key (RFC 8410) of 32 bytes that begin with `name`.
std::string KeyNamed(std::string name) {
  name.resize(32, '.');
  return absl::StrCat(absl::HexStringToBytes("302a300506032b6570032100"), name);
}

class TrustCommandTest : public ::testing::Test {
 protected:
  TrustCommandTest() {
    std::string folder = std::string(std::getenv("TEST_TMPDIR")) + "/t-XXXXXX";
    folder_ = mkdtemp(folder.data());
    std::ostringstream nowhere;
    Display ignored(&nowhere);
    EXPECT_EQ(RunKeysCommand(std::vector<std::string>{"init", "--dir", folder_ + "/keys",
                                                      "--jurisdictions", "31"},
                             ignored, ignored),
              kExitOk);
    // A socket's path has about 100 bytes, less than the test's own folder may take.
    socket_folder_ = "/tmp/trust_command_test.XXXXXX";
    EXPECT_NE(mkdtemp(socket_folder_.data()), nullptr);
    address_ = "unix:" + socket_folder_ + "/admin.sock";
  }
  ~TrustCommandTest() override { std::filesystem::remove_all(socket_folder_); }

  RanCommand Mrgctl(std::vector<std::string> words) const {
    if (words[0] != "status" && words[0] != "verify-proof") {
      words.insert(words.end(), {"--repository", folder_ + "/repository"});
    }
    return RunCommand(&RunTrustCommand, words);
  }

  void Must(const std::vector<std::string>& words) const {
    const RanCommand ran = Mrgctl(words);
    ASSERT_EQ(ran.code, kExitOk) << words[0] << ": " << ran.err;
  }

  RanCommand Init(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"init",   "--member",        "yangtze-delta",
                                      "--keys", folder_ + "/keys", "--jurisdictions",
                                      "31",     "--log-origin",    "yangtze-delta/log-1"};
    words.insert(words.end(), more.begin(), more.end());
    return Mrgctl(words);
  }

  RanCommand Sign(const std::string& role, const std::string& key) const {
    return Mrgctl({"sign", "--role", role, "--key", folder_ + "/keys/offline/" + key + ".pem"});
  }

  // The agreement as a file.
  std::string AgreementFile() const {
    const std::string path = folder_ + "/agreement.textproto";
    EXPECT_TRUE(WriteWholeFile(path, AgreementText()).ok());
    return path;
  }

  std::string Issuers(const std::string& states) const {
    const std::string path = folder_ + "/issuers.textproto";
    EXPECT_TRUE(
        WriteWholeFile(
            path,
            absl::StrCat("entries { issuer_code: \"11310000YY000001XH\" name: \"上海样例发证机关\" "
                         "public_key: \"",
                         absl::CEscape(KeyNamed("issuer")),
                         "\" algorithm: SIGNATURE_ALGORITHM_ED25519 "
                         "key_use: ISSUER_KEY_USE_SIGNING area_prefixes: \"31\" "
                         "listed_from { seconds: 1577808000 } ",
                         states, " }"))
            .ok());
    return path;
  }

  std::unique_ptr<TestNode> StartNode() const {
    return std::make_unique<TestNode>(*MemberId::Parse("yangtze-delta"), folder_ + "/keys",
                                      address_.substr(5));
  }

  std::string folder_;
  std::string socket_folder_;
  std::string address_;
};

TEST_F(TrustCommandTest, CeremonyFromInitToPublicationPutsEverythingInForce) {
  const RanCommand init = Init();
  ASSERT_EQ(init.code, kExitOk) << init.err;
  EXPECT_THAT(init.out, ::testing::ContainsRegex("root sha256( [0-9a-f]{4}){16}\n"));
  Must({"stage", "--issuers", "31", "--file", Issuers("")});
  Must({"stage", "--catalogue", "31", "--file", kCatalogue});
  EXPECT_THAT(Mrgctl({"stage", "--pack", "31", "--file", kPack}).out,
              HasSubstr("not judged by a dictionary"));
  EXPECT_THAT(Mrgctl({"stage", "--pack", "31", "--file", kPack, "--canonical", kDictionary}).out,
              Not(HasSubstr("not judged")));
  const std::string agreement = AgreementFile();
  Must({"stage", "--agreement", "31", "--file", agreement});
  Must({"stage", "--calendar", "2026", "--file", kCalendar});
  ASSERT_EQ(Sign("j-31", "j-31").code, kExitOk);
  ASSERT_EQ(Sign("targets", "targets").code, kExitOk);
  const auto node = StartNode();

  const RanCommand published = Mrgctl({"publish", "--address", address_});

  ASSERT_EQ(published.code, kExitOk) << published.err;
  EXPECT_THAT(published.out, HasSubstr("j-31 version 1 until "));
  EXPECT_THAT(published.out, HasSubstr("timestamp version 1 until "));
  const InForceSet set = node->InForce();
  for (const std::string path :
       {"31/issuers", "31/catalogue", "31/packs/11100000XX0000019L003/delta-reply/1",
        "31/agreements/changsanjiao-2020/1", "31/status/licences", "calendar/2026", "log-keys"}) {
    ASSERT_NE(set.FindTarget(path), nullptr) << path;
  }
  EXPECT_TRUE(set.FindTarget("31/issuers")->is_tree);
  EXPECT_EQ(set.FindTarget("31/agreements/changsanjiao-2020/1")->role, "j-31");
  EXPECT_EQ(node->Blob(set.FindTarget("31/agreements/changsanjiao-2020/1")->sha256),
            *ReadWholeFile(agreement));
  trustlist::v1::LogKeys keys;
  ASSERT_TRUE(keys.ParseFromString(node->Blob(set.FindTarget("log-keys")->sha256)));
  EXPECT_EQ(keys.keys(0).origin(), "yangtze-delta/log-1");
  EXPECT_EQ(keys.keys(0).public_key(),
            (*SignerFromFile(folder_ + "/keys/online/log.pem"))->public_key().spki_der());
  EXPECT_THAT(Mrgctl({"diff"}).out, HasSubstr("nothing is staged"));
}

TEST_F(TrustCommandTest, ChangedIssuerIsSaidInWordsAndOnlyTheChangeIsSent) {
  ASSERT_EQ(Init().code, kExitOk);
  Must({"stage", "--issuers", "31", "--file", Issuers("")});
  Must({"stage", "--pack", "31", "--file", kPack});
  ASSERT_EQ(Sign("j-31", "j-31").code, kExitOk);
  ASSERT_EQ(Sign("targets", "targets").code, kExitOk);
  const auto node = StartNode();
  Must({"publish", "--address", address_});

  Must({"stage", "--issuers", "31", "--file",
        Issuers("states { kind: ISSUER_STATE_KIND_COMPROMISED from { seconds: 1795478400 } }")});
  const RanCommand diff = Mrgctl({"diff"});
  EXPECT_THAT(diff.out, HasSubstr("j-31: version 1 -> 2"));
  EXPECT_THAT(diff.out, HasSubstr("NOT SIGNED"));
  EXPECT_THAT(diff.out, HasSubstr("changed 31/issuers"));
  EXPECT_THAT(diff.out, HasSubstr("becomes: issuer 11310000YY000001XH \"上海样例发证机关\""));
  EXPECT_THAT(diff.out, HasSubstr("COMPROMISED from 2026-11-24T00:00:00Z"));
  EXPECT_THAT(diff.out, Not(HasSubstr("packs")));

  const RanCommand unsigned_publication = Mrgctl({"publish", "--address", address_});
  EXPECT_EQ(unsigned_publication.code, kExitFailed);
  EXPECT_THAT(unsigned_publication.err, HasSubstr("j-31"));
  EXPECT_EQ(node->InForce().FindRole("j-31")->version, 1);

  ASSERT_EQ(Sign("j-31", "j-31").code, kExitOk);
  Must({"publish", "--address", address_});
  EXPECT_EQ(node->InForce().FindRole("j-31")->version, 2);
  ASSERT_EQ(node->last().metadata_size(), 1);
  EXPECT_EQ(node->last().metadata(0).name(), "j-31");
  ASSERT_EQ(node->uploaded().size(), 1u);
  EXPECT_EQ(Sha256(node->uploaded()[0]), node->InForce().FindTarget("31/issuers")->sha256);

  Must({"publish", "--address", address_, "--everything"});
  EXPECT_EQ(node->uploaded().size(), 3u);
  EXPECT_EQ(node->InForce().FindRole("timestamp")->version, 2);
}

TEST_F(TrustCommandTest, AKeyIsRevokedByItsDigestAsDiffShowsIt) {
  ASSERT_EQ(Init().code, kExitOk);
  Must({"stage", "--issuers", "31", "--file", Issuers("")});
  const std::string digest = Sha256(KeyNamed("issuer"));
  const std::string shown = SpokenDigest(digest.substr(0, 8));
  ASSERT_THAT(Mrgctl({"diff"}).out, HasSubstr(absl::StrCat(", key ", shown, ", ")));

  const RanCommand ran = Mrgctl({"revoke", "--jurisdiction", "31", "--issuer", "11310000YY000001XH",
                                 "--key", shown, "--state", "retired", "--from", "now"});

  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out,
              HasSubstr(absl::StrCat(": 11310000YY000001XH/", SpokenDigest(digest), "\n")));
}

TEST_F(TrustCommandTest, EntryIsProvedPresentOrAbsentToWhoTrustsTheRoot) {
  ASSERT_EQ(Init().code, kExitOk);
  Must({"stage", "--issuers", "31", "--file", Issuers("")});
  ASSERT_EQ(Sign("j-31", "j-31").code, kExitOk);
  ASSERT_EQ(Sign("targets", "targets").code, kExitOk);
  const std::string digest = Sha256(KeyNamed("issuer"));
  const std::string plain = absl::StrCat("11310000YY000001XH/", absl::BytesToHexString(digest));
  const std::string shown = absl::StrCat("11310000YY000001XH/", SpokenDigest(digest));
  const std::string file = folder_ + "/proof";
  const std::vector<std::string> verify = {"verify-proof", "--proof", file, "--root",
                                           folder_ + "/repository/metadata/1.root.json"};

  for (const std::string& id : {plain, shown}) {
    Must({"prove", "--target", "31/issuers", "--entry", id, "--proof", file});
    EXPECT_THAT(Mrgctl(verify).out, HasSubstr(absl::StrCat("PRESENT 31/issuers ", shown, "\n")));
  }
  EXPECT_THAT(Mrgctl(verify).out, HasSubstr("signed by j-31 version 1 under root version 1"));
  Must({"prove", "--target", "31/issuers", "--entry", "another", "--proof", file});
  EXPECT_THAT(Mrgctl(verify).out, HasSubstr("ABSENT 31/issuers another\n"));

  std::vector<std::string> later = verify;
  later.insert(later.end(), {"--at", "2999-01-01T00:00:00Z"});
  EXPECT_THAT(Mrgctl(later).err, HasSubstr("METADATA_EXPIRED"));
  ASSERT_TRUE(WriteWholeFile(file, *ReadWholeFile(file) + "x").ok());
  EXPECT_EQ(Mrgctl(verify).code, kExitFailed);
  EXPECT_EQ(Mrgctl(verify).out, "");
}

TEST_F(TrustCommandTest, KeyThatIsNotListedForTheRoleSignsNothing) {
  ASSERT_EQ(Init().code, kExitOk);
  const std::string before = *ReadWholeFile(folder_ + "/repository/metadata/targets.json");

  const RanCommand ran = Sign("targets", "j-31");

  EXPECT_EQ(ran.code, kExitFailed);
  EXPECT_THAT(ran.err, HasSubstr("not listed for targets"));
  EXPECT_EQ(*ReadWholeFile(folder_ + "/repository/metadata/targets.json"), before);
}

TEST_F(TrustCommandTest, TwoSignaturesAreNeededWhereTheThresholdIsTwo) {
  std::ostringstream nowhere;
  Display ignored(&nowhere);
  ASSERT_EQ(RunKeysCommand(std::vector<std::string>{"generate", "--scheme", "sm2-sm3", "--out",
                                                    folder_ + "/keys/offline/targets-2.pem"},
                           ignored, ignored),
            kExitOk);
  ASSERT_EQ(Init({"--targets-threshold", "2"}).code, kExitOk);
  ASSERT_EQ(Sign("j-31", "j-31").code, kExitOk);
  ASSERT_EQ(Sign("targets", "targets").code, kExitOk);
  ASSERT_EQ(Sign("targets", "targets").code, kExitOk);  // the same key counts once
  const auto node = StartNode();
  EXPECT_EQ(Mrgctl({"publish", "--address", address_}).code, kExitFailed);

  ASSERT_EQ(Sign("targets", "targets-2").code, kExitOk);

  Must({"publish", "--address", address_});
  EXPECT_NE(node->InForce().FindTarget("log-keys"), nullptr);
}

TEST_F(TrustCommandTest, RotatedRootNeedsTheOldAndTheNewKey) {
  ASSERT_EQ(Init().code, kExitOk);
  ASSERT_EQ(Sign("j-31", "j-31").code, kExitOk);
  ASSERT_EQ(Sign("targets", "targets").code, kExitOk);
  const auto node = StartNode();
  Must({"publish", "--address", address_});
  const std::string key = folder_ + "/keys/offline/root.pem";
  const std::string old_key = folder_ + "/keys/offline/root.old";
  ASSERT_EQ(std::rename(key.c_str(), old_key.c_str()), 0);
  std::ostringstream nowhere;
  Display ignored(&nowhere);
  ASSERT_EQ(
      RunKeysCommand(std::vector<std::string>{"generate", "--scheme", "ed25519", "--out", key},
                     ignored, ignored),
      kExitOk);

  Must({"rotate", "--keys", folder_ + "/keys"});
  ASSERT_EQ(Sign("root", "root").code, kExitOk);
  const RanCommand refused = Mrgctl({"publish", "--address", address_});
  EXPECT_EQ(refused.code, kExitFailed);
  EXPECT_THAT(refused.err, HasSubstr("METADATA_THRESHOLD"));
  EXPECT_EQ(node->InForce().FindRole("root")->version, 1);

  Must({"sign", "--role", "root", "--key", old_key});
  Must({"publish", "--address", address_});
  EXPECT_EQ(node->InForce().FindRole("root")->version, 2);
}

TEST_F(TrustCommandTest, OnlinePathsForeignPacksAndBrokenFilesAreNotStaged) {
  ASSERT_EQ(Init().code, kExitOk);
  const std::string broken = folder_ + "/broken";
  ASSERT_TRUE(WriteWholeFile(broken, "entries { no_such_field: 1 }").ok());

  EXPECT_EQ(Mrgctl({"stage", "--target", "31/status/licences", "--file", kPack}).code, kExitFailed);
  EXPECT_EQ(Mrgctl({"stage", "--target", "../escape", "--file", kPack}).code, kExitFailed);
  EXPECT_EQ(Mrgctl({"stage", "--pack", "32", "--file", kPack}).code, kExitFailed);
  EXPECT_EQ(Mrgctl({"stage", "--agreement", "50", "--file", kAgreement}).code, kExitFailed);
  EXPECT_THAT(Mrgctl({"stage", "--issuers", "31", "--file", broken}).err,
              HasSubstr("ISSUER_LIST_INVALID"));
  EXPECT_THAT(Mrgctl({"stage", "--catalogue", "31", "--file", broken}).err,
              HasSubstr("CATALOGUE_INVALID"));
  EXPECT_EQ(Mrgctl({"stage", "--pack", "31"}).code, kExitUsage);
  EXPECT_EQ(Mrgctl({"stage", "--file", kPack}).code, kExitUsage);
  EXPECT_EQ(Mrgctl({"stage", "--pack", "31", "--agreement", "31", "--file", kPack}).code,
            kExitUsage);
  EXPECT_THAT(Mrgctl({"diff"}).out, Not(HasSubstr("added 31/packs")));
}

TEST_F(TrustCommandTest, ContentChangedAfterStagingIsNotSigned) {
  ASSERT_EQ(Init().code, kExitOk);
  Must({"stage", "--pack", "31", "--file", kPack});
  ASSERT_EQ(Sign("j-31", "j-31").code, kExitOk);
  ASSERT_EQ(Sign("targets", "targets").code, kExitOk);
  ASSERT_TRUE(WriteWholeFile(
                  folder_ + "/repository/targets/31/packs/11100000XX0000019L003/" + "delta-reply/1",
                  "other")
                  .ok());

  EXPECT_THAT(Mrgctl({"diff"}).err, HasSubstr("changed after it was staged"));
  EXPECT_THAT(Mrgctl({"publish", "--address", address_}).err, HasSubstr("TARGET_NOT_FOUND"));
}

TEST_F(TrustCommandTest, RemovalAndRenewalAreStagedAsTheNextVersion) {
  ASSERT_EQ(Init().code, kExitOk);
  Must({"stage", "--pack", "31", "--file", kPack});
  ASSERT_EQ(Sign("j-31", "j-31").code, kExitOk);
  ASSERT_EQ(Sign("targets", "targets").code, kExitOk);
  const auto node = StartNode();
  Must({"publish", "--address", address_});

  Must({"stage", "--remove", "31/packs/11100000XX0000019L003/delta-reply/1"});
  Must({"renew", "--role", "targets"});
  EXPECT_THAT(Mrgctl({"diff"}).out,
              HasSubstr("REMOVED 31/packs/11100000XX0000019L003/delta-reply/1"));
  ASSERT_EQ(Sign("j-31", "j-31").code, kExitOk);
  ASSERT_EQ(Sign("targets", "targets").code, kExitOk);
  Must({"publish", "--address", address_});

  const InForceSet set = node->InForce();
  EXPECT_EQ(set.FindTarget("31/packs/11100000XX0000019L003/delta-reply/1"), nullptr);
  EXPECT_EQ(set.FindRole("targets")->version, 2);
}

TEST_F(TrustCommandTest, HubStagesFederationAndDictionaryWithoutDelegations) {
  const std::string federation = folder_ + "/federation.textproto";
  ASSERT_TRUE(WriteWholeFile(federation,
                             "members { member: \"yangtze-delta\" jurisdictions: "
                             "[\"32\", \"31\"] } members { member: \"hub\" }")
                  .ok());
  Must({"init", "--member", "hub", "--keys", folder_ + "/keys", "--log-origin", "hub/log-1"});
  Must({"stage", "--federation", "--file", federation});
  Must({"stage", "--dictionary", "--file", kDictionary});

  trustlist::v1::Federation message;
  ASSERT_TRUE(message.ParseFromString(*ReadWholeFile(folder_ + "/repository/targets/federation")));
  EXPECT_EQ(message.members(0).member(), "hub");
  EXPECT_EQ(message.members(1).jurisdictions(0), "31");
  EXPECT_EQ(*ReadWholeFile(folder_ + "/repository/targets/canonical/1"),
            *ReadWholeFile(kDictionary));
  EXPECT_THAT(Mrgctl({"diff"}).out, Not(HasSubstr("delegates")));
}

TEST_F(TrustCommandTest, SecondInitAndForeignLogOriginAreRefused) {
  ASSERT_EQ(Init().code, kExitOk);
  const std::string root = *ReadWholeFile(folder_ + "/repository/metadata/1.root.json");

  EXPECT_EQ(Init().code, kExitFailed);

  EXPECT_EQ(*ReadWholeFile(folder_ + "/repository/metadata/1.root.json"), root);
  EXPECT_EQ(Mrgctl({"init", "--member", "hub", "--keys", folder_ + "/keys", "--log-origin",
                    "other/log-1"})
                .code,
            kExitFailed);
}

TEST_F(TrustCommandTest, StatusSaysWhyTheNodeIsNotReadyAndWhatWasRefused) {
  const auto node = StartNode();

  const RanCommand ran = Mrgctl({"status", "--address", address_});

  EXPECT_EQ(ran.code, kExitFailed);
  EXPECT_THAT(ran.err, HasSubstr("NODE_NOT_READY"));
  EXPECT_THAT(ran.out, HasSubstr("NOT READY"));
  EXPECT_THAT(ran.out, HasSubstr("NODE_NOT_READY"));
  EXPECT_THAT(ran.out, HasSubstr("hub: nothing in force, last refresh refused: METADATA_EXPIRED"));
}

TEST_F(TrustCommandTest, StatusWaitsUntilTheNodeIsReadyOnlyWhenAsked) {
  const auto node = StartNode();
  node->set_not_ready_answers(2);

  EXPECT_EQ(Mrgctl({"status", "--address", address_}).code, kExitFailed);
  const RanCommand ran = Mrgctl({"status", "--wait", "--timeout", "60", "--address", address_});

  EXPECT_EQ(ran.code, kExitOk) << ran.err;
  EXPECT_THAT(ran.out, StartsWith("ready\n"));
}

}  // namespace
}  // namespace mrg
