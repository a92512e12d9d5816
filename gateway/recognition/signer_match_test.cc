#include "gateway/recognition/signer_match.h"

#include <memory>

#include "gateway/base/testing/ids.h"
#include "gateway/credential_form/presentation.h"
#include "gateway/recognition/testing/licence_question.h"
#include "gateway/recognition/testing/snapshot_fixture.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

class SignerMatchTest : public ::testing::Test {
 protected:
  const IssuerList& issuers() const {
    return *snapshot_.FindJurisdiction(AsJurisdiction("50"))->issuers;
  }

  // What an issuer of the jurisdiction signed.
  static Credential SignedIn(const std::string& jurisdiction) {
    return *ReadPresentation(std::make_shared<gateway::v1::Presentation>(
        Present("document", IssuerKey(jurisdiction, Scheme::kSm2Sm3))));
  }

  const RecognitionSnapshot snapshot_ = SnapshotFixture().Build();
};

TEST_F(SignerMatchTest, IssuerThatListsTheKeyIsFoundWhateverTheDocumentNames) {
  for (const std::string& named : {IssuerCodeOf("50"), IssuerCodeOf("31"), std::string()}) {
    const auto issuer = MatchSigner(issuers(), SignedIn("50"), named);

    ASSERT_NE(issuer, nullptr) << named;
    EXPECT_EQ(issuer->issuer_code(), IssuerCodeOf("50"));
  }
}

TEST_F(SignerMatchTest, KeyThatNobodyListsHasNoIssuer) {
  EXPECT_EQ(MatchSigner(issuers(), SignedIn("31"), IssuerCodeOf("50")), nullptr);
}

TEST_F(SignerMatchTest, MalformedCredentialHasNoIssuer) {
  Credential credential = SignedIn("50");
  credential.key.reset();

  EXPECT_EQ(MatchSigner(issuers(), credential, IssuerCodeOf("50")), nullptr);
}

// A list of bare keys says nothing of certificates: a chain is not taken for its key.
TEST_F(SignerMatchTest, CredentialWithAChainIsNotMatchedByItsKey) {
  Credential credential = SignedIn("50");
  credential.chain = {"certificate"};

  EXPECT_EQ(MatchSigner(issuers(), credential, IssuerCodeOf("50")), nullptr);
}

}  // namespace
}  // namespace mrg
