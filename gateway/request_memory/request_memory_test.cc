#include "gateway/request_memory/request_memory.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1772000000);
const absl::Duration kInstant = absl::Microseconds(1);

RequestName NameOf(const std::string& request, const std::string& platform = "sample",
                   RequestKind kind = RequestKind::kRecognition) {
  return {
      kind,
      *SpiffeId::Parse(absl::StrCat("spiffe://delta.example/jurisdiction/31/platform/", platform)),
      *RequestId::Parse(request)};
}

std::string KeyOf(const std::string& request, const std::string& platform = "sample") {
  return RequestStoreKey(NameOf(request, platform));
}

class RequestMemoryTest : public ::testing::Test {
 protected:
  void Put(const std::string& request, absl::Time at) {
    WriteSet writes;
    RememberFirst(NameOf(request), {Sha256("body"), at, request}, &writes);
    ASSERT_TRUE(store_.Commit(writes).committed());
  }

  bool Remembers(const std::string& request) const {
    const auto answer = RecallAnswer(store_, NameOf(request), Sha256("body"));
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() && answer->has_value();
  }

  size_t RowCount() const { return store_.Scan(Keyspace::kRequest, "", "", 1000)->size(); }

  MemoryStore store_;
};

TEST(RequestStoreKey, DiffersByKindByCallerAndByRequest) {
  EXPECT_EQ(KeyOf("a"), KeyOf("a"));
  EXPECT_NE(KeyOf("a"), KeyOf("b"));
  EXPECT_NE(KeyOf("a"), KeyOf("a", "other"));
  EXPECT_NE(KeyOf("a"), RequestStoreKey(NameOf("a", "sample", RequestKind::kDispute)));
  // No caller can reach into another's requests by choosing its ids.
  EXPECT_NE(KeyOf("b", "sample"), KeyOf("sample", "b"));
}

TEST(RequestBodyHmac, IsTheHmacOfTheRequestUnderTheNodesKey) {
  EXPECT_EQ(RequestBodyHmac("key", "body"), HmacSha256("key", "body"));
  EXPECT_NE(RequestBodyHmac("key", "body"), RequestBodyHmac("key", "bodz"));
  EXPECT_NE(RequestBodyHmac("key", "body"), RequestBodyHmac("kez", "body"));
}

TEST_F(RequestMemoryTest, AnswerComesBackAsItWas) {
  Put("a", kNow);

  const auto answer = RecallAnswer(store_, NameOf("a"), Sha256("body"));

  ASSERT_TRUE(answer.ok() && answer->has_value());
  EXPECT_EQ(**answer, "a");
}

TEST_F(RequestMemoryTest, AnotherBodyUnderTheSameIdIsRefused) {
  Put("a", kNow);

  const absl::Status refused = RecallAnswer(store_, NameOf("a"), Sha256("bodz")).status();

  EXPECT_EQ(ReasonOf(refused), Reason::kRequestIdReused);
  EXPECT_EQ(FieldOf(refused), "request_id");
}

TEST_F(RequestMemoryTest, OfTwoAtOnceOneAloneIsRemembered) {
  WriteSet first, second;
  RememberFirst(NameOf("a"), {Sha256("body"), kNow, "first"}, &first);
  RememberFirst(NameOf("a"), {Sha256("body"), kNow, "second"}, &second);

  EXPECT_TRUE(store_.Commit(first).committed());
  EXPECT_EQ(store_.Commit(second).outcome, CommitResult::kPreconditionFailed);

  EXPECT_EQ(**RecallAnswer(store_, NameOf("a"), Sha256("body")), "first");
}

TEST_F(RequestMemoryTest, RequestThatWasNotAnsweredIsNotThere) {
  Put("a", kNow);

  EXPECT_FALSE(Remembers("b"));
}

TEST_F(RequestMemoryTest, RowThatIsNoStoredRequestIsCorrupt) {
  for (const char* bytes : {"x", "\x78\x01"}) {
    WriteSet writes;
    writes.Put(Keyspace::kRequest, KeyOf("a"), bytes);
    ASSERT_TRUE(store_.Commit(writes).committed());

    EXPECT_EQ(ReasonOf(RecallAnswer(store_, NameOf("a"), Sha256("body")).status()),
              Reason::kStoreCorrupt);
  }
}

