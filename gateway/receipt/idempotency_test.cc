#include "gateway/receipt/idempotency.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

using gateway::v1::StoredRequest;

const absl::Time kNow = absl::FromUnixSeconds(1772000000);
const absl::Duration kInstant = absl::Microseconds(1);

std::string KeyOf(const std::string& request, const std::string& platform = "sample") {
  return RequestStoreKey(
      *SpiffeId::Parse(absl::StrCat("spiffe://delta.example/jurisdiction/31/platform/", platform)),
      *RequestId::Parse(request));
}

StoredRequest RequestOf(absl::Time decided_at, const std::string& receipt = "receipt") {
  StoredRequest stored;
  stored.set_body_hmac(RequestBodyHmac("key", "body"));
  stored.set_decided_at_us(absl::ToUnixMicros(decided_at));
  stored.set_receipt(receipt);
  return stored;
}

class IdempotencyTest : public ::testing::Test {
 protected:
  void Put(const std::string& request, absl::Time decided_at) {
    WriteSet writes;
    PutStoredRequest(KeyOf(request), RequestOf(decided_at, request), &writes);
    ASSERT_TRUE(store_.Commit(writes).committed());
  }

  bool Remembers(const std::string& request) const {
    const auto stored = ReadStoredRequest(store_, KeyOf(request));
    EXPECT_TRUE(stored.ok()) << stored.status();
    return stored.ok() && stored->has_value();
  }

  size_t RowCount() const { return store_.Scan(Keyspace::kRequest, "", "", 1000)->size(); }

  MemoryStore store_;
};

TEST(RequestStoreKey, DiffersByCallerAndByRequest) {
  EXPECT_EQ(KeyOf("a"), KeyOf("a"));
  EXPECT_NE(KeyOf("a"), KeyOf("b"));
  EXPECT_NE(KeyOf("a"), KeyOf("a", "other"));
  // No caller can reach into another's requests by choosing its ids.
  EXPECT_NE(KeyOf("b", "sample"), KeyOf("sample", "b"));
}

TEST(RequestBodyHmac, IsTheHmacOfTheRequestUnderTheNodesKey) {
  EXPECT_EQ(RequestBodyHmac("key", "body"), HmacSha256("key", "body"));
  EXPECT_NE(RequestBodyHmac("key", "body"), RequestBodyHmac("key", "bodz"));
  EXPECT_NE(RequestBodyHmac("key", "body"), RequestBodyHmac("kez", "body"));
}

TEST_F(IdempotencyTest, StoredRequestComesBackAsItWas) {
  Put("a", kNow);

  const auto stored = ReadStoredRequest(store_, KeyOf("a"));

  ASSERT_TRUE(stored.ok() && stored->has_value());
  EXPECT_EQ(CanonicalBytes(**stored), CanonicalBytes(RequestOf(kNow, "a")));
}

TEST_F(IdempotencyTest, RequestThatWasNotAnsweredIsNotThere) {
  Put("a", kNow);

  EXPECT_FALSE(Remembers("b"));
}

TEST_F(IdempotencyTest, RowThatIsNoStoredRequestIsCorrupt) {
  for (const char* bytes : {"x", "\x78\x01"}) {
    WriteSet writes;
    writes.Put(Keyspace::kRequest, KeyOf("a"), bytes);
    ASSERT_TRUE(store_.Commit(writes).committed());

    EXPECT_EQ(ReasonOf(ReadStoredRequest(store_, KeyOf("a")).status()), Reason::kStoreCorrupt);
  }
}

TEST_F(IdempotencyTest, RequestIsRememberedForADayToTheMicrosecond) {
  Put("a", kNow);

  EXPECT_EQ(*ForgetOldRequests(store_, kNow + kRequestMemory - kInstant, 10), 0u);
  EXPECT_EQ(*ForgetOldRequests(store_, kNow + kRequestMemory, 10), 0u);
  EXPECT_TRUE(Remembers("a"));
  EXPECT_EQ(*ForgetOldRequests(store_, kNow + kRequestMemory + kInstant, 10), 1u);
  EXPECT_FALSE(Remembers("a"));
  EXPECT_EQ(RowCount(), 0u);
  EXPECT_EQ(kRequestMemory, absl::Hours(24));
}

TEST_F(IdempotencyTest, OnlyOldRequestsAreForgottenOldestFirstAndNoMoreThanTheLimit) {
  for (int i = 0; i < 5; ++i) Put(absl::StrCat("old-", i), kNow - absl::Hours(30 - i));
  Put("young", kNow - absl::Hours(1));

  EXPECT_EQ(*ForgetOldRequests(store_, kNow, 2), 2u);
  EXPECT_FALSE(Remembers("old-0"));
  EXPECT_FALSE(Remembers("old-1"));
  EXPECT_TRUE(Remembers("old-2"));
  EXPECT_EQ(*ForgetOldRequests(store_, kNow, 2), 2u);
  EXPECT_EQ(*ForgetOldRequests(store_, kNow, 2), 1u);
  EXPECT_EQ(*ForgetOldRequests(store_, kNow, 2), 0u);

  EXPECT_TRUE(Remembers("young"));
  EXPECT_EQ(RowCount(), 2u);
}

TEST_F(IdempotencyTest, RequestsDecidedAtOneInstantAreAllForgotten) {
  for (int i = 0; i < 3; ++i) Put(absl::StrCat("r", i), kNow);

  EXPECT_EQ(*ForgetOldRequests(store_, kNow + absl::Hours(25), 10), 3u);
  EXPECT_EQ(RowCount(), 0u);
}

TEST_F(IdempotencyTest, RequestsBefore1970AreForgottenToo) {
  Put("a", absl::FromUnixSeconds(-5));

  EXPECT_EQ(*ForgetOldRequests(store_, kNow, 10), 1u);
}

TEST_F(IdempotencyTest, ForgottenIdMayBeUsedAgain) {
  Put("a", kNow);
  ASSERT_EQ(*ForgetOldRequests(store_, kNow + absl::Hours(25), 10), 1u);

  Put("a", kNow + absl::Hours(25));

  EXPECT_EQ(*ForgetOldRequests(store_, kNow + absl::Hours(26), 10), 0u);
  EXPECT_TRUE(Remembers("a"));
}

TEST_F(IdempotencyTest, RowAndItsAgeAreForgottenInOneCommit) {
  Put("a", kNow);
  FaultyStore faulty(&store_);
  faulty.FailCommit(1, FaultyStore::Fault::kErrorAndLost);

  EXPECT_EQ(ReasonOf(ForgetOldRequests(faulty, kNow + absl::Hours(25), 10).status()),
            Reason::kStoreUnavailable);

  EXPECT_TRUE(Remembers("a"));
  EXPECT_EQ(RowCount(), 2u);
  EXPECT_EQ(*ForgetOldRequests(faulty, kNow + absl::Hours(25), 10), 1u);
  EXPECT_EQ(RowCount(), 0u);
}

TEST_F(IdempotencyTest, StoreThatDoesNotAnswerIsUnavailable) {
  FaultyStore faulty(&store_);
  faulty.Crash();

  EXPECT_EQ(ReasonOf(ReadStoredRequest(faulty, KeyOf("a")).status()), Reason::kStoreUnavailable);
  EXPECT_EQ(ReasonOf(ForgetOldRequests(faulty, kNow, 10).status()), Reason::kStoreUnavailable);
}

}  // namespace
}  // namespace mrg
