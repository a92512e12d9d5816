#ifndef MRG_GATEWAY_CEREMONY_LIST_TEXT_H_
#define MRG_GATEWAY_CEREMONY_LIST_TEXT_H_

// Lists and other texts as people write them, and where in them a fault stands.
//
// Thread-safe: pure functions.

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "google/protobuf/message.h"

namespace mrg {

// A textproto list of a million issuers takes about 400 MB as text.
inline constexpr size_t kListTextBytesMax = size_t{1} << 30;

// As ParseTextMessage with that bound; a time that is out of bounds is told with its line too.
absl::Status ReadListText(absl::string_view text, Reason refusal,
                          google::protobuf::Message* message);

// Result: `status`, whose field is a path below the part at `entry` ("entries[3]"), with the path
// from the top as its field and the line in its message. The text is read again into `scratch`, a
// message of its type.
absl::Status AtEntry(absl::string_view text, absl::string_view entry, const absl::Status& status,
                     google::protobuf::Message* scratch);

// The same of a status whose field is a path from the top, or that has none and stays as it is.
absl::Status AtLine(absl::string_view text, const absl::Status& status,
                    google::protobuf::Message* scratch);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_LIST_TEXT_H_
