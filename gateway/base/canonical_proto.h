#ifndef MRG_GATEWAY_BASE_CANONICAL_PROTO_H_
#define MRG_GATEWAY_BASE_CANONICAL_PROTO_H_

// Canonical protobuf bytes: fields in number order, defaults omitted, no unknown fields
// (docs/formats/log.md). A reader re-encodes what it parsed and refuses a difference, so one
// message has one byte string. Neither does it take a time that is none, at whatever depth.
//
// Thread-safe: pure functions.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "google/protobuf/message.h"

namespace mrg {

// Result: the canonical bytes of `message`.
std::string CanonicalBytes(const google::protobuf::Message& message);

// Parses `bytes` into `message`. Result: true when the bytes are canonical; false when they do not
// parse, hold unknown fields at any depth, or would be encoded differently.
bool ParseCanonicalInto(absl::string_view bytes, google::protobuf::Message* message);

// The same, and checks every time in it (proto_time.h). Errors: `refusal` when the bytes are not
// canonical, also with the path of a time that is out of bounds.
absl::Status ParseCanonicalChecked(absl::string_view bytes, Reason refusal,
                                   google::protobuf::Message* message);

// Result: the message. Errors: as ParseCanonicalChecked.
template <typename M>
absl::StatusOr<M> ParseCanonical(absl::string_view bytes, Reason refusal) {
  M message;
  absl::Status parsed = ParseCanonicalChecked(bytes, refusal, &message);
  if (!parsed.ok()) return parsed;
  return message;
}

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_CANONICAL_PROTO_H_
