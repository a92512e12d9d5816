#include "gateway/crypto/development_authority.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/certificate.h"
#include "gateway/crypto/openssl_ptr.h"
#include "gateway/crypto/revocation_list.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "openssl/pem.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1795000000);
constexpr absl::Duration kDay = absl::Hours(24);
constexpr char kDomain[] = "delta.mrg.example";

KeyedCertificate Authority(absl::Duration lifetime = 365 * kDay) {
  return *MakeDevelopmentAuthority(kDomain, lifetime, kNow);
}

LeafRequest Request(absl::string_view path = "node/log-1") {
  return {*SpiffeId::Parse(absl::StrCat("spiffe://", kDomain, "/", path)),
          {"node.delta.mrg.example"},
          {"127.0.0.1", "::1"},
          30 * kDay};
}

Certificate Parsed(const KeyedCertificate& one) {
  return ParsePemCertificates(one.certificate_pem)->front();
}

// The certificate as OpenSSL describes it.
std::string InWords(const KeyedCertificate& one) {
  BioPtr in(BIO_new_mem_buf(one.certificate_pem.data(), -1));
  X509Ptr x509(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  BioPtr out(BIO_new(BIO_s_mem()));
  X509_print(out.get(), x509.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

TEST(DevelopmentAuthority, IsACaOfItsOwnTrustDomainAndOfNothingBelowIt) {
  const KeyedCertificate authority = Authority();

  EXPECT_THAT(Parsed(authority).uri_sans(), ElementsAre("spiffe://delta.mrg.example"));
  const std::string words = InWords(authority);
  EXPECT_THAT(words, HasSubstr("CA:TRUE, pathlen:0"));
  EXPECT_THAT(words, HasSubstr("Certificate Sign, CRL Sign\n"));
  EXPECT_THAT(words, HasSubstr("ecdsa-with-SHA256"));
  EXPECT_THAT(words, HasSubstr("NIST CURVE: P-256"));
  EXPECT_EQ(Parsed(authority).not_after(), kNow + 365 * kDay);
}

TEST(DevelopmentAuthority, ALeafSaysItsNamesAloneAndServesBothSidesOfAConnection) {
  const KeyedCertificate authority = Authority();

  const auto leaf = IssueDevelopmentCertificate(authority, Request(), kNow);

  ASSERT_TRUE(leaf.ok()) << leaf.status();
  EXPECT_THAT(Parsed(*leaf).uri_sans(), ElementsAre("spiffe://delta.mrg.example/node/log-1"));
  const std::string words = InWords(*leaf);
  EXPECT_THAT(words, HasSubstr("URI:spiffe://delta.mrg.example/node/log-1, "
                               "DNS:node.delta.mrg.example, IP Address:127.0.0.1, "
                               "IP Address:0:0:0:0:0:0:0:1\n"));
  EXPECT_THAT(words, HasSubstr("CA:FALSE"));
  EXPECT_THAT(words, HasSubstr("Key Usage: critical\n                Digital Signature\n"));
  EXPECT_THAT(words, HasSubstr("TLS Web Server Authentication, TLS Web Client Authentication\n"));
  EXPECT_EQ(Parsed(*leaf).not_after(), kNow + 30 * kDay);
  EXPECT_TRUE(CheckCertificateMatchesKey(leaf->certificate_pem, leaf->private_key_pem).ok());
  EXPECT_TRUE(VerifyChain(Parsed(*leaf), {}, {{Parsed(authority)}}, kNow).ok());
  EXPECT_FALSE(VerifyChain(Parsed(*leaf), {}, {{Parsed(Authority())}}, kNow).ok())
      << "another authority of the same name";
}

TEST(DevelopmentAuthority, TwoLeavesShareNeitherKeyNorSerialNumber) {
  const KeyedCertificate authority = Authority();
  const KeyedCertificate one = *IssueDevelopmentCertificate(authority, Request(), kNow);
  const KeyedCertificate other = *IssueDevelopmentCertificate(authority, Request(), kNow);

  EXPECT_NE(Parsed(one).spki_der(), Parsed(other).spki_der());
  const auto serial = [](const KeyedCertificate& of) {
    const std::string words = InWords(of);
    return words.substr(words.find("Serial Number"), 90);
  };
  EXPECT_NE(serial(one), serial(other));
}

TEST(DevelopmentAuthority, LongNamesOfATrustDomainGoThrough) {
  const std::string domain(255, 'd');
  const KeyedCertificate authority = *MakeDevelopmentAuthority(domain, kDay, kNow);
  LeafRequest request = Request();
  request.identity =
      *SpiffeId::Parse(absl::StrCat("spiffe://", domain, "/", std::string(200, 'p')));
  request.lifetime = kDay;

  const auto leaf = IssueDevelopmentCertificate(authority, request, kNow);

  ASSERT_TRUE(leaf.ok()) << leaf.status();
  EXPECT_THAT(Parsed(*leaf).uri_sans(), ElementsAre(request.identity.value()));
}

TEST(DevelopmentAuthority, IssuesNothingBeyondItsDomainItsEndOrItsOwnKey) {
  const KeyedCertificate authority = Authority(10 * kDay);
  LeafRequest foreign = Request();
  foreign.identity = *SpiffeId::Parse("spiffe://hub.mrg.example/node/log-1");
  foreign.lifetime = kDay;
  LeafRequest sound = Request();
  sound.lifetime = kDay;

  const auto outlives = IssueDevelopmentCertificate(authority, Request(), kNow);
  const auto of_another = IssueDevelopmentCertificate(authority, foreign, kNow);
  const auto after_its_end = IssueDevelopmentCertificate(authority, sound, kNow + 11 * kDay);
  const auto other_key = IssueDevelopmentCertificate(
      {authority.certificate_pem, Authority().private_key_pem}, sound, kNow);
  const KeyedCertificate leaf = *IssueDevelopmentCertificate(authority, sound, kNow);
  const auto by_a_leaf = IssueDevelopmentCertificate(leaf, sound, kNow);

  EXPECT_EQ(ReasonOf(outlives.status()), Reason::kIdentityInvalid);
  EXPECT_THAT(std::string(outlives.status().message()), HasSubstr("no later than that of the CA"));
  EXPECT_EQ(ReasonOf(of_another.status()), Reason::kIdentityInvalid);
  EXPECT_THAT(std::string(of_another.status().message()), HasSubstr("spiffe://hub.mrg.example"));
  EXPECT_EQ(ReasonOf(after_its_end.status()), Reason::kIdentityInvalid);
  EXPECT_EQ(ReasonOf(other_key.status()), Reason::kCertificateKeyMismatch);
  EXPECT_EQ(ReasonOf(by_a_leaf.status()), Reason::kIdentityInvalid);
}

TEST(DevelopmentAuthority, ALeafMayEndWithItsAuthorityWithinTheSecond) {
  const absl::Time now = kNow + absl::Milliseconds(500);
  const KeyedCertificate authority = *MakeDevelopmentAuthority(kDomain, 10 * kDay, now);
  LeafRequest request = Request();
  request.lifetime = 10 * kDay;

  const auto leaf = IssueDevelopmentCertificate(authority, request, now);

  ASSERT_TRUE(leaf.ok()) << leaf.status();
  EXPECT_EQ(Parsed(*leaf).not_after(), Parsed(authority).not_after());
}

TEST(DevelopmentAuthority, ARevokedCertificateIsRefusedWithEveryLaterListToo) {
  const KeyedCertificate authority = Authority();
  const KeyedCertificate stolen = *IssueDevelopmentCertificate(authority, Request(), kNow);
  const KeyedCertificate other = *IssueDevelopmentCertificate(authority, Request(), kNow);
  const auto verify = [&](const KeyedCertificate& leaf, const std::string& list, absl::Time now) {
    const auto lists = ParsePemRevocationLists(list);
    EXPECT_TRUE(lists.ok()) << lists.status();
    const std::vector<Certificate> bundle = {Parsed(authority)};
    return VerifyChain(Parsed(leaf), {}, bundle, now, *lists);
  };

  const auto none = RevokeDevelopmentCertificate(authority, "", "", kDay, kNow);
  ASSERT_TRUE(none.ok()) << none.status();
  const auto one =
      RevokeDevelopmentCertificate(authority, *none, stolen.certificate_pem, kDay, kNow);
  ASSERT_TRUE(one.ok()) << one.status();
  const auto renewed = RevokeDevelopmentCertificate(authority, *one, "", kDay, kNow + kDay);
  ASSERT_TRUE(renewed.ok()) << renewed.status();
  const auto again =
      RevokeDevelopmentCertificate(authority, *renewed, stolen.certificate_pem, kDay, kNow + kDay);
  ASSERT_TRUE(again.ok()) << again.status();

  EXPECT_TRUE(verify(stolen, *none, kNow).ok());
  EXPECT_EQ(ReasonOf(verify(stolen, *one, kNow)), Reason::kIdentityInvalid);
  EXPECT_TRUE(verify(other, *one, kNow).ok());
  EXPECT_FALSE(verify(other, *one, kNow + 2 * kDay).ok()) << "a list that ran out proves nothing";
  for (const auto& list : {renewed, again}) {
    EXPECT_EQ(ReasonOf(verify(stolen, *list, kNow + kDay)), Reason::kIdentityInvalid);
    EXPECT_TRUE(verify(other, *list, kNow + kDay).ok());
    EXPECT_TRUE(
        ParsePemRevocationLists(*list)->front().Continues(ParsePemRevocationLists(*one)->front()));
  }
}

TEST(DevelopmentAuthority, RevokesNothingOfAnotherAuthority) {
  const KeyedCertificate authority = Authority();
  const KeyedCertificate other = Authority();
  const KeyedCertificate leaf = *IssueDevelopmentCertificate(other, Request(), kNow);
  const std::string list = *RevokeDevelopmentCertificate(other, "", "", kDay, kNow);

  EXPECT_EQ(
      ReasonOf(
          RevokeDevelopmentCertificate(authority, "", leaf.certificate_pem, kDay, kNow).status()),
      Reason::kIdentityInvalid);
  EXPECT_EQ(ReasonOf(RevokeDevelopmentCertificate(authority, list, "", kDay, kNow).status()),
            Reason::kIdentityInvalid);
  EXPECT_EQ(ReasonOf(RevokeDevelopmentCertificate(authority, "nonsense", "", kDay, kNow).status()),
            Reason::kCertificateUnreadable);
  EXPECT_EQ(ReasonOf(RevokeDevelopmentCertificate(authority, "", list, kDay, kNow).status()),
            Reason::kCertificateUnreadable);
}

TEST(DevelopmentAuthority, NamesAreThoseThatOneHostMayHave) {
  for (const char* name : {"localhost", "node-1.delta.example", "9.example", "a"}) {
    EXPECT_TRUE(IsDnsName(name)) << name;
  }
  for (const std::string& name :
       {std::string(), std::string("*.example"), std::string("a..b"), std::string("-a"),
        std::string("a-"), std::string("a_b"), std::string("a,IP:10.0.0.1"), std::string("a b"),
        std::string("10.0.0.1"), std::string(64, 'a'), std::string("a."), std::string("省.例")}) {
    EXPECT_FALSE(IsDnsName(name)) << name;
  }
  for (const char* address : {"127.0.0.1", "::1", "2001:db8::7"}) {
    EXPECT_TRUE(IsIpAddress(address)) << address;
  }
  for (const char* address : {"", "127.0.0", "256.0.0.1", "[::1]", "10.0.0.1/8", "::1%eth0",
                              "localhost", "10.0.0.1,DNS:a"}) {
    EXPECT_FALSE(IsIpAddress(address)) << address;
  }
}

}  // namespace
}  // namespace mrg
