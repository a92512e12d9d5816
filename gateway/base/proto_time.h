#ifndef MRG_GATEWAY_BASE_PROTO_TIME_H_
#define MRG_GATEWAY_BASE_PROTO_TIME_H_

// Conversion between absl::Time and google.protobuf.Timestamp, UTC, nanoseconds, and the one rule
// of which fields make a time.
//
// Thread-safe: pure functions.

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"

namespace mrg {

// Bounds of the fields: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
// Source: google/protobuf/timestamp.proto.
inline constexpr int64_t kTimestampSecondsMin = -62135596800;
inline constexpr int64_t kTimestampSecondsMax = 253402300799;
inline constexpr int32_t kTimestampNanosMax = 999999999;

// What an error about a time says, behind its field.
inline constexpr absl::string_view kTimeExpected =
    "expected a time between the years 1 and 9999, nanos from 0 to 999999999";

// Result: whether the fields are within their bounds.
inline bool IsInYears1To9999(const google::protobuf::Timestamp& timestamp) {
  return timestamp.seconds() >= kTimestampSecondsMin &&
         timestamp.seconds() <= kTimestampSecondsMax && timestamp.nanos() >= 0 &&
         timestamp.nanos() <= kTimestampNanosMax;
}

// The same of a time; false for the infinities.
inline bool IsInYears1To9999(absl::Time time) {
  return time >= absl::FromUnixSeconds(kTimestampSecondsMin) &&
         time < absl::FromUnixSeconds(kTimestampSecondsMax + 1);
}

// Result: the path of the first Timestamp in `message`, at any depth, whose fields are out of
// bounds, such as "states[1].from"; empty when there is none.
std::string PathOfWrongTime(const google::protobuf::Message& message);

// REQUIRES: the fields are within their bounds, or what becomes of the time decides nothing.
inline absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

// REQUIRES: `time` is finite.
inline google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_PROTO_TIME_H_
