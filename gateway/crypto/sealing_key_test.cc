#include "gateway/crypto/sealing_key.h"

#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const std::string kSecret(32, 's');
const std::string kPlain = "thirty-two bytes of a secret key";

TEST(SealingKey, L1_WhatIsSealedIsNotInTheSealAndIsOpenedAgain) {
  const SealingKey key = SealingKey::Derive(kSecret, "test");

  const std::string sealed = key.Seal(kPlain, "row 1");

  EXPECT_EQ(sealed.size(), kPlain.size() + kSealBytes);
  EXPECT_EQ(sealed.find(kPlain.substr(0, 8)), std::string::npos);
  EXPECT_EQ(key.Open(sealed, "row 1"), kPlain);
  EXPECT_EQ(SealingKey::Derive(kSecret, "test").Open(sealed, "row 1"), kPlain);
  EXPECT_EQ(key.Open(key.Seal("", ""), ""), "");
}

TEST(SealingKey, L1_NoOtherSecretPurposeOrPlaceOpensIt) {
  const SealingKey key = SealingKey::Derive(kSecret, "test");
  const std::string sealed = key.Seal(kPlain, "row 1");

  EXPECT_FALSE(SealingKey::Derive(std::string(32, 't'), "test").Open(sealed, "row 1").has_value());
  EXPECT_FALSE(SealingKey::Derive(kSecret, "other").Open(sealed, "row 1").has_value());
  EXPECT_FALSE(key.Open(sealed, "row 2").has_value());
}

TEST(SealingKey, L1_EveryChangedByteAndEveryPrefixIsRefused) {
  const SealingKey key = SealingKey::Derive(kSecret, "test");
  const std::string sealed = key.Seal(kPlain, "row 1");

  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] ^= 1;
    EXPECT_FALSE(key.Open(changed, "row 1").has_value()) << i;
    EXPECT_FALSE(key.Open(sealed.substr(0, i), "row 1").has_value()) << i;
  }
}

TEST(SealingKey, L1_TheSameIsSealedOtherwiseEachTime) {
  const SealingKey key = SealingKey::Derive(kSecret, "test");
  std::set<std::string> nonces;
  for (int i = 0; i < 100; ++i) nonces.insert(key.Seal(kPlain, "").substr(0, 12));
  EXPECT_EQ(nonces.size(), 100u);
}

// Made by another implementation of HKDF-SHA-256 and AES-256-GCM from the secret and purpose above.
TEST(SealingKey, SealOfAnotherImplementationIsOpened) {
  const std::string sealed = absl::HexStringToBytes(
      "000102030405060708090a0b47bf996a3cd509abae7891493472f7a76a1530e5ae8b217362292858103a02a29d28"
      "914c8966a02ac6a96910cb758dc3");

  EXPECT_EQ(SealingKey::Derive(kSecret, "test").Open(sealed, "row 1"), kPlain);
}

}  // namespace
}  // namespace mrg
