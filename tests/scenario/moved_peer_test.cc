// A member signs that it moves to another port, behind another CA: the others find it and know it
// there without a restart. The hub's list cannot do that.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/moved_peer_suite.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Result: a port that was free a moment ago.
int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  close(fd);
  return ntohs(address.sin_port);
}

class MovedPeer : public MovedPeerSuite {
 protected:
  // Starts the stopped node of Sichuan-Chongqing anew at `endpoint`, with a certificate of another
  // CA from the folder `tls`, which vouches for its domain in its own configuration alone.
  static void StartElsewhere(const std::string& endpoint, const std::string& tls) {
    for (const char* file : {"node.pem", "node.key"}) {
      fs::copy_file(absl::StrCat(tls, "/", file),
                    federation().Path(kChuanyu, absl::StrCat("tls/", file)),
                    fs::copy_options::overwrite_existing);
    }
    WriteTestFile(federation().Path(kChuanyu, "tls/own-ca.pem"),
                  absl::StrCat(CaOf(kChuanyu), ReadTestFile(absl::StrCat(tls, "/ca.pem"))));
    const std::string path = federation().Path(kChuanyu, "node.textproto");
    std::string config = ReadTestFile(path);
    EXPECT_EQ(
        absl::StrReplaceAll(
            {{absl::StrCat("federation: \"", federation().Address(kChuanyu, "federation"), "\""),
              absl::StrCat("federation: \"", endpoint, "\"")},
             {absl::StrCat("\"../", kChuanyu, "/tls/ca.pem\""), "\"tls/own-ca.pem\""}},
            &config),
        2);
    WriteTestFile(path, config);
    EXPECT_TRUE(federation().StartNode(kChuanyu).ok());
  }

  // Publishes the hub's list with the entry of Sichuan-Chongqing changed.
  static void PublishEntry(const std::string& endpoint, const std::string& ca_pem) {
    trustlist::v1::Federation list;
    ASSERT_TRUE(list.ParseFromString(
        ReadTestFile(federation().Path(kHub, "repository/targets/federation"))));
    for (auto& member : *list.mutable_members()) {
      if (member.member() != kChuanyu) continue;
      member.set_endpoints(0, endpoint);
      member.set_ca_bundle_pem(ca_pem);
    }
    ASSERT_TRUE(federation().Stage(kHub, {"--federation"}, list.DebugString()).ok());
    ASSERT_TRUE(federation().Sign(kHub, "targets").ok());
    ASSERT_TRUE(federation().Publish(kHub).ok());
    ASSERT_TRUE(federation().WaitForVersion(kDelta, kHub, "targets",
                                            federation().VersionAt(kHub, kHub, "targets")));
  }
};

TEST_F(MovedPeer, T07_M9_TheHubCannotPutAnEndpointAndACaOfItsOwnInPlaceOfAMembers) {
  TestCertificates certificates;
  const std::string domain = federation().TrustDomain(kChuanyu);
  const auto forged = certificates.Leaf(domain, "node", "/node/log-1");
  const std::string conflict = "mrg_peer_place_conflict{peer=\"sichuan-chongqing\"} ";
  ASSERT_TRUE(DeltaShows(conflict + "0"));

  PublishEntry("127.0.0.1:1", certificates.Ca(domain).certificate_pem);

  EXPECT_TRUE(DeltaShows(conflict + "1"));
  EXPECT_TRUE(DeltaTells("\"event\":\"member_place_conflict\",\"peer\":\"sichuan-chongqing\""));
  EXPECT_EQ(AnswerOfDelta({forged.certificate_pem, forged.key_pem}), "no connection");
  EXPECT_THAT(federation().LogOf(kDelta), Not(HasSubstr("\"event\":\"peer_moved\"")));
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")))
      << "it is followed where it says that it is";

  PublishEntry(federation().Address(kChuanyu, "federation"), CaOf(kChuanyu));
  EXPECT_TRUE(DeltaShows(conflict + "0"));
}

TEST_F(MovedPeer, AMemberThatMovesBehindAnotherCaIsFoundAndKnownWithoutARestart) {
  const pid_t delta = federation().PidOf(kDelta);
  const Federation::Certificate before{ReadTestFile(federation().Path(kChuanyu, "tls/node.pem")),
                                       ReadTestFile(federation().Path(kChuanyu, "tls/node.key"))};
  ASSERT_EQ(AnswerOfDelta(before), "answered");
  TestCertificates certificates;
  const std::string domain = federation().TrustDomain(kChuanyu);
  const auto pair = certificates.Leaf(domain, "node", "/node/log-1");
  const std::string next_ca = certificates.Ca(domain).certificate_pem;
  const Federation::Certificate after{pair.certificate_pem, pair.key_pem};
  EXPECT_EQ(AnswerOfDelta(after), "no connection") << "its CA is nobody's yet";
  const std::string endpoint = absl::StrCat("127.0.0.1:", FreePort());

  // While the others still find it at the old place.
  PublishContact(endpoint, absl::StrCat(CaOf(kChuanyu), next_ca));
  ASSERT_TRUE(WaitUntil([&] { return AnswerOfDelta(after) == "answered"; }));
  EXPECT_EQ(AnswerOfDelta(before), "answered") << "both CAs vouch for it meanwhile";
  ASSERT_EQ(federation().StopNode(kChuanyu), 0);
  StartElsewhere(endpoint, fs::path(pair.certificate_path).parent_path().string());
  PublishContact(endpoint, next_ca);

  EXPECT_TRUE(WaitUntil([&] { return AnswerOfDelta(before) == "no connection"; }));
  // What the member publishes at its new place arrives, and its licences are recognised.
  const int64_t version = PublishAnew("50");
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", version));
  EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
  EXPECT_EQ(federation().PidOf(kDelta), delta);
  EXPECT_THAT(federation().LogOf(kDelta),
              AllOf(HasSubstr("\"event\":\"peer_moved\""), HasSubstr(endpoint)));
  EXPECT_THAT(federation().Metrics(kDelta),
              HasSubstr("mrg_peer_moved{peer=\"sichuan-chongqing\"} 1"));

  // It holds over a restart, although the configuration still says otherwise.
  ASSERT_EQ(federation().StopNode(kDelta), 0);
  ASSERT_TRUE(federation().StartReady(kDelta).ok());
  EXPECT_TRUE(federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")));
}

}  // namespace
}  // namespace mrg
