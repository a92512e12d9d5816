// What a member's signed contact and the hub's list take over from the configuration, and what they
// cannot (ADR-0031; T07).

#include "gateway/federation/peer_places.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
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
  // What chuanyu signs itself: another place, and another CA of its trust domain.
  trustlist::v1::Contact* SignedContact() {
    if (contact_ == nullptr) {
      contact_ = std::make_shared<trustlist::v1::Contact>();
      contact_->add_endpoints("own.example:7002");
      contact_->add_endpoints("own.example:7003");
      contact_->set_trust_domain("chuanyu.example");
      contact_->set_ca_bundle_pem(Ca("chuanyu.example", "signed"));
    }
    return contact_.get();
  }
  PeerPlaces Places() {
    PlaceClaims claims = {&list_, {}, roots_};
    if (contact_ != nullptr) claims.contacts.emplace("chuanyu", contact_);
    return PlacesOf(configured_, claims);
  }
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
  std::shared_ptr<trustlist::v1::Contact> contact_;
  std::map<std::string, std::string> roots_;
};

TestCertificates* PeerPlacesTest::files_ = nullptr;

TEST_F(PeerPlacesTest, WithoutAnEntryTheConfigurationDecides) {
  ExpectAsConfigured();
  EXPECT_TRUE(
      SamePlace(PlacesOf(configured_, {nullptr, {}, roots_}).peers[0], configured_.peers[0]));
}

TEST_F(PeerPlacesTest, M9_AnEntryMovesTheAddressOfAMemberWithoutAContactAndNeverItsCa) {
  Entry();

  const PeerPlaces places = Places();

  EXPECT_EQ(places.peers[0].endpoint, "chuanyu.example:7002");
  EXPECT_EQ(places.peers[0].ca_bundle_pem, configured_.peers[0].ca_bundle_pem);
  EXPECT_EQ(places.bundles.all_pem(), configured_.bundles.all_pem());
  EXPECT_TRUE(SamePlace(places.peers[1], configured_.peers[1])) << "of whom nothing is said";
  EXPECT_EQ(places.conflicts, std::set{configured_.peers[0].member}) << "its CA is another one";
  Entry()->set_ca_bundle_pem(Ca("chuanyu.example"));
  EXPECT_TRUE(Places().conflicts.empty());
}

TEST_F(PeerPlacesTest, T07_M9_WhatTheMemberSignsCountsWhateverTheHubsListSays) {
  SignedContact();
  const auto expect_as_signed = [&] {
    const PeerPlaces places = Places();
    EXPECT_EQ(places.peers[0].endpoint, "own.example:7002");
    EXPECT_EQ(places.peers[0].ca_bundle_pem, Ca("chuanyu.example", "signed"));
    EXPECT_THAT(places.bundles.all_pem(), HasSubstr(Ca("chuanyu.example", "signed")));
    EXPECT_THAT(places.bundles.all_pem(), Not(HasSubstr(Ca("chuanyu.example"))));
    return places.conflicts;
  };

  EXPECT_THAT(expect_as_signed(), IsEmpty());
  Entry();
  EXPECT_THAT(expect_as_signed(), ElementsAre(configured_.peers[0].member));
  Entry()->set_endpoints(0, "own.example:7002");
  EXPECT_THAT(expect_as_signed(), ElementsAre(configured_.peers[0].member));
  Entry()->set_ca_bundle_pem(Ca("chuanyu.example", "signed"));
  EXPECT_THAT(expect_as_signed(), IsEmpty());
  Entry()->set_trust_domain("chuanyu-2.example");
  EXPECT_THAT(expect_as_signed(), ElementsAre(configured_.peers[0].member));
}

TEST_F(PeerPlacesTest, AnEntryThatNamesAnotherRootTakesOverNothing) {
  Entry()->set_first_root_sha256(std::string(32, 'x'));
  ExpectAsConfigured();

  Entry()->set_first_root_sha256(roots_["chuanyu"]);
  roots_.erase("chuanyu");
  ExpectAsConfigured();  // nothing is trusted yet, so the configuration leads to the first contact
}

