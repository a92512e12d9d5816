#ifndef MRG_GATEWAY_BASE_INSTANT_H_
#define MRG_GATEWAY_BASE_INSTANT_H_

// The one reading of instants that people and other programs write as text. absl::ParseTime is not
// used elsewhere: it also takes white space, short and long numbers and the infinities.
//
// Thread-safe: a pure function.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace mrg {

// Parses an instant with its offset: "2026-11-24T00:00:00+08:00", "2026-11-24T00:00:00.5Z"; at most
// nine digits of a second, capital T and Z, no leap second. In UTC it lies in the years 0001 to
// 9999.
// Errors: FIELD_MALFORMED naming `field`; the text is not repeated. Source: RFC 3339 5.6.
absl::StatusOr<absl::Time> ParseInstant(absl::string_view field, absl::string_view text);

// The same for who gives a time on a command line: also "now", and "now+90d", "now-36h", "now+20m",
// a number of up to five digits. What begins at `now` has whole seconds.
absl::StatusOr<absl::Time> ParseInstantFrom(absl::string_view field, absl::string_view text,
                                            absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_INSTANT_H_
