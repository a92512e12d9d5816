// Trust lists carried as a file: to a region whose node never reaches another one.

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "tests/federation/child_process.h"
#include "tests/federation/federation.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/at_once.h"

namespace mrg {
namespace {

using gateway::v1::AdminService;
using gateway::v1::ImportBundleRequest;
using gateway::v1::ImportBundleResponse;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class BundleScenario : public testing::Test {
 protected:
  // Hub and Delta run, publish and follow each other; Chuanyu has only been laid out.
  void SetUp() override {
    auto laid_out = Federation::LayOut();
    ASSERT_TRUE(laid_out.ok()) << laid_out.status();
    federation_ = *std::move(laid_out);
    ASSERT_TRUE(federation().StartNode(kHub).ok());
    ASSERT_TRUE(federation().Publish(kHub).ok());
    ASSERT_TRUE(federation().StartNode(kDelta).ok());
    ASSERT_TRUE(federation().WaitForVersion(kDelta, kHub, "timestamp", 1));
    ASSERT_TRUE(federation().Publish(kDelta).ok());
  }

  Federation& federation() { return *federation_; }
  std::string AdminAddress(const std::string& member) {
    return "unix:" + federation().Path(member, "run/admin.sock");
  }
  std::string File(const std::string& name) { return federation().folder() + "/" + name; }

  Ran Export(const std::string& member, const std::string& file,
             const std::vector<std::string>& publishers = {}) {
    std::vector<std::string> words = {"bundle", "export", "--address", AdminAddress(member),
                                      "--out",  file};
    for (const std::string& publisher : publishers) {
      words.push_back("--publisher");
      words.push_back(publisher);
    }
    return federation().Mrgctl(words);
  }
  Ran Import(const std::string& member, const std::string& file) {
    return federation().Mrgctl(
        {"bundle", "import", "--address", AdminAddress(member), "--file", file});
  }

  // Ends the link: from here on Chuanyu can reach nobody.
  void StopTheOthersAndStartChuanyu() {
    ASSERT_EQ(federation().StopNode(kHub), 0);
    ASSERT_EQ(federation().StopNode(kDelta), 0);
    // Nobody can be asked what he keeps of its log: the operator says that it may begin.
    ASSERT_TRUE(federation().StartNode(kChuanyu, {"--accept-unwitnessed"}).ok());
  }

  // The same, after Chuanyu got the hub's list and published its own, whose agreement says whom
  // else it may trust.
  void StopTheOthersAndStartChuanyuWithItsAgreement() {
    ASSERT_EQ(Export(kDelta, File("hub.tar"), {kHub}).code, 0);
    StopTheOthersAndStartChuanyu();
    ASSERT_EQ(Import(kChuanyu, File("hub.tar")).code, 0);
    ASSERT_TRUE(federation().Publish(kChuanyu).ok());
  }

  // The same, with the Delta's lists on their way twice: "newer.tar" has the second j-31.
  void ExportTwiceAndStopTheOthers() {
    ASSERT_EQ(Export(kDelta, File("older.tar"), {kHub, kDelta}).code, 0);
    ASSERT_TRUE(federation().Trust(kDelta, {"renew", "--role", "j-31"}).ok());
    ASSERT_TRUE(federation().Sign(kDelta, "j-31").ok());
    ASSERT_TRUE(federation().Publish(kDelta).ok());
    ASSERT_EQ(Export(kDelta, File("newer.tar"), {kHub, kDelta}).code, 0);
    StopTheOthersAndStartChuanyuWithItsAgreement();
  }

  // Names the licence-tag key of 31 in Chuanyu's configuration, as an operator who brought it does.
  void CarryTagKeyOf31() {
    const std::string path = federation().Path(kChuanyu, "node.textproto");
    const std::string config = ReadTestFile(path);
    const std::string key = federation().Path(kDelta, "keys/online/epoch-31.key");
    WriteTestFile(path, WithReplaced(config, "\nkeys {",
                                     absl::StrCat("\nkeys { carried_epoch_keys { jurisdiction: "
                                                  "\"31\" epoch: 1 path: \"",
                                                  key, "\" }")));
  }

  std::unique_ptr<Federation> federation_;
};

TEST_F(BundleScenario, ANodeWithoutALinkWorksWithWhatABundleBrought) {
  const Ran exported = Export(kDelta, File("lists.tar"));
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_THAT(exported.out, AllOf(HasSubstr("hub: "), HasSubstr("yangtze-delta: ")));
  ASSERT_EQ(Export(kDelta, File("again.tar")).code, 0);
  EXPECT_EQ(ReadTestFile(File("lists.tar")), ReadTestFile(File("again.tar")))
      << "nothing changed in between, so the file is the same";
  CarryTagKeyOf31();
  StopTheOthersAndStartChuanyu();
  ASSERT_FALSE(federation().Publish(kChuanyu).ok()) << "the hub's dictionary is not here";

  const Ran first = Import(kChuanyu, File("lists.tar"));
  EXPECT_EQ(first.code, 1);
  EXPECT_THAT(first.out, AllOf(HasSubstr("hub: now in force"),
                               HasSubstr("yangtze-delta: REFUSED, MEMBER_ROOT_UNCONFIRMED")))
      << "no agreement of the own side names it yet";
  ASSERT_TRUE(federation().Publish(kChuanyu).ok()) << "checked against the carried dictionary";
  const Ran imported = Import(kChuanyu, File("lists.tar"));

  ASSERT_EQ(imported.code, 0) << imported.err << imported.out;
  EXPECT_THAT(imported.out, AllOf(HasSubstr("hub: was in force already"),
                                  HasSubstr("yangtze-delta: now in force")));
  EXPECT_EQ(federation().VersionAt(kChuanyu, kDelta, "j-31"), 1);
  EXPECT_THAT(federation().LogOf(kChuanyu), HasSubstr("\"event\":\"bundle_imported\""));
  EXPECT_TRUE(WaitUntil([&] { return federation().IsReady(kChuanyu); }));
  const auto answer = [&](absl::string_view kind, absl::string_view issuing) {
    return AnswerTo(
        federation().Api(kChuanyu, "platform-50"),
        Question("50", issuing,
                 SignedBy(*IssuerKey(federation(), kind, issuing), DrivingLicence(issuing))));
  };
  EXPECT_EQ(answer("issuer", "31"), "RECOGNIZED") << "decided by Delta's carried list";
  EXPECT_EQ(answer("unlisted", "31"), "NOT_RECOGNIZED ISSUER_NOT_LISTED");
  EXPECT_EQ(answer("issuer", "32"), "STALE_TRUST STATUS_UNAVAILABLE")
      << "the licence-tag key of 32 was not brought along";
  // A restart finds it all.
  federation().KillNode(kChuanyu);
  ASSERT_TRUE(federation().StartNode(kChuanyu).ok());
  EXPECT_EQ(federation().VersionAt(kChuanyu, kDelta, "j-31"), 1);
  const Ran again = Import(kChuanyu, File("lists.tar"));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("yangtze-delta: was in force already"));
}

TEST_F(BundleScenario, AnOlderBundleIsRefusedByNameAndTheNewerListsStay) {
  ExportTwiceAndStopTheOthers();
  ASSERT_EQ(Import(kChuanyu, File("newer.tar")).code, 0);

  const Ran refused = Import(kChuanyu, File("older.tar"));

  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.out, AllOf(HasSubstr("hub: was in force already"),
                                 HasSubstr("yangtze-delta: REFUSED, METADATA_ROLLBACK")));
  EXPECT_EQ(federation().VersionAt(kChuanyu, kDelta, "j-31"), 2);
  EXPECT_EQ(federation().LastRefusalAt(kChuanyu, kDelta), "METADATA_ROLLBACK");
}

