#ifndef MRG_GATEWAY_BASE_CANONICAL_PROTO_H_
#define MRG_GATEWAY_BASE_CANONICAL_PROTO_H_

// Canonical protobuf bytes: fields in number order, defaults omitted, no unknown fields (SPEC 9).
// A reader re-encodes what it parsed and refuses a difference, so one message has one byte string.
//
// Thread-safe: pure functions.

#include <string>

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

// Result: the message. Errors: `refusal` when the bytes are not canonical.
template <typename M>
absl::StatusOr<M> ParseCanonical(absl::string_view bytes, Reason refusal) {
  M message;
  if (!ParseCanonicalInto(bytes, &message)) {
    return MakeError(refusal, "not the canonical protobuf encoding of the message");
  }
  return message;
}

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_CANONICAL_PROTO_H_
