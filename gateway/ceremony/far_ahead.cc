#include "gateway/ceremony/far_ahead.h"

#include "gateway/base/reason.h"

namespace mrg {
namespace {

// With the leap days that ten years may have.
constexpr absl::Duration kTenYears = absl::Hours(24 * 3653);

}  // namespace

absl::Status CheckNotFarAhead(absl::string_view field, absl::Time from, absl::Time now) {
  if (from <= now + kTenYears) return absl::OkStatus();
  return MakeFieldError(Reason::kFieldMalformed, field,
                        "expected at most ten years ahead; --far-ahead permits more");
}

}  // namespace mrg
