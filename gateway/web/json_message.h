#ifndef MRG_GATEWAY_WEB_JSON_MESSAGE_H_
#define MRG_GATEWAY_WEB_JSON_MESSAGE_H_

// Messages as JSON, by protobuf's own mapping (protobuf.dev/programming-guides/json), read more
// strictly than protobuf does: one document in one meaning, and every refusal names the field,
// never its value, which may be a holder's.
//
// Thread-safe: pure functions.

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace mrg {

// Objects and arrays within each other; our messages nest less than ten deep.
inline constexpr size_t kMessageJsonDepthMax = 32;

// Reads `json`, one object in UTF-8 without a byte-order mark, into `message`, which is empty.
// Names of fields may be those of the mapping or of the interface file. Errors: FIELD_MALFORMED
// naming the field, as the interface file calls it, when one is unknown, stands twice, or has a
// value that is not of its type; without a field when it is no JSON, or deeper than
// kMessageJsonDepthMax.
absl::Status ReadJsonMessage(absl::string_view json, google::protobuf::Message* message);

// A value by the path of its field, "filter.origin", as a query or a path of a URL has them.
using TextFields = std::vector<std::pair<std::string, std::string>>;

// Reads texts into `message`, which is empty, each as the mapping has it in a JSON string; bool and
// enum by name, bytes in base64. A repeated field has one text for each value.
// Errors: FIELD_MALFORMED naming the field, as above; also for a message where a text was given.
absl::Status ReadTextFields(const TextFields& fields, google::protobuf::Message* message);

// Result: the message, UTF-8: names of the mapping, fields that are not set left out.
// Errors: INVARIANT_BROKEN.
absl::StatusOr<std::string> JsonOf(const google::protobuf::Message& message);

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_JSON_MESSAGE_H_
