// A member that signs another place again and again (T07): each move makes the links to all members
// anew, so it is followed a few times at once and held back from then on, while the others are
// followed as before. That one more is followed every ten minutes is shown beside the code.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/federation/wait_until.h"
#include "tests/scenario/moved_peer_suite.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kMovesAtOnce = 6;
constexpr char kMoved[] = "\"event\":\"peer_moved\",\"peer\":\"sichuan-chongqing\"";
constexpr char kHeldBack[] = "\"event\":\"peer_move_held_back\",\"peer\":\"sichuan-chongqing\"";

class RestlessPeer : public MovedPeerSuite {
 protected:
  // Publishes a contact with one more CA than the node's own, which differs with `i`: the member
  // stays reachable, so that no move keeps the next one from arriving. Result: a certificate of
  // that CA.
  Federation::Certificate SignPlace(int i) {
    const std::string domain = federation().TrustDomain(kChuanyu);
    const std::string ca = absl::StrCat("ca-", i);
    PublishContact(federation().Address(kChuanyu, "federation"),
                   absl::StrCat(CaOf(kChuanyu), certificates_.Ca(domain, ca).certificate_pem));
    const auto pair = certificates_.Leaf(domain, absl::StrCat("node-", i), "/node/log-1", "", ca);
    return {pair.certificate_pem, pair.key_pem};
  }
  // Whether the contact that was published last is in force at `member`.
  static bool HasArrivedAt(const std::string& member) {
    return federation().WaitForVersion(member, kChuanyu, "targets",
                                       federation().VersionAt(kChuanyu, kChuanyu, "targets"));
  }
  // Result: how often the node of `member` has told that.
  static int Told(const std::string& member, const std::string& words) {
    const std::vector<std::string> parts = absl::StrSplit(federation().LogOf(member), words);
    return static_cast<int>(parts.size()) - 1;
  }
  static bool WaitUntilTold(const std::string& member, const std::string& words, int count) {
    return WaitUntil([&] { return Told(member, words) >= count; });
  }
  // Whether what each region publishes still reaches the other one, and what the hub does both.
  static bool AreFollowed() {
    EXPECT_TRUE(federation().Trust(kHub, {"renew", "--role", "targets"}).ok());
    EXPECT_TRUE(federation().Sign(kHub, "targets").ok());
    EXPECT_TRUE(federation().Publish(kHub).ok());
    const int64_t list = federation().VersionAt(kHub, kHub, "targets");
    return federation().WaitForVersion(kDelta, kChuanyu, "j-50", PublishAnew("50")) &&
           federation().WaitForVersion(kChuanyu, kDelta, "j-31", PublishAnew("31")) &&
           federation().WaitForVersion(kDelta, kHub, "targets", list) &&
           federation().WaitForVersion(kChuanyu, kHub, "targets", list);
  }

  TestCertificates certificates_;
};

TEST_F(RestlessPeer, T07_M9_AMemberThatSignsPlaceAfterPlaceIsHeldBackAndDisturbsNoOther) {
  Federation::Certificate last;
  for (int i = 1; i <= kMovesAtOnce; ++i) {
    last = SignPlace(i);
    for (const char* member : {kDelta, kHub}) {
      ASSERT_TRUE(WaitUntilTold(member, kMoved, i)) << member << i;
    }
  }
  EXPECT_THAT(federation().LogOf(kDelta), Not(HasSubstr(kHeldBack)));

  Federation::Certificate refused;
  for (int i = kMovesAtOnce + 1; i <= kMovesAtOnce + 4; ++i) {
    refused = SignPlace(i);
    for (const char* member : {kDelta, kHub}) {
      EXPECT_TRUE(HasArrivedAt(member)) << member << i;
      EXPECT_TRUE(WaitUntilTold(member, kHeldBack, 1)) << member << i;
    }
  }

  // The place that was followed last goes on, and so do all others.
  EXPECT_TRUE(AreFollowed());
  EXPECT_EQ(AnswerOfDelta(last), "answered");
  EXPECT_EQ(AnswerOfDelta(refused), "no connection");
  EXPECT_EQ(AnswerIn("31", "50"), "RECOGNIZED");
  EXPECT_EQ(AnswerIn("50", "31"), "RECOGNIZED");
  for (const char* member : {kDelta, kHub}) {
    EXPECT_EQ(Told(member, kMoved), kMovesAtOnce) << member;
    EXPECT_EQ(Told(member, kHeldBack), 1) << member;
    EXPECT_EQ(Told(member, "\"event\":\"peer_moved\""), kMovesAtOnce) << "nobody else moved";
    EXPECT_TRUE(federation().IsReady(member)) << member;
  }
}

}  // namespace
}  // namespace mrg
