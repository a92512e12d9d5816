#ifndef MRG_GATEWAY_CLI_JSON_OUTPUT_H_
#define MRG_GATEWAY_CLI_JSON_OUTPUT_H_

// The one place where commands write JSON, for --output json: one object a line, of ASCII. Messages
// of the protos go by their own JSON mapping (names in lowerCamelCase, 64-bit numbers as text,
// bytes in base64), with fields that are empty; what a command itself says has names in
// lowerCamelCase, digests in lowercase hex and times in RFC 3339, UTC. Names stay: others parse
// them.
//
// Thread-safe: free functions.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/cli/display.h"
#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

namespace mrg {

using ShownJson = nlohmann::ordered_json;

// Shows `json` in the form of JSON; shows nothing in another form.
void ShowJson(const ShownJson& json, Display& out);
void ShowJson(const google::protobuf::Message& message, Display& out);

// Result: the message by its JSON mapping, every field that is not a message given.
ShownJson ToJson(const google::protobuf::Message& message);

// Result: the same as a file that people read and change.
std::string JsonFile(const google::protobuf::Message& message);

// Result: whether `bytes`, the file of a message, are JSON. No message of ours begins so in binary:
// it would be the end of a group that was not begun.
bool LooksLikeJson(absl::string_view bytes);

// Result: "2026-11-24T00:00:00Z", with as many digits of a second as there are.
std::string JsonTime(absl::Time time);

// Reads `text` by the JSON mapping of `message`; names that it does not know are refused.
// Errors: FIELD_MALFORMED naming `field`.
absl::Status ParseJsonMessage(absl::string_view field, const std::string& text,
                              google::protobuf::Message* message);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_JSON_OUTPUT_H_
