#ifndef MRG_GATEWAY_BASE_PROTO_TIME_H_
#define MRG_GATEWAY_BASE_PROTO_TIME_H_

// Conversion between absl::Time and google.protobuf.Timestamp, UTC, nanoseconds.
//
// Thread-safe: pure functions.

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace mrg {

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
