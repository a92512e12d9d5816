#include "gateway/credential_form/detached.h"

#include <memory>
#include <string>

#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/credential_form/presentation.h"
#include "gateway/crypto/evp_signer.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const Signer& Key(Scheme scheme) {
  static const auto* const sm2 =
      NewEvpSigner(Scheme::kSm2Sm3, *GeneratePrivateKeyPem(Scheme::kSm2Sm3))->release();
  static const auto* const p256 =
      NewEvpSigner(Scheme::kEcdsaP256Sha256, *GeneratePrivateKeyPem(Scheme::kEcdsaP256Sha256))
          ->release();
  return scheme == Scheme::kSm2Sm3 ? *sm2 : *p256;
}

gateway::v1::Presentation Present(const std::string& document, Scheme scheme) {
  gateway::v1::Presentation presentation;
  gateway::v1::DetachedSignature* detached = presentation.mutable_detached();
  detached->set_document(document);
  detached->set_algorithm(scheme == Scheme::kSm2Sm3
                              ? gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3
                              : gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);
  detached->set_signature(*Key(scheme).Sign(document));
  detached->set_public_key(Key(scheme).public_key().spki_der());
  return presentation;
}

gateway::v1::Presentation Good() { return Present("document", Scheme::kSm2Sm3); }

absl::StatusOr<Credential> Read(const gateway::v1::Presentation& message) {
  return ReadPresentation(std::make_shared<const gateway::v1::Presentation>(message));
}

// Expects a caller's fault that names the field.
void ExpectFault(const gateway::v1::Presentation& message, Reason reason, const char* field) {
  const auto credential = Read(message);
  EXPECT_EQ(ReasonOf(credential.status()), reason) << credential.status();
  EXPECT_EQ(FieldOf(credential.status()), field);
}

TEST(Detached, PartsAreKeptAsTheyCame) {
  const auto credential = Read(Good());

  ASSERT_TRUE(credential.ok());
  EXPECT_EQ(*credential->document, "document");
  EXPECT_EQ(credential->scheme, Scheme::kSm2Sm3);
  ASSERT_TRUE(credential->malformed.ok());
  EXPECT_EQ(credential->key->spki_sha256(), Key(Scheme::kSm2Sm3).public_key().spki_sha256());
}

// A large document is held once, by the message it came in.
TEST(Detached, BytesAreTheMessagesOwn) {
  auto message = std::make_shared<gateway::v1::Presentation>(Good());
  const std::string* document = &message->detached().document();
  const std::string* signature = &message->detached().signature();

  const auto credential = ReadPresentation(message);
  message.reset();

  ASSERT_TRUE(credential.ok());
  EXPECT_EQ(credential->document.get(), document);
  EXPECT_EQ(credential->signed_bytes.get(), document);
  EXPECT_EQ(credential->signature.get(), signature);
  EXPECT_EQ(*credential->document, "document");
}

TEST(Detached, FormHasABareKeyAndNoSigningTimeOfItsOwn) {
  const auto credential = Read(Good());

  ASSERT_TRUE(credential.ok());
  EXPECT_EQ(FormName(credential->form), "detached");
  EXPECT_TRUE(credential->chain.empty());
  EXPECT_EQ(credential->signing_time.kind, SigningTimeKind::kNone);
}

TEST(Detached, BothSchemesOfThisVersionAreRead) {
  const auto credential = Read(Present("document", Scheme::kEcdsaP256Sha256));

  ASSERT_TRUE(credential.ok());
  EXPECT_EQ(credential->scheme, Scheme::kEcdsaP256Sha256);
  EXPECT_TRUE(credential->malformed.ok());
}

TEST(Detached, EmptyPartsAreTheCallersFault) {
  ExpectFault({}, Reason::kFieldRequired, "presentation.detached");
  gateway::v1::Presentation message = Good();
  message.mutable_detached()->clear_document();
  ExpectFault(message, Reason::kFieldRequired, "presentation.detached.document");
  message = Good();
  message.mutable_detached()->clear_signature();
  ExpectFault(message, Reason::kFieldRequired, "presentation.detached.signature");
  message = Good();
  message.mutable_detached()->clear_public_key();
  ExpectFault(message, Reason::kFieldRequired, "presentation.detached.public_key");
}

TEST(Threat, R09_PartsAreBoundedToTheByte) {
  gateway::v1::Presentation message = Good();
  message.mutable_detached()->set_document(std::string(kDocumentBytesMax, 'x'));
  EXPECT_TRUE(Read(message).ok());
  message.mutable_detached()->set_document(std::string(kDocumentBytesMax + 1, 'x'));
  ExpectFault(message, Reason::kFieldTooLong, "presentation.detached.document");

  message = Good();
  message.mutable_detached()->set_signature(std::string(kSignatureBytesMax, 'x'));
  EXPECT_TRUE(Read(message).ok());
  message.mutable_detached()->set_signature(std::string(kSignatureBytesMax + 1, 'x'));
  ExpectFault(message, Reason::kFieldTooLong, "presentation.detached.signature");

  message = Good();
  message.mutable_detached()->set_public_key(std::string(kPublicKeyBytesMax, 'x'));
  EXPECT_TRUE(Read(message).ok());
  message.mutable_detached()->set_public_key(std::string(kPublicKeyBytesMax + 1, 'x'));
  ExpectFault(message, Reason::kFieldTooLong, "presentation.detached.public_key");
}

TEST(Detached, AlgorithmMustBeNamedAndOffered) {
  gateway::v1::Presentation message = Good();
  message.mutable_detached()->clear_algorithm();
  ExpectFault(message, Reason::kEnumUnspecified, "presentation.detached.algorithm");
  message.mutable_detached()->set_algorithm(static_cast<gateway::v1::SignatureAlgorithm>(99));
  ExpectFault(message, Reason::kEnumUnspecified, "presentation.detached.algorithm");
  for (const auto algorithm : {gateway::v1::SIGNATURE_ALGORITHM_ED25519,
                               gateway::v1::SIGNATURE_ALGORITHM_RSA_PSS_SHA256}) {
    message.mutable_detached()->set_algorithm(algorithm);
    ExpectFault(message, Reason::kNotInThisVersion, "presentation.detached.algorithm");
  }
}

TEST(Detached, KeyThatIsRefusedIsAStateAndNotAFault) {
  gateway::v1::Presentation message = Good();
  message.mutable_detached()->set_public_key("no key");
  auto credential = Read(message);
  ASSERT_TRUE(credential.ok());
  EXPECT_EQ(ReasonOf(credential->malformed), Reason::kKeyMalformed);

  message = Good();
  message.mutable_detached()->set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);
  credential = Read(message);
  ASSERT_TRUE(credential.ok());
  EXPECT_EQ(ReasonOf(credential->malformed), Reason::kKeyMislabelled);
}

TEST(Detached, DocumentAndSignatureMayBeAnyBytes) {
  gateway::v1::Presentation message = Good();
  message.mutable_detached()->set_document(std::string("\xff\x00", 2));
  message.mutable_detached()->set_signature(std::string("\x00", 1));

  EXPECT_TRUE(Read(message).ok());
}

}  // namespace
}  // namespace mrg
