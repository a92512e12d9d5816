#include "gateway/crypto/passphrase.h"

#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(Passphrase, GivesTheSecretThatOpensslsCommandGives) {
  // openssl kdf -keylen 32 -kdfopt pass:... -kdfopt hexsalt:00.. -kdfopt n:131072 -kdfopt r:8
  //   -kdfopt p:1 -kdfopt maxmem_bytes:268435456 SCRYPT
  EXPECT_EQ(absl::BytesToHexString(
                SecretOfPassphrase("correct horse battery staple", std::string(32, '\0'))),
            "63616130512725241eca57dbe516da052c631480d3d7fcc72186be919cae1d68");
}

TEST(Passphrase, WordsAndSaltBothCount) {
  const std::string salt(kPassphraseSaltBytes, 's');
  const std::string secret = SecretOfPassphrase("words", salt);

  EXPECT_NE(SecretOfPassphrase("words ", salt), secret);
  EXPECT_NE(SecretOfPassphrase("words", std::string(kPassphraseSaltBytes, 't')), secret);
}

}  // namespace
}  // namespace mrg
