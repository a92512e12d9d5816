#include "gateway/crypto/certificate.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/openssl_ptr.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "openssl/pem.h"
#include "openssl/ui.h"

namespace mrg {
namespace {

using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1795000000);

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

// What a test certificate says.
struct Form {
  std::string name;
  bool ca = false;
  std::vector<std::string> uris = {};
  absl::Time not_before = kNow - absl::Hours(1);
  absl::Time not_after = kNow + absl::Hours(1);
  std::string key_usage = "";
};

// A certificate with its key, signed by `issuer` or by itself.
struct Identity {
  EvpPkeyPtr key;
  X509Ptr certificate;

  std::string cert_pem() const {
    BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate.get());
    return TextOf(bio.get());
  }
  std::string key_pem() const {
    BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return TextOf(bio.get());
  }
  Certificate parsed() const { return ParsePemCertificates(cert_pem())->front(); }
};

Identity Make(const Form& form, const Identity* issuer = nullptr) {
  Identity made;
  made.key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  made.certificate.reset(X509_new());
  X509* const x509 = made.certificate.get();
  const Identity& signer = issuer == nullptr ? made : *issuer;
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  ASN1_TIME_set(X509_getm_notBefore(x509), absl::ToTimeT(form.not_before));
  ASN1_TIME_set(X509_getm_notAfter(x509), absl::ToTimeT(form.not_after));
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(form.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(x509, X509_get_subject_name(signer.certificate.get()));
  X509_set_pubkey(x509, made.key.get());
  const auto extend = [x509](int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    ASSERT_NE(extension, nullptr) << value;
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
  };
  extend(NID_basic_constraints, form.ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!form.key_usage.empty()) extend(NID_key_usage, form.key_usage);
  if (!form.uris.empty()) {
    extend(NID_subject_alt_name,
           absl::StrCat("DNS:localhost,URI:", absl::StrJoin(form.uris, ",URI:")));
  }
  EXPECT_GT(X509_sign(x509, signer.key.get(), EVP_sha256()), 0);
  return made;
}

std::string EncryptedKeyPem(EVP_PKEY* key) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  char passphrase[] = "a passphrase of a test";
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, EVP_aes_256_cbc(), passphrase,
                                static_cast<int>(sizeof(passphrase) - 1), nullptr, nullptr);
  return TextOf(bio.get());
}

constexpr char kSpiffe[] = "spiffe://delta.example/node/log-1";

class CertificateTest : public ::testing::Test {
 protected:
  absl::Status Chain(const Identity& leaf, std::vector<Certificate> intermediates,
                     std::vector<Certificate> bundle, absl::Time now = kNow) {
    return VerifyChain(leaf.parsed(), intermediates, bundle, now);
  }

  const Identity ca_ = Make({.name = "ca", .ca = true});
  const Identity leaf_ = Make({.name = "leaf", .uris = {kSpiffe}}, &ca_);
};

TEST_F(CertificateTest, LeafIsReadWithItsUriSansKeyAndTimes) {
  const Certificate leaf = leaf_.parsed();

  EXPECT_THAT(leaf.uri_sans(), ::testing::ElementsAre(kSpiffe));
  EXPECT_EQ(leaf.not_before(), kNow - absl::Hours(1));
  EXPECT_EQ(leaf.not_after(), kNow + absl::Hours(1));
  EXPECT_TRUE(PublicKey::Parse(Scheme::kEcdsaP256Sha256, leaf.spki_der()).ok());
}

TEST_F(CertificateTest, TwoUriSansAreBothShown) {
  const Identity two = Make({.name = "two", .uris = {kSpiffe, "spiffe://delta.example/x"}}, &ca_);
  EXPECT_THAT(two.parsed().uri_sans(), ::testing::ElementsAre(kSpiffe, "spiffe://delta.example/x"));
}

TEST_F(CertificateTest, EveryBlockOfABundleIsReadInOrder) {
  const auto bundle = ParsePemCertificates(ca_.cert_pem() + "comment\n" + leaf_.cert_pem());
  ASSERT_TRUE(bundle.ok());
  ASSERT_EQ(bundle->size(), 2u);
  EXPECT_EQ((*bundle)[1].spki_der(), leaf_.parsed().spki_der());
}

TEST_F(CertificateTest, NoBlockOrABrokenSecondBlockIsUnreadable) {
  std::string broken = leaf_.cert_pem();
  broken.replace(100, 4, "!!!!");
  for (const std::string& pem : {std::string(), std::string("text"), ca_.cert_pem() + broken}) {
    EXPECT_EQ(ReasonOf(ParsePemCertificates(pem).status()), Reason::kCertificateUnreadable);
  }
}

TEST_F(CertificateTest, LeafOfTheBundlesCaIsAccepted) {
  EXPECT_TRUE(Chain(leaf_, {}, {ca_.parsed()}).ok());
}

TEST_F(CertificateTest, LeafBehindAnIntermediateIsAcceptedOnlyWithIt) {
  const Identity sub = Make({.name = "sub", .ca = true}, &ca_);
  const Identity deep = Make({.name = "deep", .uris = {kSpiffe}}, &sub);

  EXPECT_TRUE(Chain(deep, {sub.parsed()}, {ca_.parsed()}).ok());
  EXPECT_EQ(ReasonOf(Chain(deep, {}, {ca_.parsed()})), Reason::kIdentityInvalid);
}

