#ifndef MRG_GATEWAY_WEB_PATH_TEMPLATE_H_
#define MRG_GATEWAY_WEB_PATH_TEMPLATE_H_

// Paths of calls as google.api.http writes them: "/v1/disputes/{dispute=*/*}:accept".
//
// Thread-safe: immutable values and pure functions.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/web/json_message.h"

namespace mrg {

// Of one segment of a path, decoded, bytes; the longest id has 255.
inline constexpr size_t kPathSegmentBytesMax = 256;

class PathTemplate {
 public:
  // Reads literals, "{name}", "{name=*}" and "{name=*/*}", of any number of segments, and a verb
  // behind the last. Errors: INVARIANT_BROKEN.
  // Source: google/api/http.proto, "Path template syntax", without "**".
  static absl::StatusOr<PathTemplate> Parse(absl::string_view text);

  // Result: the variables of a path as it was sent, decoded (RFC 3986 2.1); nullopt when it is
  // another one, or has a segment that is empty or that decodes to nothing readable: text without
  // '/' and control characters, UTF-8, at most kPathSegmentBytesMax bytes.
  std::optional<TextFields> Match(absl::string_view path) const;

  // The variables' fields, in their order.
  const std::vector<std::string>& variables() const { return variables_; }
  // The path with the names of its variables alone: "/v1/disputes/{dispute}:accept".
  std::string shape() const;
  // The same with one name for each segment, "{dispute_1}/{dispute_2}", where there are several.
  std::string one_name_a_segment() const;

 private:
  static constexpr int kLiteral = -1;
  struct Segment {
    std::string literal;
    int variable = kLiteral;  // index in variables_
  };

  PathTemplate() = default;
  size_t SegmentsOf(size_t variable) const;

  std::vector<Segment> segments_;
  std::vector<std::string> variables_;
  std::string verb_;  // with its colon; empty: none
};

// Result: the decoded text; nullopt for a '%' without two hexadecimal digits. `plus_is_blank`: as
// in queries (application/x-www-form-urlencoded).
std::optional<std::string> PercentDecoded(absl::string_view text, bool plus_is_blank);

}  // namespace mrg

#endif  // MRG_GATEWAY_WEB_PATH_TEMPLATE_H_