TEST_F(PeerPlacesTest, AContactOfAnotherTrustDomainThanConfiguredIsNotTaken) {
  for (const char* domain : {"delta.example", "pearl.example", "free.example"}) {
    SignedContact()->set_trust_domain(domain);
    ExpectAsConfigured();
    EXPECT_THAT(Places().conflicts, ElementsAre(configured_.peers[0].member)) << domain;
    EXPECT_THAT(Places().by_contact, IsEmpty());
  }
  SignedContact()->set_trust_domain("chuanyu.example");
  EXPECT_THAT(Places().by_contact, ElementsAre(configured_.peers[0].member));
}

TEST_F(PeerPlacesTest, T07_ABundleIsPassedOnAsTheCertificatesThatWereReadInIt) {
  // Readers that know TRUSTED CERTIFICATE would stop here, and never see the CAs of those behind.
  SignedContact()->set_ca_bundle_pem(absl::StrCat(
      "words\n", Ca("chuanyu.example"),
      "-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----\n"));
  EXPECT_EQ(ReasonOf(ParseContact(CanonicalBytes(*contact_)).status()), Reason::kMetadataMalformed);

  SignedContact()->set_ca_bundle_pem(absl::StrCat("words\n", Ca("chuanyu.example")));
  ASSERT_TRUE(ParseContact(CanonicalBytes(*contact_)).ok());
  EXPECT_EQ(Places().peers[0].ca_bundle_pem, Ca("chuanyu.example"));
  EXPECT_THAT(Places().bundles.all_pem(), Not(HasSubstr("words")));
}

TEST_F(PeerPlacesTest, APinnedPeerStaysWhereItIs) {
  Entry();
  SignedContact();
  configured_.peers[0].pinned = true;
  ExpectAsConfigured();
  EXPECT_THAT(Places().conflicts, IsEmpty());
}

TEST_F(PeerPlacesTest, AnEntryThatSaysNothingContradictsNothing) {
  SignedContact();
  Entry()->clear_trust_domain();
  Entry()->clear_ca_bundle_pem();
  Entry()->clear_endpoints();
  EXPECT_THAT(Places().conflicts, IsEmpty());
}

TEST_F(PeerPlacesTest, AContactThatNoNodeCouldUseIsRefused) {
  const auto expect_malformed = [&](const std::string& field) {
    const auto contact = ParseContact(CanonicalBytes(*contact_));
    EXPECT_EQ(ReasonOf(contact.status()), Reason::kMetadataMalformed) << field;
    EXPECT_THAT(std::string(contact.status().message()), HasSubstr(field));
    contact_ = nullptr;
  };
  SignedContact();
  EXPECT_TRUE(ParseContact(CanonicalBytes(*contact_)).ok());

  SignedContact()->clear_endpoints();
  expect_malformed("endpoints");
  SignedContact()->set_endpoints(1, "no port");
  expect_malformed("endpoints");
  for (int i = 0; i < 15; ++i) SignedContact()->add_endpoints("own.example:1");
  expect_malformed("endpoints");
  SignedContact()->clear_trust_domain();
  expect_malformed("trust_domain");
  SignedContact()->set_trust_domain("Own Example");
  expect_malformed("trust_domain");
  SignedContact()->clear_ca_bundle_pem();
  expect_malformed("ca_bundle_pem");
  SignedContact()->set_ca_bundle_pem("no certificate");
  expect_malformed("ca_bundle_pem");
  SignedContact()->set_ca_bundle_pem(std::string(65537, 'x'));
  expect_malformed("trust_domain");
  // Listeners name all CAs in each handshake, which has no room for more.
  std::string many;
  for (int i = 0; i < 9; ++i) absl::StrAppend(&many, Ca("chuanyu.example"));
  SignedContact()->set_ca_bundle_pem(many);
  expect_malformed("ca_bundle_pem");
  EXPECT_EQ(ReasonOf(ParseContact("no message").status()), Reason::kMetadataMalformed);
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
  // Times that are none.
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
