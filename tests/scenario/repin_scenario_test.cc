// A region loses the keys of its root. With another one, and nothing that leads from the old root
// to it, everybody who follows the region decides by hand, and the hub's list must say the same.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "tests/federation/federation_suite.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/at_once.h"
#include "trustlist/repository/metadata_draft.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

class RepinScenario : public FederationSuite {
 protected:
  static void SetUpTestSuite() {
    FederationOptions options;
    options.every_config = "poll_period { seconds: 1 }";
    StartOnce(std::move(options));
  }

  static std::string AnswerIn(absl::string_view using_side, absl::string_view issuing) {
    return AnswerTo(
        federation().Api(MemberOf(using_side), absl::StrCat("platform-", using_side)),
        Question(using_side, issuing,
                 SignedBy(*IssuerKey(federation(), "issuer", issuing), DrivingLicence(issuing))));
  }

  // Gives the Delta's repository a first root of other keys, and targets signed with another one.
  // Result: the root's digest, hex.
  static std::string LoseTheRootOfDelta() {
    const fs::path keys = federation().Path(kDelta, "keys-after");
    const fs::path fresh = federation().Path(kDelta, "repository-after");
    const fs::path present = federation().Path(kDelta, "repository");
    fs::copy(federation().Path(kDelta, "keys"), keys, fs::copy_options::recursive);
    for (const char* key : {"root.pem", "targets.pem"}) {
      const fs::path path = keys / "offline" / key;
      fs::remove(path);
      EXPECT_EQ(federation()
                    .Mrgctl({"keys", "generate", "--scheme", "sm2-sm3", "--out", path.string()})
                    .code,
                0);
    }
    const Ran init =
        federation().Mrgctl({"trust", "init", "--repository", fresh.string(), "--member", kDelta,
                             "--keys", keys.string(), "--jurisdictions", "31,32,33,34",
                             "--log-origin", absl::StrCat(kDelta, "/log-1")});
    EXPECT_EQ(init.code, 0) << init.err;
    fs::copy(fresh / "metadata" / "1.root.json", present / "metadata" / "1.root.json",
             fs::copy_options::overwrite_existing);
    fs::remove(present / "published" / "root.json");
    EXPECT_TRUE(federation().Trust(kDelta, {"renew", "--role", "targets"}).ok());
    EXPECT_TRUE(federation()
                    .Trust(kDelta, {"sign", "--role", "targets", "--key",
                                    (keys / "offline" / "targets.pem").string()})
                    .ok());
    const size_t at = init.out.find("root sha256 ");
    EXPECT_NE(at, std::string::npos);
    // As it is told: 16 groups of four digits, with blanks between.
    return init.out.substr(at + 12, 79);
  }

  static Ran Repin(const std::string& at, const std::string& sha256,
                   const std::string& because = "fire in the vault") {
    return federation().Mrgctl({"trust", "repin", "--address",
                                "unix:" + federation().Path(at, "run/admin.sock"), "--publisher",
                                kDelta, "--root",
                                federation().Path(kDelta, "repository/metadata/1.root.json"),
                                "--sha256", sha256, "--because", because});
  }

  // The hub's list names the Delta's new root.
  static void NameAtTheHub(const std::string& sha256) {
    trustlist::v1::Federation members;
    ASSERT_TRUE(members.ParseFromString(
        ReadTestFile(federation().Path(kHub, "repository/targets/federation"))));
    for (auto& member : *members.mutable_members()) {
      if (member.member() != kDelta) continue;
      member.set_first_root_sha256(absl::HexStringToBytes(sha256));
    }
    ASSERT_TRUE(federation().Stage(kHub, {"--federation"}, members.DebugString()).ok());
    ASSERT_TRUE(federation().Sign(kHub, "targets").ok());
    ASSERT_TRUE(federation().Publish(kHub).ok());
    const int64_t version = federation().VersionAt(kHub, kHub, "targets");
    for (const char* region : {kDelta, kChuanyu}) {
      ASSERT_TRUE(federation().WaitForVersion(region, kHub, "targets", version));
    }
  }
};

