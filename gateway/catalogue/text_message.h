#ifndef MRG_GATEWAY_CATALOGUE_TEXT_MESSAGE_H_
#define MRG_GATEWAY_CATALOGUE_TEXT_MESSAGE_H_

// Reading of textproto files that people write and members sign: dictionary, catalogues,
// agreements, mapping packs.
//
// Thread-safe: pure functions.

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "google/protobuf/message.h"

namespace mrg {

// Largest textproto file that is not a list, bytes. The largest pack is under 32 KiB.
inline constexpr size_t kTextFileBytesMax = size_t{1} << 20;

// Deepest nesting of messages in a file.
inline constexpr int kTextDepthMax = 32;

// Parses `bytes` (UTF-8) into `message`.
// Errors: `refusal` with line and column: unknown or repeated fields, text that is not UTF-8, more
// than `bytes_max` bytes or kTextDepthMax levels; with the path of a time that is out of bounds
// (proto_time.h) and of a text of which a character is not shown as itself (displayed_fields.h).
absl::Status ParseTextMessage(absl::string_view bytes, Reason refusal,
                              google::protobuf::Message* message,
                              size_t bytes_max = kTextFileBytesMax);

// Result: the line, from 1, of the part at `path` ("entries[3].states[0].from") of the message that
// `bytes` are; that of the part around it when it is not written, or when a repeated field on the
// path has no index; 0 when none of it is. Reads the text again into `scratch`, a message of its
// type: for errors only.
int LineOf(absl::string_view bytes, absl::string_view path, google::protobuf::Message* scratch);

}  // namespace mrg

#endif  // MRG_GATEWAY_CATALOGUE_TEXT_MESSAGE_H_
