#include "gateway/request_memory/request_retention.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/identifiers.h"
#include "gateway/crypto/digest.h"
#include "gateway/request_memory/request_memory.h"
#include "gateway/storage/testing/faulty_store.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1795478400);  // 2026-11-24T00:00:00Z

class RequestRetentionTest : public ::testing::Test {
 protected:
  void Turn(absl::Duration after) {
    wall_ += after;
    monotonic_ += after;
    const absl::Status status = retention_.RunOnce(wall_, monotonic_);
    EXPECT_TRUE(status.ok()) << status;
  }
  void RememberMany(size_t count) {
    WriteSet writes;
    for (size_t i = 0; i < count; ++i) {
      const RequestName name{RequestKind::kRecognition,
                             *SpiffeId::Parse("spiffe://yangtze-delta.example/platform/one"),
                             *RequestId::Parse(absl::StrCat("request-", i))};
      Remember(name, {Sha256("body"), wall_, "answer"}, &writes);
    }
    ASSERT_TRUE(store_.Commit(writes).committed());
  }
  // Each request has two rows; running time has one.
  size_t Remembered() const {
    return (store_.Scan(Keyspace::kRequest, "", "", 1 << 20)->size()) / 2;
  }

  MemoryStore store_;
  FaultyStore counting_{&store_};
  absl::Time wall_ = kStart;
  absl::Duration monotonic_ = absl::Hours(1000);
  RequestRetention retention_{&counting_};
};

TEST_F(RequestRetentionTest, AnHourThatIsDueAtOnceIsForgottenByOneCommitATurn) {
  Turn(absl::ZeroDuration());
  RememberMany(2 * kRequestsForgottenInOneTurn + 1);
  Turn(absl::Hours(12));
  Turn(absl::Hours(13));
  // The day of the first mark was over in that turn.
  EXPECT_EQ(Remembered(), 2 * kRequestsForgottenInOneTurn + 1);
  Turn(absl::Hours(12));
  EXPECT_EQ(Remembered(), kRequestsForgottenInOneTurn + 1);
  const int commits = counting_.commit_count();

  Turn(absl::Seconds(1));

  EXPECT_EQ(Remembered(), 1u);
  EXPECT_EQ(counting_.commit_count(), commits + 1);
  Turn(absl::Seconds(1));
  EXPECT_EQ(Remembered(), 0u);
}

}  // namespace
}  // namespace mrg