TEST_F(BundleScenario, M3_T14_OfTwoBundlesAtOnceOneIsTakenAfterTheOtherOrNotAtAll) {
  ExportTwiceAndStopTheOthers();

  const auto [older, newer] = AtOnce([&] { return Import(kChuanyu, File("older.tar")); },
                                     [&] { return Import(kChuanyu, File("newer.tar")); });

  EXPECT_TRUE(older.code == 0 || newer.code == 0) << older.err << newer.err;
  if (older.code != 0) {
    EXPECT_THAT(older.out + older.err,
                AnyOf(HasSubstr("OVERLOADED"), HasSubstr("REFUSED, METADATA_ROLLBACK")));
  }
  if (newer.code != 0) {
    EXPECT_THAT(newer.err, HasSubstr("OVERLOADED"));
  }
  EXPECT_EQ(federation().VersionAt(kChuanyu, kDelta, "j-31"), newer.code == 0 ? 2 : 1);
  EXPECT_EQ(Import(kChuanyu, File("newer.tar")).code, 0);
  EXPECT_EQ(federation().VersionAt(kChuanyu, kDelta, "j-31"), 2);
}

TEST_F(BundleScenario, APublisherThatTheNodeDoesNotFollowIsRefusedAndItsOwnListsAreLeftAlone) {
  ASSERT_EQ(Export(kDelta, File("lists.tar")).code, 0);

  const Ran imported = Import(kDelta, File("lists.tar"));

  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.out, AllOf(HasSubstr("yangtze-delta: left alone"),
                                  HasSubstr("hub: was in force already")));
  const Ran unknown = Export(kDelta, File("none.tar"), {"nobody"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("METADATA_NOT_FOUND"));
  EXPECT_FALSE(std::filesystem::exists(File("none.tar")));
}

