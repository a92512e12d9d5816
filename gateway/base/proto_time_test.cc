#include "gateway/base/proto_time.h"

#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"

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

// google/protobuf/timestamp.proto: years 1 to 9999, nanos from 0 to 999,999,999.
TEST(Fault, B09_FieldsOutOfTheirBoundsAreNoTime) {
  const auto is_time = [](int64_t seconds, int32_t nanos) {
    google::protobuf::Timestamp timestamp;
    timestamp.set_seconds(seconds);
    timestamp.set_nanos(nanos);
    return IsInYears1To9999(timestamp);
  };
  EXPECT_TRUE(is_time(0, 0));
  EXPECT_TRUE(is_time(-62135596800, 0));
  EXPECT_TRUE(is_time(253402300799, 999999999));
  EXPECT_FALSE(is_time(-62135596801, 999999999));
  EXPECT_FALSE(is_time(253402300800, 0));
  EXPECT_FALSE(is_time(9223372036854775807, -1));
  EXPECT_FALSE(is_time(0, -1));
  EXPECT_FALSE(is_time(0, 1000000000));
  EXPECT_FALSE(IsInYears1To9999(absl::InfiniteFuture()));
  EXPECT_FALSE(IsInYears1To9999(absl::InfinitePast()));
}

TEST(Fault, B09_AWrongTimeIsFoundAtAnyDepthAndNamedByItsPath) {
  trustlist::v1::LogKeys keys;
  keys.add_keys()->mutable_from()->set_seconds(1);
  keys.add_keys();
  EXPECT_EQ(PathOfWrongTime(keys), "");

  keys.mutable_keys(1)->mutable_until()->set_nanos(-1);
  EXPECT_EQ(PathOfWrongTime(keys), "keys[1].until");

  google::protobuf::Timestamp* const from = keys.mutable_keys(0)->mutable_from();
  from->set_seconds(253402300800);
  EXPECT_EQ(PathOfWrongTime(keys), "keys[0].from");
}

}  // namespace
}  // namespace mrg
