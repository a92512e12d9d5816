#include "gateway/base/proto_time.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(ProtoTime, GoesThereAndBackToTheNanosecond) {
  for (const absl::Time time :
       {absl::UnixEpoch(), absl::FromUnixNanos(1700000000123456789), absl::FromUnixNanos(-1),
        absl::FromUnixSeconds(253402300799), absl::FromUnixSeconds(-62135596800)}) {
    EXPECT_EQ(ToTime(ToTimestamp(time)), time);
  }
}

// google/protobuf/timestamp.proto: nanos count forward also before 1970.
TEST(ProtoTime, NanosAreNeverNegative) {
  const google::protobuf::Timestamp timestamp = ToTimestamp(absl::FromUnixNanos(-1));

  EXPECT_EQ(timestamp.seconds(), -1);
  EXPECT_EQ(timestamp.nanos(), 999999999);
}

}  // namespace
}  // namespace mrg
