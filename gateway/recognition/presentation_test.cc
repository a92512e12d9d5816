#include "gateway/recognition/presentation.h"

#include "gateway/base/limits.h"
#include "gateway/base/reason.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

gateway::v1::Presentation Good() { return Present("document", IssuerKey("50", Scheme::kSm2Sm3)); }

// Expects a caller's fault that names the field.
void ExpectFault(const gateway::v1::Presentation& message, Reason reason, const char* field) {
  const auto presentation = Presentation::Parse(message);
  EXPECT_EQ(ReasonOf(presentation.status()), reason) << presentation.status();
  EXPECT_EQ(FieldOf(presentation.status()), field);
}

TEST(Presentation, PartsAreKeptAsTheyCame) {
  const auto presentation = Presentation::Parse(Good());

  ASSERT_TRUE(presentation.ok());
  EXPECT_EQ(presentation->document(), "document");
  EXPECT_EQ(presentation->scheme(), Scheme::kSm2Sm3);
  ASSERT_TRUE(presentation->public_key().ok());
  EXPECT_EQ(presentation->public_key()->spki_sha256(),
            IssuerKey("50", Scheme::kSm2Sm3).public_key().spki_sha256());
}

TEST(Presentation, BothSchemesOfThisVersionAreRead) {
  const auto presentation =
      Presentation::Parse(Present("document", IssuerKey("50", Scheme::kEcdsaP256Sha256)));

  ASSERT_TRUE(presentation.ok());
  EXPECT_EQ(presentation->scheme(), Scheme::kEcdsaP256Sha256);
  EXPECT_TRUE(presentation->public_key().ok());
}

TEST(Presentation, EmptyPartsAreTheCallersFault) {
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
  EXPECT_TRUE(Presentation::Parse(message).ok());
  message.mutable_detached()->set_document(std::string(kDocumentBytesMax + 1, 'x'));
  ExpectFault(message, Reason::kFieldTooLong, "presentation.detached.document");

  message = Good();
  message.mutable_detached()->set_signature(std::string(kSignatureBytesMax, 'x'));
  EXPECT_TRUE(Presentation::Parse(message).ok());
  message.mutable_detached()->set_signature(std::string(kSignatureBytesMax + 1, 'x'));
  ExpectFault(message, Reason::kFieldTooLong, "presentation.detached.signature");

  message = Good();
  message.mutable_detached()->set_public_key(std::string(kPublicKeyBytesMax, 'x'));
  EXPECT_TRUE(Presentation::Parse(message).ok());
  message.mutable_detached()->set_public_key(std::string(kPublicKeyBytesMax + 1, 'x'));
  ExpectFault(message, Reason::kFieldTooLong, "presentation.detached.public_key");
}

TEST(Presentation, AlgorithmMustBeNamedAndOffered) {
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

TEST(Presentation, KeyThatIsRefusedIsAStateAndNotAFault) {
  gateway::v1::Presentation message = Good();
  message.mutable_detached()->set_public_key("no key");
  auto presentation = Presentation::Parse(message);
  ASSERT_TRUE(presentation.ok());
  EXPECT_EQ(ReasonOf(presentation->public_key().status()), Reason::kKeyMalformed);

  message = Good();
  message.mutable_detached()->set_algorithm(gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);
  presentation = Presentation::Parse(message);
  ASSERT_TRUE(presentation.ok());
  EXPECT_EQ(ReasonOf(presentation->public_key().status()), Reason::kKeyMislabelled);
}

TEST(Presentation, DocumentAndSignatureMayBeAnyBytes) {
  gateway::v1::Presentation message = Good();
  message.mutable_detached()->set_document(std::string("\xff\x00", 2));
  message.mutable_detached()->set_signature(std::string("\x00", 1));

  EXPECT_TRUE(Presentation::Parse(message).ok());
}

}  // namespace
}  // namespace mrg
