#ifndef MRG_GATEWAY_BASE_STATUS_MACROS_H_
#define MRG_GATEWAY_BASE_STATUS_MACROS_H_

// Early return on a failed status, so that the main path stays readable.

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define MRG_RETURN_IF_ERROR(expression)      \
  do {                                       \
    absl::Status mrg_status = (expression);  \
    if (!mrg_status.ok()) return mrg_status; \
  } while (false)

#define MRG_CONCAT_INNER(a, b) a##b
#define MRG_CONCAT(a, b) MRG_CONCAT_INNER(a, b)

// MRG_ASSIGN_OR_RETURN(auto value, Expression()): `Expression` gives a StatusOr.
#define MRG_ASSIGN_OR_RETURN(target, expression) \
  MRG_ASSIGN_OR_RETURN_IMPL(MRG_CONCAT(mrg_result_, __LINE__), target, expression)
#define MRG_ASSIGN_OR_RETURN_IMPL(result, target, expression) \
  auto result = (expression);                                 \
  if (!result.ok()) return result.status();                   \
  target = *std::move(result)

#endif  // MRG_GATEWAY_BASE_STATUS_MACROS_H_