TEST_F(CertificateTest, OtherCaOfTheSameNameCannotVouch) {
  const Identity impostor = Make({.name = "ca", .ca = true});
  const Identity forged = Make({.name = "leaf", .uris = {kSpiffe}}, &impostor);

  EXPECT_EQ(ReasonOf(Chain(forged, {}, {ca_.parsed()})), Reason::kIdentityInvalid);
  // What the peer sends along is never an anchor.
  EXPECT_EQ(ReasonOf(Chain(forged, {impostor.parsed()}, {ca_.parsed()})), Reason::kIdentityInvalid);
  EXPECT_EQ(ReasonOf(Chain(leaf_, {}, {})), Reason::kIdentityInvalid);
}

TEST_F(CertificateTest, LeafCannotSignAnotherLeaf) {
  const Identity below = Make({.name = "below", .uris = {kSpiffe}}, &leaf_);
  EXPECT_EQ(ReasonOf(Chain(below, {leaf_.parsed()}, {ca_.parsed()})), Reason::kIdentityInvalid);
}

TEST_F(CertificateTest, CaCertificateIsNoIdentity) {
  const Identity sub = Make({.name = "sub", .ca = true, .uris = {kSpiffe}}, &ca_);
  EXPECT_EQ(ReasonOf(Chain(sub, {}, {ca_.parsed()})), Reason::kIdentityInvalid);
}

TEST_F(CertificateTest, B20_ALeafThatMaySignCertificatesIsNoIdentity) {
  for (const char* usage : {"critical,digitalSignature,keyCertSign", "digitalSignature,cRLSign"}) {
    const Identity leaf = Make({.name = "leaf", .uris = {kSpiffe}, .key_usage = usage}, &ca_);

    EXPECT_EQ(ReasonOf(Chain(leaf, {}, {ca_.parsed()})), Reason::kIdentityInvalid) << usage;
    EXPECT_EQ(ReasonOf(CheckCertificateMatchesKey(leaf.cert_pem(), leaf.key_pem())),
              Reason::kIdentityInvalid)
        << usage;
  }
  const Identity sound =
      Make({.name = "leaf", .uris = {kSpiffe}, .key_usage = "digitalSignature"}, &ca_);
  EXPECT_TRUE(Chain(sound, {}, {ca_.parsed()}).ok());
}

// Stands in for the terminal on which OpenSSL would ask for a passphrase.
class Terminal {
 public:
  Terminal() : method_(UI_create_method("terminal")) {
    questions_ = 0;
    UI_method_set_reader(method_, [](UI*, UI_STRING*) {
      ++questions_;
      return 0;
    });
    UI_set_default_method(method_);
  }
  ~Terminal() {
    UI_set_default_method(nullptr);
    UI_destroy_method(method_);
  }
  static int questions() { return questions_; }

 private:
  static inline int questions_ = 0;
  UI_METHOD* const method_;
};

TEST_F(CertificateTest, B21_AnEncryptedKeyOrBlockIsOneErrorAndNoQuestion) {
  const Terminal terminal;
  const std::string key = EncryptedKeyPem(leaf_.key.get());
  const absl::Status status = CheckCertificateMatchesKey(leaf_.cert_pem(), key);
  EXPECT_EQ(ReasonOf(status), Reason::kCertificateUnreadable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("without a passphrase"));
  EXPECT_EQ(ReasonOf(NewEvpSigner(Scheme::kEcdsaP256Sha256, key).status()),
            Reason::kKeyFileInvalid);

  const std::string block = absl::StrReplaceAll(
      ca_.cert_pem(), {{"-----BEGIN CERTIFICATE-----\n",
                        "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
                        "DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n"}});
  EXPECT_EQ(ReasonOf(ParsePemCertificates(block).status()), Reason::kCertificateUnreadable);
  EXPECT_EQ(terminal.questions(), 0);
}

TEST_F(CertificateTest, ChainHoldsOnlyWithinItsTimes) {
  EXPECT_EQ(ReasonOf(Chain(leaf_, {}, {ca_.parsed()}, kNow - absl::Hours(2))),
            Reason::kIdentityInvalid);
  EXPECT_EQ(ReasonOf(Chain(leaf_, {}, {ca_.parsed()}, kNow + absl::Hours(2))),
            Reason::kIdentityInvalid);
}

TEST_F(CertificateTest, KeyOfAnotherCertificateIsAMismatchAndGarbageUnreadable) {
  EXPECT_TRUE(CheckCertificateMatchesKey(leaf_.cert_pem(), leaf_.key_pem()).ok());
  EXPECT_EQ(ReasonOf(CheckCertificateMatchesKey(leaf_.cert_pem(), ca_.key_pem())),
            Reason::kCertificateKeyMismatch);
  EXPECT_EQ(ReasonOf(CheckCertificateMatchesKey(leaf_.cert_pem(), "text")),
            Reason::kCertificateUnreadable);
  EXPECT_EQ(ReasonOf(CheckCertificateMatchesKey("text", leaf_.key_pem())),
            Reason::kCertificateUnreadable);
}

}  // namespace
}  // namespace mrg
