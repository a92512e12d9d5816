#include "gateway/crypto/evp_verifier.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/openssl_ptr.h"
#include "gateway/crypto/public_key.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

// GM/T 0003.5 / GB/T 32918.5 example on the recommended curve, user id 1234567812345678.
constexpr char kX[] = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020";
constexpr char kY[] = "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
constexpr char kR[] = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3";
constexpr char kS[] = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
constexpr char kMessage[] = "message digest";
constexpr char kOrder[] = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

std::string Hex(absl::string_view hex) { return absl::HexStringToBytes(hex); }

// SubjectPublicKeyInfo headers: id-ecPublicKey with the curve's OID, uncompressed point.
std::string Sm2Spki() {
  return Hex(absl::StrCat("3059301306072a8648ce3d020106082a811ccf5501822d03420004", kX, kY));
}

std::string Integer(absl::string_view value) {
  std::string bytes(value);
  if ((static_cast<unsigned char>(bytes[0]) & 0x80) != 0) bytes.insert(0, 1, '\0');
  return absl::StrCat(std::string("\x02"), std::string(1, static_cast<char>(bytes.size())), bytes);
}

std::string Sequence(absl::string_view body) {
  return absl::StrCat(std::string("\x30"), std::string(1, static_cast<char>(body.size())), body);
}

std::string Signature(absl::string_view r, absl::string_view s) {
  return Sequence(Integer(Hex(r)) + Integer(Hex(s)));
}

std::unique_ptr<Verifier> Sm2Verifier() {
  return *NewEvpVerifier(*PublicKey::Parse(Scheme::kSm2Sm3, Sm2Spki()));
}

std::optional<Reason> Refusal(absl::string_view signature) {
  return ReasonOf(Sm2Verifier()->Verify(kMessage, signature));
}

TEST(EvpVerifier, StandardsSm2ExampleVerifies) {
  EXPECT_TRUE(Sm2Verifier()->Verify(kMessage, Signature(kR, kS)).ok());
}

TEST(EvpVerifier, OtherMessageIsInvalid) {
  EXPECT_EQ(ReasonOf(Sm2Verifier()->Verify("message digesT", Signature(kR, kS))),
            Reason::kSignatureInvalid);
}

// Signs as a vendor would who sets another user id than the default one of GB/T 35276.
std::string SignWithUserId(EVP_PKEY* key, const std::string& id) {
  EvpPkeyCtxPtr key_ctx(EVP_PKEY_CTX_new(key, nullptr));
  EVP_PKEY_CTX_set1_id(key_ctx.get(), id.data(), static_cast<int>(id.size()));
  EvpMdCtxPtr ctx(EVP_MD_CTX_new());
  EVP_MD_CTX_set_pkey_ctx(ctx.get(), key_ctx.get());
  EVP_DigestSignInit(ctx.get(), nullptr, EVP_sm3(), nullptr, key);
  std::string signature(128, '\0');
  size_t size = signature.size();
  EVP_DigestSign(ctx.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                 reinterpret_cast<const unsigned char*>(kMessage), sizeof(kMessage) - 1);
  signature.resize(size);
  return signature;
}

TEST(Threat, R07_SignatureMadeWithAnotherUserIdIsInvalid) {
  EvpPkeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"));
  unsigned char* der = nullptr;
  const int der_bytes = i2d_PUBKEY(key.get(), &der);
  const auto verifier = *NewEvpVerifier(*PublicKey::Parse(
      Scheme::kSm2Sm3, absl::string_view(reinterpret_cast<char*>(der), der_bytes)));
  OPENSSL_free(der);

  EXPECT_TRUE(verifier->Verify(kMessage, SignWithUserId(key.get(), "1234567812345678")).ok());
  EXPECT_EQ(ReasonOf(verifier->Verify(kMessage, SignWithUserId(key.get(), "account-name"))),
            Reason::kSignatureInvalid);
}

TEST(Threat, R07_RsZeroOrNotBelowTheOrderIsOutOfRange) {
  const std::string zero = "00";
  EXPECT_EQ(Refusal(Signature(zero, kS)), Reason::kSignatureOutOfRange);
  EXPECT_EQ(Refusal(Signature(kR, zero)), Reason::kSignatureOutOfRange);
  EXPECT_EQ(Refusal(Signature(kOrder, kS)), Reason::kSignatureOutOfRange);
  EXPECT_EQ(Refusal(Signature(kR, kOrder)), Reason::kSignatureOutOfRange);
  EXPECT_EQ(Refusal(Signature(absl::StrCat("01", kR), kS)), Reason::kSignatureOutOfRange);
}

TEST(Threat, R07_OtherEncodingsThanCanonicalDerAreRefused) {
  const std::string r = Hex(kR), s = Hex(kS);
  // r without its leading zero reads as a negative number.
  const std::string bare_r = absl::StrCat(std::string("\x02\x20"), r);
  EXPECT_EQ(Refusal(Sequence(bare_r + Integer(s))), Reason::kSignatureNotDer);
  // A needless leading zero.
  const std::string long_r = absl::StrCat(std::string("\x02\x22\0\0", 4), r);
  EXPECT_EQ(Refusal(Sequence(long_r + Integer(s))), Reason::kSignatureNotDer);
  // The long form of a length that fits the short one.
  std::string long_form = Signature(kR, kS);
  long_form.insert(1, 1, '\x81');
  EXPECT_EQ(Refusal(long_form), Reason::kSignatureNotDer);
  // Raw r and s, 64 bytes, as some vendors write them.
  EXPECT_EQ(Refusal(r + s), Reason::kSignatureNotDer);
  EXPECT_EQ(Refusal(""), Reason::kSignatureNotDer);
}

