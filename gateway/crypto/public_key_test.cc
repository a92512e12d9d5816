#include "gateway/crypto/public_key.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/openssl_ptr.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "openssl/core_names.h"
#include "openssl/rsa.h"

namespace mrg {
namespace {

std::string Hex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

constexpr char kSm2Header[] = "3059301306072a8648ce3d020106082a811ccf5501822d034200";
constexpr char kP256Header[] = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
// The key of the example in GM/T 0003.5.
constexpr char kX[] = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020";
constexpr char kY[] = "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
// The generator of P-256 (SP 800-186 3.2.1.3).
constexpr char kP256Point[] =
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

std::string Sm2Spki() { return Hex(absl::StrCat(kSm2Header, "04", kX, kY)); }
std::string P256Spki() { return Hex(absl::StrCat(kP256Header, "04", kP256Point)); }

std::optional<Reason> Refusal(Scheme scheme, absl::string_view spki_der) {
  return ReasonOf(PublicKey::Parse(scheme, spki_der).status());
}

std::string SpkiOf(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

// An RSA key of `bits` with the public exponent `exponent`.
std::string RsaSpki(size_t bits, unsigned long exponent) {
  BignumPtr e(BN_new());
  BN_set_word(e.get(), exponent);
  EvpPkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  EXPECT_EQ(EVP_PKEY_keygen_init(ctx.get()), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx.get(), static_cast<int>(bits)), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx.get(), e.get()), 1);
  EXPECT_EQ(EVP_PKEY_generate(ctx.get(), &key), 1);
  return SpkiOf(EvpPkeyPtr(key).get());
}

TEST(PublicKey, KeyKeepsItsBytesAndTheirDigest) {
  for (const auto& [scheme, spki] :
       {std::pair(Scheme::kSm2Sm3, Sm2Spki()), std::pair(Scheme::kEcdsaP256Sha256, P256Spki())}) {
    const auto key = PublicKey::Parse(scheme, spki);

    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->scheme(), scheme);
    EXPECT_EQ(key->spki_der(), spki);
    EXPECT_EQ(key->spki_sha256(), Sha256(spki));
    EXPECT_EQ(SpkiOf(key->handle().key.get()), spki) << "the parsed key is another one";
  }
}

TEST(Threat, R07_P256KeyLabelledSm2IsMislabelledAndTheReverse) {
  EXPECT_EQ(Refusal(Scheme::kSm2Sm3, P256Spki()), Reason::kKeyMislabelled);
  EXPECT_EQ(Refusal(Scheme::kEcdsaP256Sha256, Sm2Spki()), Reason::kKeyMislabelled);
}

TEST(Threat, R07_KeyOnAnotherCurveIsRefused) {
  for (const char* curve : {"P-384", "P-521", "secp256k1", "P-224"}) {
    const EvpPkeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
    for (Scheme scheme : {Scheme::kSm2Sm3, Scheme::kEcdsaP256Sha256}) {
      EXPECT_EQ(Refusal(scheme, SpkiOf(key.get())), Reason::kKeyWrongCurve) << curve;
    }
  }
}