TEST_F(BundleScenario, ABrokenBundleOrUploadChangesNothing) {
  ASSERT_EQ(Export(kDelta, File("lists.tar")).code, 0);
  StopTheOthersAndStartChuanyu();
  const std::string whole = ReadTestFile(File("lists.tar"));
  WriteTestFile(File("cut.tar"), whole.substr(0, whole.size() / 2));
  std::string changed = whole;
  changed[changed.find("\"signed\"") + 1] = 'S';
  WriteTestFile(File("changed.tar"), changed);

  const Ran cut = Import(kChuanyu, File("cut.tar"));
  const Ran other = Import(kChuanyu, File("changed.tar"));
  // What a sender that died leaves: files, and no last message.
  const auto upload = [&](bool complete, const std::string& name) {
    grpc::ClientContext context;
    ImportBundleResponse response;
    const auto stub = AdminService::NewStub(federation().Admin(kChuanyu));
    const auto writer = stub->ImportBundle(&context, &response);
    ImportBundleRequest request;
    request.add_files()->set_name(name);
    request.set_complete(complete);
    writer->Write(request);
    writer->WritesDone();
    return ReasonIn(writer->Finish());
  };

  EXPECT_THAT(cut.err, HasSubstr("BUNDLE_MALFORMED"));
  EXPECT_THAT(other.err, HasSubstr("BUNDLE_MALFORMED"));
  EXPECT_EQ(upload(false, "hub/metadata/timestamp.json"), "BUNDLE_MALFORMED");
  EXPECT_EQ(upload(true, "hub/metadata/../../x"), "BUNDLE_MALFORMED");
  EXPECT_EQ(upload(true, "hub/metadata/timestamp.json"), "OK") << "a refusal of the hub's part";
  EXPECT_EQ(federation().VersionAt(kChuanyu, kHub, "timestamp"), 0);
  EXPECT_EQ(federation().VersionAt(kChuanyu, kDelta, "timestamp"), 0);
  EXPECT_THAT(Import(kChuanyu, File("lists.tar")).out, HasSubstr("hub: now in force"));
}

TEST_F(BundleScenario, ANodeKilledWhileItImportsHasAllOfAPublisherOrNothing) {
  ASSERT_EQ(Export(kDelta, File("lists.tar")).code, 0);
  StopTheOthersAndStartChuanyuWithItsAgreement();
  for (int round = 0; round < 6; ++round) {
    auto importing = ChildProcess::Start({"gateway/cli/mrgctl", "bundle", "import", "--address",
                                          AdminAddress(kChuanyu), "--file", File("lists.tar")},
                                         File("import.out"), File("import.err"));
    ASSERT_TRUE(importing.ok()) << importing.status();
    // Each round a little later in the import: so many files have been read meanwhile.
    for (int i = 0; i < round * 20; ++i) EXPECT_FALSE(ReadTestFile(File("lists.tar")).empty());
    federation().KillNode(kChuanyu);
    importing->reset();
    ASSERT_TRUE(federation().StartNode(kChuanyu).ok());

    const int64_t root = federation().VersionAt(kChuanyu, kDelta, "root");
    EXPECT_EQ(federation().VersionAt(kChuanyu, kDelta, "j-31"), root);
    EXPECT_EQ(federation().VersionAt(kChuanyu, kDelta, "j-34"), root);
  }
  EXPECT_EQ(Import(kChuanyu, File("lists.tar")).code, 0);
}

}  // namespace
}  // namespace mrg
