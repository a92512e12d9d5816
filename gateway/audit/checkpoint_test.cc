#include "gateway/audit/checkpoint.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/testing/failing_signer.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kOrigin[] = "yangtze-delta/log-1";

std::unique_ptr<Signer> NewSigner() {
  return *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
}

TEST(Checkpoint, SignedNoteIsReadBack) {
  const auto signer = NewSigner();
  const std::string note = *SignCheckpoint({kOrigin, 7, std::string(32, 'r')}, *signer);

  const auto checkpoint = ParseSignedCheckpoint(note, kOrigin, signer->public_key());

  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->size, 7u);
  EXPECT_EQ(checkpoint->root, std::string(32, 'r'));
}

TEST(Checkpoint, EveryChangedBitIsRefused) {
  const auto signer = NewSigner();
  const std::string note = *SignCheckpoint({kOrigin, 7, std::string(32, 'r')}, *signer);
  for (size_t bit = 0; bit < note.size() * 8; ++bit) {
    std::string changed = note;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_EQ(ReasonOf(ParseSignedCheckpoint(changed, kOrigin, signer->public_key()).status()),
              Reason::kReceiptCheckpointInvalid)
        << "bit " << bit;
  }
}

TEST(Checkpoint, ExtraSignatureLineAndForeignKeyAreRefused) {
  const auto signer = NewSigner();
  const auto other = NewSigner();
  const Checkpoint checkpoint = {kOrigin, 7, std::string(32, 'r')};
  const std::string note = *SignCheckpoint(checkpoint, *signer);
  const std::string foreign = *SignCheckpoint(checkpoint, *other);
  const std::string line = foreign.substr(foreign.find("\n\n") + 2);

  EXPECT_FALSE(ParseSignedCheckpoint(note + line, kOrigin, signer->public_key()).ok());
  EXPECT_FALSE(ParseSignedCheckpoint(foreign, kOrigin, signer->public_key()).ok());
  EXPECT_FALSE(ParseSignedCheckpoint(note, "other/log", signer->public_key()).ok());
}

TEST(Checkpoint, ForeignLinesAndOtherSpellingsAreRefused) {
  const auto signer = NewSigner();
  const std::string note = *SignCheckpoint({kOrigin, 7, std::string(32, 'r')}, *signer);
  const size_t signature = note.find("\n\n") + 2;
  const std::vector<std::string> changed = {
      "",
      note.substr(0, note.size() - 1),  // no last line break
      note + "\n",                      // one more
      note.substr(0, signature - 1) + "extension\n" + note.substr(signature - 1),
      note.substr(0, signature) + note.substr(signature) + note.substr(signature),   // signed twice
      note.substr(0, note.find('\n') + 1) + "0" + note.substr(note.find('\n') + 1),  // size 07
      note.substr(0, note.find('\n') + 1) + "+" + note.substr(note.find('\n') + 1),
      note.substr(0, note.size() - 1) + " \n",
      note.substr(0, note.size() - 1) + "\r\n",
  };
  for (const std::string& other : changed) {
    EXPECT_EQ(ReasonOf(ParseSignedCheckpoint(other, kOrigin, signer->public_key()).status()),
              Reason::kReceiptCheckpointInvalid)
        << other;
  }
}

TEST(Checkpoint, WhatCannotBeANoteIsNotSigned) {
  const std::string root(32, 'r');
  const auto signer = NewSigner();
  const auto p256 =
      *NewEvpSigner(Scheme::kEcdsaP256Sha256, *GeneratePrivateKeyPem(Scheme::kEcdsaP256Sha256));
  EXPECT_EQ(ReasonOf(SignCheckpoint({kOrigin, 1, root}, *p256).status()), Reason::kInvariantBroken);
  EXPECT_EQ(ReasonOf(SignCheckpoint({kOrigin, 1, "short"}, *signer).status()),
            Reason::kInvariantBroken);
  for (const char* origin : {"", "two words", "plus+sign", "line\nbreak"}) {
    EXPECT_EQ(ReasonOf(SignCheckpoint({origin, 1, root}, *signer).status()),
              Reason::kInvariantBroken);
  }
}

TEST(Checkpoint, SignerThatFailsIsReported) {
  const FailingSigner failing(NewSigner()->public_key());
  EXPECT_EQ(ReasonOf(SignCheckpoint({kOrigin, 1, std::string(32, 'r')}, failing).status()),
            Reason::kInvariantBroken);
}

}  // namespace
}  // namespace mrg
