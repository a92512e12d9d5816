#ifndef MRG_GATEWAY_RPC_SERVER_WIRE_TEXT_H_
#define MRG_GATEWAY_RPC_SERVER_WIRE_TEXT_H_

// Why a request message does not parse. Protobuf only says that it does not; the caller is owed the
// field that holds text which is not UTF-8.
//
// Thread-safe: pure functions.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace mrg {

// Parses `bytes` into `message`.
// Errors: FIELD_NOT_UTF8 with the path of the first string field that is not UTF-8;
// FIELD_MALFORMED without a path when the bytes are no message of this type.
absl::Status ParseRequest(absl::string_view bytes, google::protobuf::Message* message);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_SERVER_WIRE_TEXT_H_