TEST(PublicKey, KeyOfAnotherAlgorithmIsMislabelled) {
  const EvpPkeyPtr ed25519(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const std::string spki = SpkiOf(ed25519.get());

  EXPECT_TRUE(PublicKey::Parse(Scheme::kEd25519, spki).ok());
  for (Scheme scheme : {Scheme::kSm2Sm3, Scheme::kEcdsaP256Sha256, Scheme::kRsaPssSha256}) {
    EXPECT_EQ(Refusal(scheme, spki), Reason::kKeyMislabelled);
  }
  EXPECT_EQ(Refusal(Scheme::kEd25519, Sm2Spki()), Reason::kKeyMislabelled);
}

TEST(PublicKey, PointOffTheCurveTrailingBytesAndGarbageAreMalformed) {
  for (const auto& [scheme, spki] :
       {std::pair(Scheme::kSm2Sm3, Sm2Spki()), std::pair(Scheme::kEcdsaP256Sha256, P256Spki())}) {
    std::string off_curve = spki;
    off_curve.back() ^= 1;
    const std::vector<std::string> bad = {off_curve,
                                          spki + "x",
                                          spki.substr(0, spki.size() - 1),
                                          "garbage",
                                          "",
                                          spki.substr(0, 27) + std::string(64, '\0'),
                                          spki.substr(0, 27) + std::string(64, '\xFF')};
    for (const std::string& der : bad) {
      EXPECT_EQ(Refusal(scheme, der), Reason::kKeyMalformed) << absl::BytesToHexString(der);
    }
  }
}

// x + p names the same field element as x, so a lax reader has two encodings of one key.
TEST(PublicKey, CoordinateNotBelowThePrimeIsMalformed) {
  // P-256 has a point with x = 0, whose other name would be x = p.
  const char y[] = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
  const std::string x_small(64, '0');
  const char x_large[] = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

  EXPECT_TRUE(
      PublicKey::Parse(Scheme::kEcdsaP256Sha256, Hex(absl::StrCat(kP256Header, "04", x_small, y)))
          .ok());
  EXPECT_EQ(Refusal(Scheme::kEcdsaP256Sha256, Hex(absl::StrCat(kP256Header, "04", x_large, y))),
            Reason::kKeyMalformed);
}

TEST(PublicKey, CompressedAndHybridPointsAndInfinityAreMalformed) {
  const std::string compressed =
      Hex(absl::StrCat("3039301306072a8648ce3d020106082a811ccf5501822d032200", "03", kX));
  const std::string hybrid = Hex(absl::StrCat(kSm2Header, "07", kX, kY));
  const std::string infinity = Hex("3018301306072a8648ce3d020106082a811ccf5501822d03020000");
  for (const std::string& spki : {compressed, hybrid, infinity}) {
    EXPECT_EQ(Refusal(Scheme::kSm2Sm3, spki), Reason::kKeyMalformed)
        << absl::BytesToHexString(spki);
  }
}

TEST(PublicKey, LengthsNotInTheirShortestFormAreMalformed) {
  std::string spki = Sm2Spki();
  spki.insert(1, 1, '\x81');
  EXPECT_EQ(Refusal(Scheme::kSm2Sm3, spki), Reason::kKeyMalformed);
}

TEST(PublicKey, ExplicitCurveParametersAreMalformed) {
  EvpPkeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING, "explicit");
  const std::string spki = SpkiOf(key.get());
  ASSERT_GT(spki.size(), 91u);

  EXPECT_EQ(Refusal(Scheme::kEcdsaP256Sha256, spki), Reason::kKeyMalformed);
}

TEST(PublicKey, WeakRsaKeysAreMalformed) {
  EXPECT_TRUE(PublicKey::Parse(Scheme::kRsaPssSha256, RsaSpki(2048, 65537)).ok());
  EXPECT_EQ(Refusal(Scheme::kRsaPssSha256, RsaSpki(1024, 65537)), Reason::kKeyMalformed);
  EXPECT_EQ(Refusal(Scheme::kRsaPssSha256, RsaSpki(2048, 3)), Reason::kKeyMalformed);
}

TEST(PublicKey, PemAndRawFormsGiveTheSameKey) {
  const auto signer = *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  const PublicKey& key = signer->public_key();

  EXPECT_EQ(PublicKeyFromPem(Scheme::kEd25519, PublicKeyToPem(key))->spki_der(), key.spki_der());
  EXPECT_EQ(PublicKeyFromRawEd25519(RawEd25519(key))->spki_der(), key.spki_der());
  EXPECT_EQ(ReasonOf(PublicKeyFromRawEd25519("short").status()), Reason::kKeyMalformed);
}

TEST(PublicKey, PemOfAnotherKindOrNoneIsMalformed) {
  const std::string private_pem = *GeneratePrivateKeyPem(Scheme::kEd25519);
  for (const std::string& pem : {private_pem, std::string("text"), std::string()}) {
    EXPECT_EQ(ReasonOf(PublicKeyFromPem(Scheme::kEd25519, pem).status()), Reason::kKeyMalformed);
  }
}

TEST(PublicKey, FixedFormIsTheOneThatParseTakes) {
  const std::string ed25519 =
      (*NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519)))
          ->public_key()
          .spki_der();
  for (const auto& [scheme, spki] :
       {std::pair{Scheme::kSm2Sm3, Sm2Spki()}, std::pair{Scheme::kEcdsaP256Sha256, P256Spki()},
        std::pair{Scheme::kEd25519, ed25519}}) {
    EXPECT_TRUE(HasFixedKeyForm(scheme, spki));
    EXPECT_FALSE(HasFixedKeyForm(scheme, spki + "x"));
    EXPECT_FALSE(HasFixedKeyForm(scheme, absl::string_view(spki).substr(0, spki.size() - 1)));
    EXPECT_FALSE(HasFixedKeyForm(Scheme::kRsaPssSha256, spki));
  }
  EXPECT_FALSE(HasFixedKeyForm(Scheme::kSm2Sm3, P256Spki()));
  EXPECT_FALSE(HasFixedKeyForm(Scheme::kEcdsaP256Sha256, Sm2Spki()));
  EXPECT_FALSE(HasFixedKeyForm(Scheme::kEd25519, Sm2Spki()));
}

}  // namespace
}  // namespace mrg
