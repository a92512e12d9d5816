#ifndef MRG_GATEWAY_BASE_REASON_H_
#define MRG_GATEWAY_BASE_REASON_H_

// The closed list of reasons. A reason says why a call failed (an absl::Status outside the
// recognition outcome) or why a check of a decision ended as it did; the same token stands in
// ErrorInfo.reason, in decision records and in gateway/docs/REASONS.md. Callers compare reasons,
// never message text.
//
// Thread-safe: constant data and pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Where a reason may appear.
enum class ReasonUse {
  kError,    // the RPC or operation failed; nothing was decided or written
  kVerdict,  // a check of a decision; the RPC itself answers OK
};

// One constant per row of the table in reason.cc, in the same order.
enum class Reason : uint16_t {
#define MRG_REASON(name, token, code, use, en, zh, next_en, next_zh) name,
#include "gateway/base/reason_table.inc"
#undef MRG_REASON
};

struct ReasonInfo {
  Reason reason;
  absl::string_view token;  // [A-Z0-9_]{1,63}, google.rpc.ErrorInfo.reason
  absl::StatusCode code;    // for kVerdict: kOk, a verdict is not an error
  ReasonUse use;
  absl::string_view english;       // one sentence, no full stop, no personal data
  absl::string_view chinese;       // the same in zh-CN
  absl::string_view next_step;     // what to do now, or whom to ask; as `english`
  absl::string_view next_step_zh;  // the same in zh-CN
};

// Result: the row of `reason`.
const ReasonInfo& InfoOf(Reason reason);

// Result: all rows in the order of the table.
const std::vector<ReasonInfo>& AllReasons();

// Result: the reason with this token; nullopt for a token outside the closed list.
std::optional<Reason> ReasonFromToken(absl::string_view token);

inline absl::string_view TokenOf(Reason reason) { return InfoOf(reason).token; }

// Makes a failed status that carries `reason`.
// REQUIRES: the reason's use is kError, or the caller turns the status into a verdict.
// `detail` is English, names what was expected, and holds no secret and no holder data.
absl::Status MakeError(Reason reason, absl::string_view detail);

// The same for one field of a request: `field` is its path, e.g. "presentation.detached.document".
absl::Status MakeFieldError(Reason reason, absl::string_view field, absl::string_view detail);

// Result: the reason a status carries; nullopt for OK and for foreign statuses.
std::optional<Reason> ReasonOf(const absl::Status& status);

// Result: the field path of a status made by MakeFieldError; empty otherwise.
std::string FieldOf(const absl::Status& status);

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_REASON_H_
