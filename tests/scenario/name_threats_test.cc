// T09: a publisher whose signatures are good names targets, roles and files of a bundle so that a
// careless follower would write outside its folder, and issuers so that what others sign by
// would show a line that is not there.

#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "tests/federation/child_process.h"
#include "tests/federation/licences.h"
#include "tests/federation/wire_call.h"
#include "tests/scenario/forged_repository.h"
#include "tests/scenario/stolen_key_suite.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {
namespace {

using gateway::v1::AdminService;
using testing::AllOf;
using testing::HasSubstr;

namespace fs = std::filesystem;

// In every name that must not become a file.
constexpr char kTrespass[] = "trespass";

// What lies in the federation's folder and beside it, but for the nodes' own stores; in those,
// and where the test runs, only what must not be there.
std::set<std::string> Listing(const Federation& federation) {
  std::set<std::string> found;
  const fs::path folder(federation.folder());
  for (const fs::path& top : {folder, fs::current_path().parent_path()}) {
    std::error_code gone;  // a store deletes its old files
    for (fs::recursive_directory_iterator at(top, gone), end; at != end; at.increment(gone)) {
      const std::string path = at->path().string();
      const bool is_fixed = top == folder && !absl::StrContains(path, "/data/");
      const std::string name = absl::AsciiStrToLower(at->path().filename().string());
      if (is_fixed || absl::StrContains(name, kTrespass)) found.insert(path);
    }
  }
  for (const fs::path& place : {folder.parent_path(), fs::path("/")}) {
    if (fs::exists(place / kTrespass)) found.insert(place / kTrespass);
  }
  return found;
}

using Threat = StolenKeySuite;

TEST_F(Threat, T09_NamesThatCouldLeaveTheFolderAreRefusedAndNothingIsWritten) {
  ForgedRepository forged(federation(), kChuanyu);
  const MetadataDraft targets = forged.Next("targets");
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  const std::set<std::string> before = Listing(federation());
  const std::string name = kTrespass;
  const TargetFile file = {1, Sha256("x"), false};

  for (const std::string& path :
       {"../" + name, "50/../../../" + name, "/" + name, "//" + name, "50/%2e%2e%2f" + name,
        "50/" + name + std::string(1, '\0') + "x", "50/" + name + std::string(300, 'x'),
        "50\\..\\" + name, "50/" + name + "/."}) {
    SCOPED_TRACE(path);
    MetadataDraft draft = targets;
    draft.SetTarget(path, file);
    forged.PutSigned("targets", std::move(draft), "offline/targets");
    ExpectRefused(forged.moment(), "METADATA_MALFORMED");
  }
  MetadataDraft twins = targets;
  twins.SetTarget("50/" + name, file);
  twins.SetTarget("50/TRESPASS", file);
  forged.PutSigned("targets", std::move(twins), "offline/targets");
  ExpectRefused(forged.moment(), "METADATA_MALFORMED");

  for (const std::string& role :
       {"../" + name, "/" + name, "%2e%2e%2f" + name, name + std::string(1, '\0'),
        name + std::string(64, 'x'), std::string("J-50"), std::string("..")}) {
    SCOPED_TRACE(role);
    Json delegations = targets.signed_part().at("delegations");
    Json delegated = delegations.at("roles").at(0);
    delegated["name"] = role;
    delegations["roles"].push_back(std::move(delegated));
    MetadataDraft draft = targets;
    draft.SetMember("delegations", std::move(delegations));
    forged.PutSigned("targets", std::move(draft), "offline/targets");
    ExpectRefused(forged.moment(), "METADATA_MALFORMED");
  }

  EXPECT_EQ(Listing(federation()), before);
  RotateAndRecover();
}

// Whoever may sign lists, and gives an issuer a name that would forge what others sign by.
TEST_F(Threat, B04_AListWithANameThatForgesALineIsNeitherStagedNorPublished) {
  gateway::v1::IssuerEntry entry = ListingOf(federation(), "issuer", "50");
  entry.set_name("样例发证机关\n  unchanged 50/issuers\x1b[8m\u202e");
  gateway::v1::IssuerList list;
  *list.add_entries() = entry;

  const absl::Status staged = StageIssuers(federation(), "50", list);

  EXPECT_THAT(std::string(staged.message()),
              AllOf(HasSubstr("ISSUER_LIST_INVALID"), HasSubstr("entries[0].name")));

  // By a program of the member's own, which checks nothing.
  const auto tree = BuildTree(
      {{absl::StrCat(entry.issuer_code(), "/", absl::BytesToHexString(Sha256(entry.public_key()))),
        CanonicalBytes(entry)}});
  ASSERT_TRUE(tree.ok()) << tree.status();
  MetadataDraft draft = *MetadataDraft::FromBytes(
      ReadTestFile(federation().Path(kChuanyu, "repository/metadata/j-50.json")));
  draft.SetTarget("50/issuers", {tree->root_bytes().size(), tree->root_sha256, /*is_tree=*/true});
  draft.SetVersion(draft.version() + 1);
  const auto key = NewEvpSigner(Scheme::kSm2Sm3, ReadTestFile(Keys() + "/offline/j-50.pem"));
  ASSERT_TRUE(key.ok()) << key.status();
  ASSERT_TRUE(draft.Sign(**key).ok());
  gateway::v1::PublishRequest request;
  request.add_targets()->set_path("50/issuers");
  request.mutable_targets(0)->set_content(tree->root_bytes());
  request.add_metadata()->set_name("j-50");
  request.mutable_metadata(0)->set_content(draft.Bytes());
  gateway::v1::PublishResponse response;

  EXPECT_EQ(ReasonIn(Call<AdminService>(federation().Admin(kChuanyu), &AdminService::Stub::Publish,
                                        request, &response)),
            "ISSUER_LIST_INVALID");

  EXPECT_EQ(federation().VersionAt(kChuanyu, kChuanyu, "j-50"), draft.version() - 1);
}

TEST_F(Threat, T09_ABundleWithSuchNamesIsRefusedWhole) {
  const std::string bundle = absl::StrCat(federation().folder(), "/bundle.tar");
  const std::string admin = "unix:" + federation().Path(kDelta, "run/admin.sock");
  WriteTestFile(bundle, "");
  const std::set<std::string> before = Listing(federation());
  const std::string inside = absl::StrCat(kChuanyu, "/metadata/");

  for (const std::string& name : {absl::StrCat("../", kTrespass), absl::StrCat("/", kTrespass),
                                  absl::StrCat(inside, "../../", kTrespass),
                                  absl::StrCat(inside, "1.../", kTrespass, ".json"),
                                  absl::StrCat(inside, "%2e%2e%2f", kTrespass, ".json"),
                                  absl::StrCat("../", kTrespass, "/metadata/1.root.json"),
                                  absl::StrCat(inside, "1.TRESPASS.json")}) {
    SCOPED_TRACE(name);
    const Ran made = RunToEnd({"python3", "-B", "-c",
                               "import sys, tarfile\n"
                               "with tarfile.open(sys.argv[1], 'w', format=tarfile.USTAR_FORMAT) "
                               "as tar:\n"
                               "  tar.addfile(tarfile.TarInfo(sys.argv[2]))",
                               bundle, name},
                              federation().folder());
    ASSERT_EQ(made.code, 0) << made.err;
    const Ran imported =
        federation().Mrgctl({"bundle", "import", "--address", admin, "--file", bundle});
    EXPECT_EQ(imported.code, 1);
    EXPECT_THAT(imported.err, HasSubstr("BUNDLE_MALFORMED"));

    // Who has no mrgctl in between.
    grpc::ClientContext context;
    PrepareCall(&context);
    gateway::v1::ImportBundleResponse response;
    const auto stub = AdminService::NewStub(federation().Admin(kDelta));
    const auto writer = stub->ImportBundle(&context, &response);
    gateway::v1::ImportBundleRequest request;
    request.add_files()->set_name(name);
    request.set_complete(true);
    writer->Write(request);
    writer->WritesDone();
    EXPECT_EQ(ReasonIn(writer->Finish()), "BUNDLE_MALFORMED");
  }

  EXPECT_EQ(Listing(federation()), before);
}

}  // namespace
}  // namespace mrg