TEST(Threat, R07_TrailingBytesAreRefused) {
  EXPECT_EQ(Refusal(Signature(kR, kS) + "x"), Reason::kSignatureTrailingBytes);
  EXPECT_EQ(Refusal(Sequence(Integer(Hex(kR)) + Integer(Hex(kS)) + Integer("\x01"))),
            Reason::kSignatureTrailingBytes);
}

// The signature that Botan publishes for the recommended curve with user id sm2test@example.com
// (its sm2_sig.vec): good under that id, so it must be refused under ours.
TEST(Threat, R07_PublishedSignatureUnderAnotherUserIdIsInvalid) {
  const std::string message = "hi chappy";
  const std::string foreign_id = "sm2test@example.com";
  const std::string spki =
      Hex(absl::StrCat("3059301306072a8648ce3d020106082a811ccf5501822d03420004",
                       "d03d30dd01ca3422aeaccf9b88043b554659d3092b0a9e8cce3e8c4530a98cb7",
                       "9d705e6213eee145b748e36e274e5f101dc10d7bbc9dab9a04022e73b76e02cd"));
  const std::string signature =
      Signature("05890b9077b92e47b17a1ff42a814280e556afd92b4a98b9670bf8b1a274c2fa",
                "e3abbb8db2b6ecd9b24eccea7f679fb9a4b1db52f4aa985e443ad73237fa1993");
  const PublicKey key = *PublicKey::Parse(Scheme::kSm2Sm3, spki);
  EVP_PKEY* const evp_key = key.handle().key.get();

  // The library itself says that the signature is good under its own id.
  const EvpPkeyCtxPtr key_ctx(EVP_PKEY_CTX_new(evp_key, nullptr));
  EVP_PKEY_CTX_set1_id(key_ctx.get(), foreign_id.data(), static_cast<int>(foreign_id.size()));
  const EvpMdCtxPtr ctx(EVP_MD_CTX_new());
  EVP_MD_CTX_set_pkey_ctx(ctx.get(), key_ctx.get());
  EVP_DigestVerifyInit(ctx.get(), nullptr, EVP_sm3(), nullptr, evp_key);
  ASSERT_EQ(
      EVP_DigestVerify(ctx.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                       signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                       message.size()),
      1);

  EXPECT_EQ(ReasonOf((*NewEvpVerifier(key))->Verify(message, signature)),
            Reason::kSignatureInvalid);
}

TEST(Threat, R07_RangeAndEncodingAreCheckedForP256Too) {
  constexpr char kP256Order[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  const auto signer =
      *NewEvpSigner(Scheme::kEcdsaP256Sha256, *GeneratePrivateKeyPem(Scheme::kEcdsaP256Sha256));
  const auto verifier = *NewEvpVerifier(signer->public_key());
  const std::string good = *signer->Sign(kMessage);
  const auto refusal = [&](const std::string& signature) {
    return ReasonOf(verifier->Verify(kMessage, signature));
  };

  EXPECT_TRUE(verifier->Verify(kMessage, good).ok());
  EXPECT_EQ(refusal(good + "x"), Reason::kSignatureTrailingBytes);
  EXPECT_EQ(refusal(good.substr(1)), Reason::kSignatureNotDer);
  EXPECT_EQ(refusal(Signature("00", kS)), Reason::kSignatureOutOfRange);
  EXPECT_EQ(refusal(Signature(kR, kP256Order)), Reason::kSignatureOutOfRange);
  EXPECT_EQ(refusal(Signature(kR, kS)), Reason::kSignatureInvalid);
}

TEST(Threat, R07_EveryChangedBitOfASignatureIsRefused) {
  const auto verifier = Sm2Verifier();
  const std::string good = Signature(kR, kS);
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string changed = good;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(verifier->Verify(kMessage, changed).ok()) << "bit " << bit;
  }
}

TEST(EvpVerifier, OneVerifierServesManyThreads) {
  const auto verifier = Sm2Verifier();
  std::atomic<int> verified = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 20; ++k) {
        const bool good = verifier->Verify(kMessage, Signature(kR, kS)).ok();
        const bool bad = verifier->Verify("other", Signature(kR, kS)).ok();
        if (good && !bad) ++verified;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(verified, 80);
}

class EverySchemeTest : public ::testing::TestWithParam<Scheme> {};

TEST_P(EverySchemeTest, SignatureVerifiesOverItsMessageOnly) {
  const auto signer = *NewEvpSigner(GetParam(), *GeneratePrivateKeyPem(GetParam()));
  const auto verifier = *NewEvpVerifier(signer->public_key());
  const std::string signature = *signer->Sign("licence");

  EXPECT_TRUE(verifier->Verify("licence", signature).ok());
  EXPECT_FALSE(verifier->Verify("licencE", signature).ok());
}

TEST_P(EverySchemeTest, NameLeadsBackToTheScheme) {
  EXPECT_EQ(*SchemeFromName(SchemeName(GetParam())), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Schemes, EverySchemeTest,
                         ::testing::Values(Scheme::kSm2Sm3, Scheme::kEcdsaP256Sha256,
                                           Scheme::kEd25519, Scheme::kRsaPssSha256));

TEST(EvpSigner, KeyOfAnotherSchemeIsRefused) {
  const auto signer = NewEvpSigner(Scheme::kSm2Sm3, *GeneratePrivateKeyPem(Scheme::kEd25519));
  EXPECT_EQ(ReasonOf(signer.status()), Reason::kKeyFileInvalid);
}

TEST(Scheme, UnknownNameIsRefused) {
  EXPECT_EQ(ReasonOf(SchemeFromName("md5").status()), Reason::kFieldMalformed);
}

}  // namespace
}  // namespace mrg