TEST_F(RequestMemoryTest, WhatWasAnsweredBeforeTheBeginIsForgottenToTheMicrosecond) {
  Put("a", kNow);

  EXPECT_EQ(*ForgetOldRequests(store_, absl::InfinitePast(), 10), 0u);
  EXPECT_EQ(*ForgetOldRequests(store_, kNow - kInstant, 10), 0u);
  EXPECT_EQ(*ForgetOldRequests(store_, kNow, 10), 0u);
  EXPECT_TRUE(Remembers("a"));
  EXPECT_EQ(*ForgetOldRequests(store_, kNow + kInstant, 10), 1u);
  EXPECT_FALSE(Remembers("a"));
  EXPECT_EQ(RowCount(), 0u);
  EXPECT_EQ(kRequestMemory, absl::Hours(24));
}

TEST_F(RequestMemoryTest, OnlyOldRequestsAreForgottenOldestFirstAndNoMoreThanTheLimit) {
  for (int i = 0; i < 5; ++i) Put(absl::StrCat("old-", i), kNow - absl::Hours(30 - i));
  Put("young", kNow - absl::Hours(1));

  EXPECT_EQ(*ForgetOldRequests(store_, kNow - kRequestMemory, 2), 2u);
  EXPECT_FALSE(Remembers("old-0"));
  EXPECT_FALSE(Remembers("old-1"));
  EXPECT_TRUE(Remembers("old-2"));
  EXPECT_EQ(*ForgetOldRequests(store_, kNow - kRequestMemory, 2), 2u);
  EXPECT_EQ(*ForgetOldRequests(store_, kNow - kRequestMemory, 2), 1u);
  EXPECT_EQ(*ForgetOldRequests(store_, kNow - kRequestMemory, 2), 0u);

  EXPECT_TRUE(Remembers("young"));
  EXPECT_EQ(RowCount(), 2u);
}

TEST_F(RequestMemoryTest, RequestsAnsweredAtOneInstantAreAllForgotten) {
  for (int i = 0; i < 3; ++i) Put(absl::StrCat("r", i), kNow);

  EXPECT_EQ(*ForgetOldRequests(store_, kNow + absl::Hours(1), 10), 3u);
  EXPECT_EQ(RowCount(), 0u);
}

TEST_F(RequestMemoryTest, RequestsBefore1970AreForgottenToo) {
  Put("a", absl::FromUnixSeconds(-5));

  EXPECT_EQ(*ForgetOldRequests(store_, kNow, 10), 1u);
}

TEST_F(RequestMemoryTest, ForgottenIdMayBeUsedAgain) {
  Put("a", kNow);
  ASSERT_EQ(*ForgetOldRequests(store_, kNow + absl::Hours(1), 10), 1u);

  Put("a", kNow + absl::Hours(25));

  EXPECT_EQ(*ForgetOldRequests(store_, kNow + absl::Hours(2), 10), 0u);
  EXPECT_TRUE(Remembers("a"));
}

TEST_F(RequestMemoryTest, RowAndItsAgeAreForgottenInOneCommit) {
  Put("a", kNow);
  FaultyStore faulty(&store_);
  faulty.FailCommit(1, FaultyStore::Fault::kErrorAndLost);

  EXPECT_EQ(ReasonOf(ForgetOldRequests(faulty, kNow + absl::Hours(1), 10).status()),
            Reason::kStoreUnavailable);

  EXPECT_TRUE(Remembers("a"));
  EXPECT_EQ(RowCount(), 2u);
  EXPECT_EQ(*ForgetOldRequests(faulty, kNow + absl::Hours(1), 10), 1u);
  EXPECT_EQ(RowCount(), 0u);
}

TEST_F(RequestMemoryTest, StoreThatDoesNotAnswerIsUnavailable) {
  FaultyStore faulty(&store_);
  faulty.Crash();

  EXPECT_EQ(ReasonOf(RecallAnswer(faulty, NameOf("a"), Sha256("body")).status()),
            Reason::kStoreUnavailable);
  EXPECT_EQ(ReasonOf(ForgetOldRequests(faulty, kNow, 10).status()), Reason::kStoreUnavailable);
}

}  // namespace
}  // namespace mrg