TEST_F(RepinScenario, ALostRootIsReplacedByTheHubAndEachOperatorTogetherAndNeverSilently) {
  ASSERT_EQ(AnswerIn("50", "31"), "RECOGNIZED");
  const std::string told = LoseTheRootOfDelta();
  const std::string sha256 = absl::StrReplaceAll(told, {{" ", ""}});

  // An operator alone is not enough, nor is a wrong digest with the hub.
  const Ran alone = Repin(kChuanyu, told);
  EXPECT_EQ(alone.code, 1);
  EXPECT_THAT(alone.err, HasSubstr("MEMBER_ROOT_UNCONFIRMED"));
  NameAtTheHub(sha256);
  EXPECT_THAT(Repin(kChuanyu, std::string(64, '0')).err, HasSubstr("MEMBER_ROOT_UNCONFIRMED"));

  // The hub's list alone changes nothing either: the Delta's own node refuses its new root.
  EXPECT_FALSE(federation().Publish(kDelta).ok());
  const int64_t status_before = federation().VersionAt(kDelta, kDelta, "status");
  const Ran own = Repin(kDelta, sha256);
  ASSERT_EQ(own.code, 0) << own.err;
  EXPECT_THAT(own.out, AllOf(HasSubstr("RE-PINNED"), HasSubstr(told)));
  ASSERT_TRUE(federation().Trust(kDelta, {"renew", "--role", "j-31"}).ok());
  ASSERT_TRUE(federation().Sign(kDelta, "j-31").ok());
  const absl::Status published = federation().Publish(kDelta);
  ASSERT_TRUE(published.ok()) << published;
  EXPECT_GE(federation().VersionAt(kDelta, kDelta, "status"), status_before)
      << "the status lists go on";

  // A follower refuses, by name, and keeps deciding by what it had.
  ASSERT_TRUE(WaitUntil([] { return !federation().LastRefusalAt(kChuanyu, kDelta).empty(); }));
  EXPECT_EQ(AnswerIn("50", "31"), "RECOGNIZED");

  const Ran repinned = Repin(kChuanyu, told);

  ASSERT_EQ(repinned.code, 0) << repinned.err;
  EXPECT_TRUE(WaitUntil([] { return federation().LastRefusalAt(kChuanyu, kDelta).empty(); }));
  EXPECT_EQ(AnswerIn("50", "31"), "RECOGNIZED");
  EXPECT_THAT(federation().LogOf(kChuanyu),
              AllOf(HasSubstr("\"event\":\"publisher_repinned\""), HasSubstr(sha256)));
  const auto state_of_chuanyu = [] {
    return federation()
        .Mrgctl({"trust", "status", "--address",
                 "unix:" + federation().Path(kChuanyu, "run/admin.sock")})
        .out;
  };
  EXPECT_THAT(state_of_chuanyu(), AllOf(HasSubstr("RE-PINNED"), HasSubstr("fire in the vault")));

  // It holds over a restart, and the chain goes on from there.
  federation().KillNode(kChuanyu);
  ASSERT_TRUE(federation().StartNode(kChuanyu).ok());
  EXPECT_THAT(state_of_chuanyu(), HasSubstr("RE-PINNED"));
  ASSERT_TRUE(federation().Trust(kDelta, {"renew", "--role", "j-32"}).ok());
  ASSERT_TRUE(federation().Sign(kDelta, "j-32").ok());
  ASSERT_TRUE(federation().Publish(kDelta).ok());
  EXPECT_TRUE(federation().WaitForVersion(kChuanyu, kDelta, "j-32",
                                          federation().VersionAt(kDelta, kDelta, "j-32")));

  // Under the root that is trusted already the operator alone begins a new chain of timestamps.
  const Ran again = Repin(kChuanyu, sha256);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("50", "31") == "RECOGNIZED"; }));
  EXPECT_EQ(federation().LastRefusalAt(kChuanyu, kDelta), "");
}

// Under the root that is trusted already, for which an operator is enough.
TEST_F(RepinScenario, M3_OfTwoRepinsAtOnceEachIsKeptOrRefusedAndTrustGoesOn) {
  const auto root = MetadataDraft::FromBytes(
      ReadTestFile(federation().Path(kDelta, "repository/metadata/1.root.json")));
  ASSERT_TRUE(root.ok()) << root.status();
  const std::string sha256 = absl::BytesToHexString(root->SignedSha256());
  const auto kept = [] {
    std::vector<std::string> words;
    const auto state = federation().TrustState(kChuanyu);
    EXPECT_TRUE(state.ok()) << state.status();
    for (const auto& publisher : state->publishers()) {
      if (publisher.publisher() != kDelta) continue;
      for (const auto& repin : publisher.repins()) words.push_back(repin.because());
    }
    return words;
  };
  const std::vector<std::string> before = kept();

  const auto [one, other] = AtOnce([&] { return Repin(kChuanyu, sha256, "by one operator"); },
                                   [&] { return Repin(kChuanyu, sha256, "by another operator"); });

  std::vector<std::string> expected = before;
  for (const auto& [ran, because] :
       {std::pair(one, "by one operator"), std::pair(other, "by another operator")}) {
    if (ran.code == 0) {
      expected.push_back(because);
    } else {
      EXPECT_THAT(ran.err, HasSubstr("STORE_CONFLICT"));
    }
  }
  EXPECT_GT(expected.size(), before.size()) << one.err << other.err;
  EXPECT_THAT(kept(), UnorderedElementsAreArray(expected));
  EXPECT_TRUE(WaitUntil([] { return AnswerIn("50", "31") == "RECOGNIZED"; }));
  EXPECT_TRUE(WaitUntil([] { return federation().LastRefusalAt(kChuanyu, kDelta).empty(); }));
}

}  // namespace
}  // namespace mrg
