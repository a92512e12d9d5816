// Generates gateway/docs/REASONS.md from the closed list and compares the page with it.

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gtest/gtest.h"
#include "tests/golden/golden_file.h"

namespace mrg {
namespace {

std::string CodeName(absl::StatusCode code) {
  return code == absl::StatusCode::kOk ? "OK (a verdict)" : absl::StatusCodeToString(code);
}

std::string ReasonsPage() {
  std::string page =
      "# Reasons\n\n"
      "The closed list. A reason is the token in `google.rpc.ErrorInfo.reason` of a failed call,\n"
      "in a check of a decision record, and in metrics. Callers compare tokens,\n"
      "never message text. An *error* means that nothing was decided or written; a *verdict* is "
      "why\n"
      "a check of a decision ended as it did, and the call itself answers OK.\n\n"
      "The gRPC code says what to do: `UNAVAILABLE` retry, `ABORTED` redo the transaction,\n"
      "`RESOURCE_EXHAUSTED` retry later or send less, `FAILED_PRECONDITION` do not retry until\n"
      "something changes, `INVALID_ARGUMENT` mend the request. What to do of each reason stands "
      "in\n"
      "the table, and in the answer: `next_step` and `next_step_zh` of a stated reason, the same\n"
      "names in `ErrorInfo.metadata` of an error.\n\n"
      "Generated from `gateway/base/reason_table.inc` by `./tests/run --golden`; not edited by "
      "hand.\n\n"
      "| token | use | gRPC code | English | what to do next | 中文 | 下一步 |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const ReasonInfo& info : AllReasons()) {
    absl::StrAppend(&page, "| `", info.token, "` | ",
                    info.use == ReasonUse::kError ? "error" : "verdict", " | ", CodeName(info.code),
                    " | ", info.english, " | ", info.next_step, " | ", info.chinese, " | ",
                    info.next_step_zh, " |\n");
  }
  return page;
}

TEST(ReasonsPage, SaysWhatTheTableSays) { ExpectGolden("gateway/docs/REASONS.md", ReasonsPage()); }

}  // namespace
}  // namespace mrg
