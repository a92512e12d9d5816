#include "gateway/crypto/digest.h"

#include "absl/strings/escaping.h"
#include "gateway/crypto/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(Digest, Sm3OfAbcIsTheStandardsExample) {  // GB/T 32905 annex A.1
  EXPECT_EQ(absl::BytesToHexString(Sm3("abc")),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

TEST(Digest, Sha256OfAbcIsTheStandardsExample) {  // FIPS 180-4
  EXPECT_EQ(absl::BytesToHexString(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, Sha512OfAbcIsTheStandardsExample) {  // FIPS 180-4
  EXPECT_EQ(absl::BytesToHexString(Sha512("abc")),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Digest, HmacSha256IsRfc4231Case2) {
  EXPECT_EQ(absl::BytesToHexString(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, HmacTakesAnEmptyKey) {  // HMAC_SHA256("", "")
  EXPECT_EQ(absl::BytesToHexString(HmacSha256(absl::string_view(), "")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Digest, StreamEqualsTheWhole) {
  EXPECT_EQ(Sha256Stream().Update("a").Update("").Update("bc").Finish(), Sha256("abc"));
}

TEST(Random, BytesHaveTheAskedLengthAndDiffer) {
  EXPECT_EQ(RandomBytes(32).size(), 32u);
  EXPECT_NE(RandomBytes(32), RandomBytes(32));
}

TEST(Random, UuidSevenCarriesItsTimeVersionAndVariant) {  // RFC 9562 5.7
  const std::string uuid = NewUuidV7(absl::FromUnixMillis(0x0123456789AB));

  EXPECT_EQ(uuid.substr(0, 15), "01234567-89ab-7");
  EXPECT_THAT("89ab", ::testing::HasSubstr(uuid.substr(19, 1)));
  EXPECT_EQ(uuid.size(), 36u);
}

}  // namespace
}  // namespace mrg
