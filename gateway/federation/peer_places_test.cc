// What the hub's list takes over from the configuration, and what it cannot (SPEC 2; THREATS T07).

#include "gateway/federation/peer_places.h"

#include <map>
#include <string>
#include <utility>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PeerPlacesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = new TestCertificates(); }
  static void TearDownTestSuite() { delete files_; }

  void SetUp() override {
    EXPECT_TRUE(configured_.bundles.Add("delta.example", Ca("delta.example")).ok());
    for (const char* member : {"chuanyu", "pearl"}) {
      const std::string domain = std::string(member) + ".example";
      configured_.peers.push_back(
          {*MemberId::Parse(member), "127.0.0.1:1", domain, Ca(domain), {}, "", false});
      EXPECT_TRUE(configured_.bundles.Add(domain, Ca(domain)).ok());
      roots_[member] = std::string(32, member[0]);
    }
  }

  static std::string Ca(absl::string_view domain, absl::string_view member = "own") {
    return files_->Ca(domain, member).certificate_pem;
  }

  // An entry for chuanyu, which moved and changed its CA.
  trustlist::v1::FederationMember* Entry() {
    if (list_.members().empty()) {
      trustlist::v1::FederationMember* const entry = list_.add_members();
      entry->set_member("chuanyu");
      entry->set_first_root_sha256(roots_["chuanyu"]);
      entry->add_endpoints("chuanyu.example:7002");
      entry->add_endpoints("chuanyu.example:7003");
      entry->set_trust_domain("chuanyu.example");
      entry->set_ca_bundle_pem(Ca("chuanyu.example", "next"));
    }
    return list_.mutable_members(0);
  }
  PeerPlaces Places() { return PlacesOf(configured_, &list_, roots_); }
  void ExpectAsConfigured() {
    const PeerPlaces places = Places();
    EXPECT_TRUE(SamePlace(places.peers[0], configured_.peers[0]));
    EXPECT_EQ(places.bundles.all_pem(), configured_.bundles.all_pem());
  }

  absl::StatusOr<trustlist::v1::Federation> Read() {
    return ParseFederation(CanonicalBytes(list_));
  }
  void ExpectMalformed(const std::string& field) {
    const auto list = Read();
    EXPECT_EQ(ReasonOf(list.status()), Reason::kMetadataMalformed) << field;
    EXPECT_THAT(std::string(list.status().message()), HasSubstr(field));
    list_.Clear();
  }

  static TestCertificates* files_;
  PeerPlaces configured_;
  trustlist::v1::Federation list_;
  std::map<std::string, std::string> roots_;
};

TestCertificates* PeerPlacesTest::files_ = nullptr;

TEST_F(PeerPlacesTest, WithoutAnEntryTheConfigurationDecides) {
  ExpectAsConfigured();
  EXPECT_TRUE(SamePlace(PlacesOf(configured_, nullptr, roots_).peers[0], configured_.peers[0]));
}

TEST_F(PeerPlacesTest, AnEntryWithTheTrustedRootTakesOverEndpointAndCa) {
  Entry();

  const PeerPlaces places = Places();

  EXPECT_EQ(places.peers[0].endpoint, "chuanyu.example:7002");
  EXPECT_EQ(places.peers[0].ca_bundle_pem, Ca("chuanyu.example", "next"));
  EXPECT_THAT(places.bundles.all_pem(), HasSubstr(Ca("chuanyu.example", "next")));
  EXPECT_THAT(places.bundles.all_pem(), Not(HasSubstr(Ca("chuanyu.example"))));
  EXPECT_TRUE(SamePlace(places.peers[1], configured_.peers[1])) << "of whom nothing is said";
}

TEST_F(PeerPlacesTest, AnEntryMayRenameTheTrustDomain) {
  Entry()->set_trust_domain("chuanyu-2.example");

  const PeerPlaces places = Places();

  EXPECT_EQ(places.peers[0].trust_domain, "chuanyu-2.example");
  EXPECT_NE(places.bundles.Find("chuanyu-2.example"), nullptr);
  EXPECT_EQ(places.bundles.Find("chuanyu.example"), nullptr);
}

TEST_F(PeerPlacesTest, AnEntryThatNamesAnotherRootTakesOverNothing) {
  Entry()->set_first_root_sha256(std::string(32, 'x'));
  ExpectAsConfigured();

  Entry()->set_first_root_sha256(roots_["chuanyu"]);
  roots_.erase("chuanyu");
  ExpectAsConfigured();  // nothing is trusted yet, so the configuration leads to the first contact
}

TEST_F(PeerPlacesTest, AnEntryCannotClaimTheTrustDomainOfAnother) {
  for (const char* domain : {"delta.example", "pearl.example"}) {
    Entry()->set_trust_domain(domain);
    ExpectAsConfigured();
  }
}

TEST_F(PeerPlacesTest, APinnedPeerStaysWhereItIs) {
  Entry();
  configured_.peers[0].pinned = true;
  ExpectAsConfigured();
}

TEST_F(PeerPlacesTest, AnEntryThatSaysOnlyPartOfItTakesOverThatPart) {
  Entry()->clear_trust_domain();
  Entry()->clear_ca_bundle_pem();

  PeerPlaces places = Places();
  EXPECT_EQ(places.peers[0].endpoint, "chuanyu.example:7002");
  EXPECT_EQ(places.peers[0].ca_bundle_pem, configured_.peers[0].ca_bundle_pem);

  list_.Clear();
  Entry()->clear_endpoints();
  places = Places();
  EXPECT_EQ(places.peers[0].endpoint, configured_.peers[0].endpoint);
  EXPECT_EQ(places.peers[0].ca_bundle_pem, Ca("chuanyu.example", "next"));
}

TEST_F(PeerPlacesTest, AListWithAFieldThatNoNodeCouldUseIsRefused) {
  Entry();
  ASSERT_TRUE(Read().ok());
  list_.Clear();

  Entry()->set_member("Chuan Yu");
  ExpectMalformed("member");
  Entry()->set_first_root_sha256("short");
  ExpectMalformed("first_root_sha256");
  Entry()->add_endpoints("no port");
  ExpectMalformed("endpoints");
  Entry()->set_endpoints(0, "chuanyu\u202e.example:7002");
  ExpectMalformed("members[0].endpoints[0]");
  Entry()->set_trust_domain("chuanyu.example\n");
  ExpectMalformed("members[0].trust_domain");
  Entry()->clear_ca_bundle_pem();
  ExpectMalformed("trust_domain");
  Entry()->set_ca_bundle_pem("no certificate");
  ExpectMalformed("ca_bundle_pem");
  Entry()->set_trust_domain("local");
  ExpectMalformed("trust_domain");
  // B09: times that are none.
  Entry()->mutable_since()->set_seconds(9223372036854775807);
  ExpectMalformed("members[0].since");
  Entry()->mutable_until()->set_nanos(-1);
  ExpectMalformed("members[0].until");
  Entry();
  *list_.add_members() = list_.members(0);
  list_.mutable_members(1)->set_member("pearl");
  ExpectMalformed("trust_domain");
}

}  // namespace
}  // namespace mrg
