#include "gateway/witness/log_contradictions.h"

#include <string>

#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

constexpr char kOrigin[] = "yangtze-delta/log-1";

Checkpoint Kept(uint64_t size, const std::string& content) {
  return {kOrigin, size, Sha256(content)};
}

class LogContradictionsTest : public ::testing::Test {
 protected:
  MemoryStore store_;
  LogContradictions found_{&store_, kOrigin};
};

TEST_F(LogContradictionsTest, OnlyWhatWasNotedIsAcceptedAndEachOnce) {
  ASSERT_TRUE(found_.Note(Kept(5, "a")).ok());
  ASSERT_TRUE(found_.Note(Kept(5, "a")).ok());
  ASSERT_TRUE(found_.Note(Kept(2, "b")).ok());
  EXPECT_FALSE(*found_.IsAccepted(Kept(5, "a")));

  EXPECT_EQ(*found_.AcceptAll(3), 2u);
  EXPECT_EQ(*found_.AcceptAll(3), 0u);

  EXPECT_TRUE(*found_.IsAccepted(Kept(5, "a")));
  EXPECT_TRUE(*found_.IsAccepted(Kept(2, "b")));
  EXPECT_FALSE(*found_.IsAccepted(Kept(2, "c"))) << "another root of records that are there";
  EXPECT_TRUE(*found_.IsAccepted(Kept(4, "c"))) << "of records 4 and 5, which were lost";
  EXPECT_FALSE(*found_.IsAccepted(Kept(6, "c")));
}

TEST_F(LogContradictionsTest, LogsOfOneStoreAreApart) {
  LogContradictions other(&store_, "yangtze-delta/log-2");
  ASSERT_TRUE(other.Note(Kept(5, "a")).ok());
  ASSERT_EQ(*other.AcceptAll(0), 1u);
  EXPECT_FALSE(*found_.IsAccepted(Kept(5, "a")));
}

TEST_F(LogContradictionsTest, AStoreThatFailsIsNoAcceptance) {
  FaultyStore faulty(&store_);
  LogContradictions found(&faulty, kOrigin);
  ASSERT_TRUE(found.Note(Kept(5, "a")).ok());
  faulty.Crash();
  EXPECT_FALSE(found.AcceptAll(0).ok());
  EXPECT_FALSE(*found_.IsAccepted(Kept(5, "a")));
}

}  // namespace
}  // namespace mrg
