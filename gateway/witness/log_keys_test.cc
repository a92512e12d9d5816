#include "gateway/witness/log_keys.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/witness/testing/decision_logs.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using trustlist::v1::LogKeys;

const absl::Time kFrom = absl::FromUnixSeconds(1772000000);

const std::string& KeyBytes() {
  static const auto* const bytes = new std::string(NewLogSigner()->public_key().spki_der());
  return *bytes;
}

void AddKey(const std::string& origin, absl::Time from, LogKeys* keys) {
  trustlist::v1::LogKey* key = keys->add_keys();
  key->set_origin(origin);
  key->set_public_key(KeyBytes());
  *key->mutable_from() = ToTimestamp(from);
}

LogKeys OneKey() {
  LogKeys keys;
  AddKey("yangtze-delta/log-1", kFrom, &keys);
  return keys;
}

// Expects that the keys are refused once `change` was made, and that `field` is named.
void ExpectRefused(absl::string_view field, const std::function<void(LogKeys*)>& change) {
  LogKeys keys = OneKey();
  change(&keys);
  const auto parsed = ParseLogKeys(CanonicalBytes(keys));
  EXPECT_EQ(ReasonOf(parsed.status()), Reason::kMetadataMalformed) << field;
  EXPECT_EQ(FieldOf(parsed.status()), field) << parsed.status();
}

TEST(LogKeys, KeysComeBackWithTheirTerms) {
  LogKeys message = OneKey();
  *message.mutable_keys(0)->mutable_until() = ToTimestamp(kFrom + absl::Hours(1));
  AddKey("yangtze-delta/log-1", kFrom + absl::Hours(1), &message);
  AddKey("yangtze-delta/log-2", kFrom, &message);

  const auto keys = ParseLogKeys(CanonicalBytes(message));

  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_THAT(*keys, SizeIs(3));
  EXPECT_EQ((*keys)[0].origin, "yangtze-delta/log-1");
  EXPECT_EQ((*keys)[0].key.spki_der(), KeyBytes());
  EXPECT_EQ((*keys)[0].from, kFrom);
  EXPECT_EQ((*keys)[0].until, kFrom + absl::Hours(1));
  EXPECT_EQ((*keys)[1].until, absl::InfiniteFuture());
  EXPECT_EQ((*keys)[2].origin, "yangtze-delta/log-2");
}

TEST(LogKeys, NoKeysAreAllowed) {
  const auto keys = ParseLogKeys("");

  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_THAT(*keys, IsEmpty());
}

TEST(LogKeys, BytesThatAreNotCanonicalAreRefused) {
  const std::string good = CanonicalBytes(OneKey());
  for (const std::string& bytes :
       {std::string("x"), good + std::string("\x78\x01", 2), good.substr(1)}) {
    EXPECT_EQ(ReasonOf(ParseLogKeys(bytes).status()), Reason::kMetadataMalformed);
  }
}

TEST(LogKeys, OriginIsAMemberAndALogId) {
  for (const std::string& origin :
       {std::string(), std::string("yangtze-delta"), std::string("/log-1"),
        std::string("yangtze-delta/"), std::string("yangtze-delta/log-1/x"),
        std::string("Yangtze/log-1"), std::string("yangtze delta/log-1"),
        std::string("yangtze-delta/log+1"), absl::StrCat(std::string(64, 'm'), "/log-1"),
        absl::StrCat("yangtze-delta/", std::string(64, 'l'))}) {
    ExpectRefused("keys.origin", [&](LogKeys* keys) { keys->mutable_keys(0)->set_origin(origin); });
  }
  LogKeys longest = OneKey();
  longest.mutable_keys(0)->set_origin(
      absl::StrCat(std::string(63, 'm'), "/", std::string(63, 'l')));
  EXPECT_TRUE(ParseLogKeys(CanonicalBytes(longest)).ok());
}

TEST(LogKeys, KeyIsAnEd25519SubjectPublicKeyInfo) {
  const auto p256 =
      *NewEvpSigner(Scheme::kEcdsaP256Sha256, *GeneratePrivateKeyPem(Scheme::kEcdsaP256Sha256));
  const std::string good = KeyBytes();
  ASSERT_EQ(good.size(), 44u);
  for (const std::string& key : {std::string(), std::string("no key"), good.substr(12), good + "x",
                                 p256->public_key().spki_der()}) {
    ExpectRefused("keys.public_key",
                  [&](LogKeys* keys) { keys->mutable_keys(0)->set_public_key(key); });
  }
}

TEST(LogKeys, TermBeginsAndEndsAfterItsBeginning) {
  ExpectRefused("keys.from", [](LogKeys* keys) { keys->mutable_keys(0)->clear_from(); });
  ExpectRefused("keys[0].from", [](LogKeys* keys) {
    keys->mutable_keys(0)->mutable_from()->set_nanos(1000000000);
  });
  ExpectRefused("keys[0].from", [](LogKeys* keys) {
    keys->mutable_keys(0)->mutable_from()->set_seconds(253402300800);
  });
  for (const absl::Time until : {kFrom, kFrom - absl::Seconds(1)}) {
    ExpectRefused("keys.until", [&](LogKeys* keys) {
      *keys->mutable_keys(0)->mutable_until() = ToTimestamp(until);
    });
  }
  ExpectRefused("keys[0].until", [](LogKeys* keys) {
    keys->mutable_keys(0)->mutable_until()->set_seconds(253402300800);
  });
}

TEST(LogKeys, KeysAreSortedByOriginThenByBeginning) {
  ExpectRefused("keys", [](LogKeys* keys) { AddKey("hub/log-1", kFrom, keys); });
  ExpectRefused("keys", [](LogKeys* keys) {
    AddKey("yangtze-delta/log-1", kFrom - absl::Microseconds(1), keys);
  });
}

TEST(LogKeys, NoMoreThanTheBoundAreRead) {
  LogKeys keys;
  for (int i = 0; i < kLogKeysMax; ++i) AddKey("yangtze-delta/log-1", kFrom, &keys);
  EXPECT_TRUE(ParseLogKeys(CanonicalBytes(keys)).ok());

  AddKey("yangtze-delta/log-1", kFrom, &keys);
  const auto parsed = ParseLogKeys(CanonicalBytes(keys));
  EXPECT_EQ(ReasonOf(parsed.status()), Reason::kMetadataMalformed);
  EXPECT_EQ(FieldOf(parsed.status()), "keys");
}

TEST(LogKeys, AMemberListsKeysOfItsOwnLogsOnly) {
  const auto delta = *MemberId::Parse("yangtze-delta");
  EXPECT_TRUE(ParseLogKeysOf(delta, CanonicalBytes(OneKey())).ok());

  for (const char* other : {"yangtze/log-1", "yangtze-delta-2/log-1", "zhubu/log-1"}) {
    LogKeys keys = OneKey();
    keys.mutable_keys(0)->set_origin(other);
    const auto parsed = ParseLogKeysOf(delta, CanonicalBytes(keys));
    EXPECT_EQ(ReasonOf(parsed.status()), Reason::kMetadataMalformed) << other;
    EXPECT_EQ(FieldOf(parsed.status()), "keys.origin") << other;
  }
}

}  // namespace
}  // namespace mrg
